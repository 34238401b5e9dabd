"""The commands that ask: lookup, show, stats, export, evaluate."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Command = Callable[..., Any]


def test_lookup_answers_in_the_order_asked_and_shows_masks_only(filled: Command) -> None:
    found = filled("lookup", "phone:13800000001", "cookie:k1", "email:nobody@acme.com", "shoe")
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert [line.split()[1:3] for line in lines[1:4]] == [
        ["phone:138****0001", "resolved"],
        ["cookie:****", "resolved"],
        ["email:n***@acme.com", "unknown"],
    ]
    assert "invalid" in lines[4]
    assert "13800000001" not in found.output


def test_lookup_reads_names_from_stdin_and_from_a_file(filled: Command, folder: Path) -> None:
    (folder / "names.txt").write_text("email:tom@acme.com\tphone:13800000002\n\ncrm:C2\n")
    answers = json.loads(filled("lookup", "--file", "names.txt", "--json").stdout)
    assert [answer["namespace"] for answer in answers] == ["phone", "crm"]
    assert answers[0]["disagreeing"]
    assert json.loads(filled("lookup", "-", "--json", stdin="crm:C2\n").stdout)[0]["root_id"] == answers[1]["root_id"]


def test_names_together_are_one_person(filled: Command) -> None:
    [answer] = json.loads(filled("lookup", "--together", "email:tom@acme.com", "crm:C1", "--json").stdout)
    assert (answer["namespace"], answer["disagreeing"]) == ("crm", [])


def test_nobody_found_is_exit_code_1(filled: Command) -> None:
    assert filled("lookup", "phone:13800009999").exit_code == 1


def test_questions_that_make_no_sense_are_exit_code_2(filled: Command) -> None:
    assert filled("lookup").exit_code == 2
    assert filled("lookup", "crm:C1", "--file", "a.csv").exit_code == 2
    assert filled("lookup", "--file", "none.txt").stderr == "rootid: none.txt: can't be read (No such file or directory)\n"
    found = filled("lookup", "crm:C1", "--purpose", "fun")
    assert (found.exit_code, found.stderr) == (2, "rootid: a purpose that the policy doesn't have; it has: service, marketing\n")


def test_show_draws_a_person(filled: Command) -> None:
    root = json.loads(filled("lookup", "crm:C1", "--json").stdout)[0]["root_id"]
    picture = filled("show", root).stdout
    assert "person (3)" in picture
    assert "phone:138****0001" in picture
    assert "links" in picture
    assert json.loads(filled("show", root, "--json").stdout)["root_id"] == root


def test_an_unknown_root_is_exit_code_1(filled: Command) -> None:
    found = filled("show", "01890000-0000-7000-8000-000000000000")
    assert (found.exit_code, found.stderr.count("\n")) == (1, 1)


def test_stats_counts_what_is_on_record(filled: Command) -> None:
    assert json.loads(filled("stats", "--json").stdout)["identifiers"]["phone"] == 2
    assert "identifiers phone" in filled("stats").stdout


def test_export_writes_lines_of_json_without_values(filled: Command, folder: Path) -> None:
    found = filled("export", "roots", "--out", "roots.ndjson")
    assert found.stderr == "rootid: 7 lines in roots.ndjson\n"
    rows = [json.loads(line) for line in (folder / "roots.ndjson").read_text().splitlines()]
    assert {row["namespace"] for row in rows} == {"phone", "email", "crm", "cookie"}
    filled("export", "sightings", "--out", "s.ndjson")
    assert "13800000001" not in (folder / "s.ndjson").read_text()
    assert filled("export", "roots", "--out", "nowhere/roots.ndjson").exit_code == 2


def test_evaluate_compares_roots_with_a_truth(filled: Command, folder: Path) -> None:
    (folder / "truth.csv").write_text(
        "identifier,person\nphone:13800000001,tom\nemail:tom@acme.com,tom\nemail:ann@acme.com,ann\n"
    )
    figures = json.loads(filled("evaluate", "truth.csv", "--json").stdout)
    assert (figures["precision"], figures["recall"], figures["f1"], figures["not_on_record"]) == (1, 1, 1, 0)
    (folder / "truth.csv").write_text("email,person\ntom@acme.com,x\nann@acme.com,x\nnew@acme.com,x\n")
    assert filled("evaluate", "truth.csv").stdout.split()[-3:] == ["on", "record", "1"]
    (folder / "truth.csv").write_text("email\ntom@acme.com\n")
    text = "rootid: truth.csv: a truth file has two columns, identifier (or a namespace) and person\n"
    assert filled("evaluate", "truth.csv").stderr == text


def test_a_store_that_is_not_there_is_not_made_by_asking(rootid: Command, folder: Path) -> None:
    for command in (("lookup", "crm:C1"), ("stats",), ("export", "roots"), ("show", "x")):
        found = rootid("--store", "sqlite:///typo.db", *command)
        text = "rootid: there is no store at sqlite:///typo.db yet; 'rootid import' makes one, --store names another\n"
        assert (found.exit_code, found.stderr) == (2, text)
    assert not (folder / "typo.db").exists()


def test_compact_says_when_it_is_done(filled: Command) -> None:
    found = filled("compact")
    assert (found.exit_code, found.stderr) == (0, "rootid: nothing that was taken off the record is left in the files\n")
