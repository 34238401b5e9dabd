"""`rootid referrers`: scoring a network and listing who brings people."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]

REFERRALS = """\
referrer,referee,at,campaign,value
phone:13800000001,phone:13800000002,2026-03-03,spring,10
phone:13800000001,email:cat@acme.com,2026-03-06,summer,5
phone:13800000002,email:dan@acme.com,2026-03-07,summer,2
"""


PAID = ("phone:13800000001", "phone:13800000002", "email:dan@acme.com")
"""Each brought the next."""


@pytest.fixture
def scored(filled: Command, folder: Path) -> Command:
    (folder / "referrals.csv").write_text(REFERRALS)
    (folder / "recruits.csv").write_text("recruit,programme,at\nphone:13800000002,koc,2026-03-01\n")
    assert filled("import", "referrals.csv", "recruits.csv").exit_code == 0
    found = filled("referrers", "score")
    assert (found.exit_code, found.stderr) == (0, "")
    assert found.stdout == "3 referrals among 4 persons, 3 of which brought somebody.\n"
    return filled


def rows(found: Any) -> list[list[str]]:
    return [line.split() for line in found.stdout.splitlines()]


def test_who_brings_people_is_listed_by_mask(scored: Command) -> None:
    found = scored("referrers", "top", "--metric", "direct")
    assert found.stderr.startswith("rootid: purpose service, scored at ")
    header, first, second = found.stdout.splitlines()
    assert header.split() == ["person", "will", "refer", "network", "under", "counted", "brought", "recent", "reach"]
    assert first.split()[:2] == ["1", "crm:****"]
    assert second.rstrip().endswith("recruited")
    assert "13800000001" not in found.stdout


def test_a_campaign_and_a_time_choose_who_is_listed(scored: Command) -> None:
    def listed(*options: str) -> list[tuple[int, float]]:
        told = json.loads(scored("referrers", "top", "--metric", "counted", "--json", *options).stdout)
        return [(row["counted"], row["worth"]) for row in told["referrers"]]

    assert listed() == [(2, 15.0), (1, 2.0)]
    assert listed("--campaign", "spring") == [(1, 10.0)]
    assert listed("--since", "2026-03-06", "--until", "2026-03-07") == [(1, 5.0)]
    assert listed("--limit", "1") == [(2, 15.0)]
    assert listed("--channel", "store") == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--metric", "beauty"), "no such metric"),
        (("--since", "soon"), "not a time"),
        (("--purpose", "marketing"), "never scored"),
        (("--purpose", "beauty"), "a purpose that the policy doesn't have"),
    ],
)
def test_what_can_not_be_listed_is_told_in_a_line(scored: Command, options: tuple[str, ...], said: str) -> None:
    found = scored("referrers", "top", *options)
    assert (found.exit_code, found.stdout, found.stderr.count("\n")) == (2, "", 1)
    assert said in found.stderr


def test_the_summary_for_programs(scored: Command) -> None:
    told = json.loads(scored("referrers", "score", "--json").stdout)
    assert (told["purpose"], told["referrals"], told["set_apart"]) == ("service", 3, {})
    assert told["gates"]["will_refer"]["verdict"] == "experimental"


def test_rewards_are_listed_with_their_proof(scored: Command, folder: Path) -> None:
    found = scored("referrers", "rewards", "--out", "proof.csv")
    assert (found.exit_code, found.stdout) == (
        0,
        "4 rewards may be due, 3 on the first level and 1 on the second; 0 beyond.\n",
    )
    told = json.loads(scored("referrers", "rewards", "--json").stdout)
    assert (told["holds"], told["beyond"], told["by_level"]) == (True, 0, [3, 1])
    header, *lines = (folder / "proof.csv").read_text().splitlines()
    assert header == "beneficiary,referee,level,between,referral"
    assert len(lines) == len(told["rewards"]) == 4
    [second] = [row for row in told["rewards"] if row["level"] == 2]
    [first] = [row for row in told["rewards"] if row["referee"] == second["between"]]
    assert first["beneficiary"] == second["beneficiary"]
    assert ",".join(map(str, second.values())) in lines


def test_rewards_that_were_paid_are_held_to_two_levels(scored: Command, folder: Path) -> None:
    (folder / "good.csv").write_text(f"beneficiary,referee,level,amount\n{PAID[0]},{PAID[1]},1,10\n{PAID[0]},{PAID[2]},2,2.5\n")
    found = scored("referrers", "rewards", "--paid", "good.csv")
    assert (found.exit_code, found.stdout) == (
        0,
        "2 rewards were paid, 1 on the first level and 1 on the second; 0 beyond. 12.50 in all, 0.00 of it beyond. "
        "0 were paid as of another level.\n",
    )
    (folder / "bad.csv").write_text(f"beneficiary,referee,level,amount\n{PAID[2]},{PAID[0]},1,4\n{PAID[1]},{PAID[2]},2,2\n")
    told = scored("referrers", "rewards", "--paid", "bad.csv", "--out", "proof.csv", "--json")
    found = json.loads(told.stdout)
    assert (told.exit_code, found["holds"], found["beyond"], found["amount_beyond"], found["other_level"]) == (
        1,
        False,
        1,
        4.0,
        2,
    )
    assert (folder / "proof.csv").read_text().startswith("beneficiary,referee,level,between,referral,paid_level,amount\n")


def test_a_file_that_can_not_be_written_is_told_in_a_line(scored: Command) -> None:
    found = scored("referrers", "rewards", "--out", "nowhere/proof.csv")
    assert (found.exit_code, found.stdout, found.stderr.count("\n")) == (2, "", 1)
