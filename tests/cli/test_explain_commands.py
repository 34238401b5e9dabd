"""The commands that explain, ask about the past, and try things out."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Command = Callable[..., Any]


def test_explain_draws_the_path_with_what_it_rests_on(filled: Command, folder: Path) -> None:
    found = filled("explain", "phone:13800000001", "crm:C1", "--svg", "why.svg")
    assert found.exit_code == 0
    assert "They are one person." in found.stdout
    assert "seen together 1×" in found.stdout
    assert "13800000001" not in found.output + (folder / "why.svg").read_text()
    assert (folder / "why.svg").read_text().startswith("<svg")
    chart = filled("explain", "phone:13800000001", "crm:C1", "--mermaid").stdout
    assert chart.splitlines()[0] == "flowchart LR"
    assert json.loads(filled("explain", "-", "crm:C1", "--json", stdin="phone:13800000001\n").stdout)["distance"] == 1


def test_explain_says_why_two_are_not_one_and_ends_with_1(filled: Command) -> None:
    found = filled("explain", "crm:C1", "crm:C2")
    assert (found.exit_code, "No evidence leads from one to the other." in found.stdout) == (1, True)
    assert filled("explain", "crm:C1", "shoe").exit_code == 2


def test_lookup_and_show_answer_for_another_time(filled: Command) -> None:
    early = ("--as-of", "2026-03-01T09:00:00Z")
    (now,), (then,) = (json.loads(filled("lookup", "cookie:k1", "--json", *more).stdout) for more in ((), early))
    assert (now["status"], then["status"]) == ("resolved", "unknown")
    (phone,) = json.loads(filled("lookup", "phone:13800000001", "--json", "--as-of", "2026-03-03").stdout)
    at_once, later = (
        json.loads(filled("show", phone["root_id"], "--json", "--as-of", when).stdout) for when in (early[1], "2026-03-03")
    )
    assert (len(at_once["members"]), len(later["members"])) == (3, 4)
    assert filled("lookup", "cookie:k1", "--as-of", "noon").exit_code == 2


def test_on_device_says_whether_it_is_proven(filled: Command) -> None:
    assert (
        ", proven: seen on it at 2026-03-02T08:00:00Z" in filled("on-device", "cookie:k1", "--at", "2026-03-02T08:00:00Z").stdout
    )
    assert ", not proven: by last login only" in filled("on-device", "cookie:k1", "--at", "2026-03-04").stdout
    assert filled("on-device", "cookie:k1", "--at", "2026-01-01").exit_code == 1


def test_what_if_tells_what_a_file_would_do_and_records_nothing(filled: Command, folder: Path) -> None:
    before = filled("stats", "--json").stdout
    (folder / "b.csv").write_text("at,phone,crm\n2026-03-04T08:00:00Z,13800000001,C2\n")
    found = filled("what-if", "b.csv")
    assert found.exit_code == 0
    assert "conflicts" in found.stdout
    assert "refused, unique" in found.stdout
    sighting = '{"see": ["phone:13800000001", "email:new@acme.com"], "at": "2026-03-04"}'
    line = sighting + '\n{"close": ["crm:C1", "phone:13800000001"], "at": "2026-03-05"}\n'
    tried = json.loads(filled("what-if", "-", "--json", stdin=line).stdout)
    assert (tried["recorded"], tried["rejected"]) == (2, 0)
    assert filled("stats", "--json").stdout == before


def test_a_policy_is_compared_tried_and_applied(filled: Command, folder: Path) -> None:
    (folder / "new.yaml").write_text(
        (folder / "policy.yaml").read_text().replace("rank: 9, kind: device", "rank: 8, kind: device")
    )
    found = filled("policy", "diff", "policy.yaml", "new.yaml")
    assert (found.exit_code, found.stdout.splitlines()) == (
        1,
        ["namespaces.cookie.rank: 9 -> 8", "0 merges, 0 splits, 0 moves", "├── roots before (0)", "└── roots after (0)"],
    )
    told = json.loads(filled("policy", "diff", "policy.yaml", "new.yaml", "--json").stdout)
    assert told["rules"] == [{"rule": "namespaces.cookie.rank", "old": 9, "new": 8}]
    assert told["store"]["affected"] == [0, 0]
    assert filled("policy", "diff", "policy.yaml", "policy.yaml").exit_code == 0
    assert "; 0 merges, 0 splits, 0 moves recorded" in filled("policy", "apply", "new.yaml").stdout
    assert "; 0 merges, 0 splits, 0 moves recorded" in filled("--policy", "new.yaml", "policy", "apply").stdout
    assert "not under" in filled("stats").stderr
    assert filled("--policy", "new.yaml", "stats").exit_code == 0
