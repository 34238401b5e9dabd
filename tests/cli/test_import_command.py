"""`rootid import`: good rows go in, bad ones are kept, the exit code says how it went."""

import gzip
import json
import os
import signal
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from cli import importing
from graph.keying import Keying
from intake.keyed import KeyedChunk, keyed
from intake.reading import Reading

Command = Callable[..., Any]


def test_what_went_in_is_told_in_a_table(rootid: Command) -> None:
    found = rootid("import", "a.csv")
    assert found.exit_code == 0
    assert [line.split()[:3] for line in found.stdout.splitlines()] == [["file", "rows", "recorded"], ["a.csv", "3", "3"]]
    assert found.stderr == ""


def test_a_second_import_doubles_nothing(filled: Command) -> None:
    before = filled("stats").stdout
    found = json.loads(filled("import", "a.csv", "--json").stdout)
    assert (found["files"][0]["recorded"], found["files"][0]["duplicates"]) == (0, 3)
    assert filled("stats").stdout == before


def test_packing_a_file_or_cutting_it_into_other_chunks_doubles_nothing(filled: Command, folder: Path) -> None:
    (folder / "a.csv.gz").write_bytes(gzip.compress((folder / "a.csv").read_bytes()))
    found = json.loads(filled("import", "a.csv.gz", "--chunk", "1", "--json").stdout)
    assert found["files"][0]["duplicates"] == 3


def test_bad_rows_are_kept_beside_the_file_without_their_values(rootid: Command, folder: Path) -> None:
    text = "at,phone,crm\nsoon,13800000001,\n2026-03-01,110,\n2026-03-01,13800000001,C1\n2999-01-01,13800000001,\n"
    (folder / "b.csv").write_text(text)
    found = rootid("import", "b.csv")
    assert found.exit_code == 0
    assert (folder / "b.csv.rejects.csv").read_text().splitlines() == [
        "line,code,reason",
        '2,invalid_time,"not a time: use ISO 8601 (2026-03-01T08:00:00Z) or Unix seconds, in the years 1970 to 9999"',
        "3,invalid_identifier,phone: not a phone number: too short or too long",
        "5,future_time,the event time lies in the future",
    ]
    assert "b.csv: 3 rows rejected (1 invalid_time, 1 invalid_identifier, 1 future_time), see b.csv.rejects.csv" in found.stderr
    assert not list(folder.glob("*.part"))


def test_a_contradiction_is_rejected_by_line(rootid: Command, folder: Path) -> None:
    (folder / "b.csv").write_text("at,crm,old crm\n2026-03-01,C1,C2\n2026-03-01,C1,\n")
    rootid("import", "b.csv", "--map", "old crm=crm")
    assert "2,contradiction,two values of the unique namespace crm in one sighting" in (folder / "b.csv.rejects.csv").read_text()


def test_rejects_of_an_earlier_import_are_taken_away_when_there_are_none(rootid: Command, folder: Path) -> None:
    (folder / "b.csv").write_text("at,phone\nsoon,13800000001\n2026-03-01,13800000001\n")
    rootid("import", "b.csv")
    (folder / "b.csv").write_text("at,phone\n2026-03-01,13800000001\n")
    rootid("import", "b.csv")
    assert not (folder / "b.csv.rejects.csv").exists()


def test_rejects_go_where_they_are_wanted(rootid: Command, folder: Path) -> None:
    (folder / "b.csv").write_text("at,phone\nsoon,13800000001\n2026-03-01,13800000001\n")
    (folder / "bad").mkdir()
    rootid("import", "b.csv", "--rejects", "bad.csv")
    rootid("import", "b.csv", "a.csv", "--rejects", "bad")
    assert (folder / "bad.csv").exists()
    assert (folder / "bad" / "b.csv.rejects.csv").exists()
    assert rootid("import", "b.csv", "a.csv", "--rejects", "bad.csv").exit_code == 2


def test_an_import_goes_on_where_rejects_can_not_be_written(rootid: Command, folder: Path) -> None:
    (folder / "b.csv").write_text("at,phone\nsoon,13800000001\n2026-03-01,13800000001\n")
    found = rootid("import", "b.csv", "--rejects", "nowhere/bad.csv")
    assert found.exit_code == 0
    assert "rootid: nowhere/bad.csv can't be written (No such file or directory); say --rejects" in found.stderr


def test_nothing_done_is_exit_code_2(rootid: Command, folder: Path) -> None:
    (folder / "b.csv").write_text("at,phone\nsoon,13800000001\n")
    assert rootid("import", "b.csv").exit_code == 2
    found = rootid("import", "none.csv")
    assert (found.exit_code, found.stderr) == (2, "rootid: none.csv: no such file\n")


def test_half_a_gzip_is_exit_code_1_with_its_good_rows_in(rootid: Command, folder: Path) -> None:
    rows = "".join(f"{1772352000 + i * 7919 % 86400},{13800000000 + i * 7907 % 99999}\n" for i in range(3_000))
    data = gzip.compress(f"at,phone\n{rows}".encode())
    (folder / "b.csv.gz").write_bytes(data[: len(data) // 2])
    found = rootid("import", "b.csv.gz", "--json")
    assert found.exit_code == 1
    counts = json.loads(found.stdout)["files"][0]
    assert counts["recorded"] > 100
    assert counts["failure"] == (
        f"b.csv.gz: the gzip data end before their end: the file is cut off (in line {counts['rows'] + 2})"
    )


def test_one_bad_file_does_not_keep_the_others_out(rootid: Command) -> None:
    found = rootid("import", "none.csv", "a.csv")
    assert found.exit_code == 1
    assert found.stdout.splitlines()[2].split()[:3] == ["a.csv", "3", "3"]
    assert found.stderr == "rootid: none.csv: no such file\n"


def test_a_header_alone_is_no_failure(rootid: Command, folder: Path) -> None:
    (folder / "b.csv").write_text("at,phone\n")
    assert rootid("import", "b.csv").exit_code == 0


def test_a_wrong_mapping_is_told_before_a_store_is_made(rootid: Command, folder: Path) -> None:
    found = rootid("import", "a.csv", "--map", "phone")
    assert (found.exit_code, found.stderr.count("\n")) == (2, 1)
    assert not (folder / "data").exists()


def test_consents_and_other_events_go_in_too(rootid: Command, folder: Path) -> None:
    (folder / "k.csv").write_text("consent,purposes,at,subject\nK1,service;marketing,2026-03-01,phone:13800000001\n")
    (folder / "e.ndjson").write_text(
        '{"at": "2026-03-02", "see": ["phone:13800000001", "cookie:k1"], "consent": "K1"}\n'
        '{"at": "2026-03-02", "see": ["shoe:41"]}\n'
        '{"at": "2026-03-03", "withdraw": "K1"}\n'
    )
    found = json.loads(rootid("import", "k.csv", "e.ndjson", "--json").stdout)
    assert [file["recorded"] for file in found["files"]] == [1, 2]
    assert (folder / "e.ndjson.rejects.csv").read_text().splitlines()[1].startswith("2,undeclared_namespace,")


def test_ctrl_c_ends_between_two_chunks_and_says_what_is_done(
    rootid: Command, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    def interrupted(path: Path, how: Reading, keying: Keying) -> Generator[KeyedChunk]:
        for chunk in keyed(path, how, keying):
            os.kill(os.getpid(), signal.SIGINT)
            yield chunk

    monkeypatch.setattr(importing, "keyed", interrupted)
    found = rootid("import", "a.csv", "a.csv", "--chunk", "1", "--json")
    told = json.loads(found.stdout)
    assert (found.exit_code, told["interrupted"]) == (130, True)
    assert [file["recorded"] for file in told["files"]] == [1]
    assert "rootid: stopped; what is done is done, run it again for the rest" in found.stderr
    monkeypatch.setattr(importing, "keyed", keyed)
    again = json.loads(rootid("import", "a.csv", "--json").stdout)["files"][0]
    assert (again["recorded"], again["duplicates"]) == (2, 1)
