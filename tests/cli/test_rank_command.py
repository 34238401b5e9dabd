"""`rootid rank`: files in, a file or a table out, and what is told beside it. All persons are invented."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from algorithms import ranking

Command = Callable[..., Any]

EDGES = """\
referrer,referee,at,status
ann,bob,2026-03-01,accepted
ann,cat,2026-03-02,accepted
bob,dan,2026-03-03,accepted
cat,dan,2026-03-04,accepted
dan,ann,2026-03-05,accepted
eve,eve,2026-03-06,accepted
ann,fay,2026-03-07,pending
"""

HEADER = "person,pagerank,betweenness,component,direct,second,reach,depth"


@pytest.fixture
def edges(folder: Path) -> Path:
    (folder / "edges.csv").write_text(EDGES)
    return folder


def test_a_row_a_person_is_written_with_full_precision(edges: Path, rootid: Command) -> None:
    found = rootid("rank", "edges.csv", "--out", "ranks.csv")
    assert (found.exit_code, found.stdout) == (0, "")
    lines = (edges / "ranks.csv").read_text().splitlines()
    assert (lines[0], len(lines)) == (HEADER, 7)
    ann = lines[1].split(",")
    weights = {"ann": 1 + 0.85 * 2 + 0.85**2, "bob": 1.85}
    assert (ann[0], ann[2:]) == ("ann", ["3.0", "ann", "2", "1", "3", "0"])
    assert float(ann[1]) == pytest.approx(weights["ann"] / (sum(weights.values()) + 4), rel=1e-15)


def test_what_was_set_apart_is_told_on_stderr(edges: Path, rootid: Command) -> None:
    assert rootid("rank", "edges.csv", "--out", "ranks.csv").stderr.splitlines() == [
        "rootid: edges.csv: 3 of 7 referrals ranked; set apart: 1 of a person to the same person, 1 pending, "
        "1 of people who had referred somebody earlier, 1 of people who had an inviter already",
        "rootid: 6 persons in ranks.csv",
    ]


def test_raw_takes_the_edges_as_they_are(edges: Path, rootid: Command) -> None:
    found = rootid("rank", "edges.csv", "--raw", "--out", "ranks.csv")
    assert "set apart: 1 of a person to the same person" in found.stderr
    rows = {row["person"]: row for row in pl.read_csv(edges / "ranks.csv").to_dicts()}
    assert {person: row["direct"] for person, row in rows.items()} == {"ann": 3, "bob": 1, "cat": 1, "dan": 1, "eve": 0, "fay": 0}
    assert [rows[person]["reach"] for person in ("ann", "bob", "cat", "dan", "fay")] == [4, 4, 4, 4, 0]


def test_raw_does_not_look_at_times_and_statuses(folder: Path, rootid: Command) -> None:
    (folder / "odd.csv").write_text("referrer,referee,at,status\nann,bob,soon,maybe\n")
    assert rootid("rank", "odd.csv", "--raw").exit_code == 0
    assert rootid("rank", "odd.csv").exit_code == 2


@pytest.mark.parametrize("name", ["ranks.csv.gz", "ranks.parquet"])
def test_the_suffix_says_how_the_file_is_written(edges: Path, rootid: Command, name: str) -> None:
    rootid("rank", "edges.csv", "--out", "ranks.csv")
    assert rootid("rank", "edges.csv", "--out", name).exit_code == 0
    expected = pl.read_csv(edges / "ranks.csv")
    if name.endswith("gz"):
        assert gzip.decompress((edges / name).read_bytes()) == (edges / "ranks.csv").read_bytes()
    else:
        assert pl.read_parquet(edges / name).to_dicts() == expected.to_dicts()


def test_the_order_of_rows_does_not_matter_where_times_are_told(edges: Path, rootid: Command) -> None:
    rootid("rank", "edges.csv", "--out", "one.csv")
    header, *rows = EDGES.splitlines()
    (edges / "edges.csv").write_text("\n".join([header, *reversed(rows)]) + "\n")
    rootid("rank", "edges.csv", "--out", "two.csv")
    assert (edges / "one.csv").read_bytes() == (edges / "two.csv").read_bytes()


def test_without_out_the_top_is_shown(edges: Path, rootid: Command) -> None:
    lines = rootid("rank", "edges.csv").stdout.splitlines()
    assert lines[0].split() == HEADER.split(",")
    assert lines[1].split() == ["ann", "0.369102", "3.0", "ann", "2", "1", "3", "0"]
    assert len(lines) == 7


def test_the_summary_for_programs(edges: Path, rootid: Command) -> None:
    found = json.loads(rootid("rank", "edges.csv", "--json").stdout)
    assert found.pop("seconds") >= 0
    assert [row["person"] for row in found.pop("top")] == ["ann", "bob", "cat", "dan", "eve", "fay"]
    assert found == {
        "file": "edges.csv",
        "out": None,
        "raw": False,
        "rows": 7,
        "persons": 6,
        "components": 3,
        "forest": True,
        "ranked": 3,
        "set_apart": {"self_referral": 1, "pending": 1, "was_there_before": 1, "later_inviter": 1},
    }


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",bob,2026-03-01,accepted", "line 9: the referrer is empty"),
        ("ann,bob,soon,accepted", "line 9: not a time"),
        ("ann,bob", "line 9: 2 columns where the header has 4"),
        ("ann,bob,2026-03-01,maybe", "line 9: the status is none of"),
    ],
)
def test_a_bad_row_is_told_and_the_last_good_result_stays(edges: Path, rootid: Command, row: str, reason: str) -> None:
    rootid("rank", "edges.csv", "--out", "ranks.csv")
    before = (edges / "ranks.csv").read_bytes()
    (edges / "edges.csv").write_text(f"{EDGES}{row}\n")
    found = rootid("rank", "edges.csv", "--out", "ranks.csv")
    assert (found.exit_code, found.stderr.count("\n")) == (2, 1)
    assert f"edges.csv: {reason}" in found.stderr
    assert (edges / "ranks.csv").read_bytes() == before
    assert not list(edges.glob("*.part"))


def test_a_missing_column_is_told(folder: Path, rootid: Command) -> None:
    (folder / "odd.csv").write_text("from,to\nann,bob\n")
    found = rootid("rank", "odd.csv")
    assert found.exit_code == 2
    assert found.stderr == "rootid: odd.csv: no column 'referrer' and no column 'referee'; the header has: from, to\n"


def test_ctrl_c_leaves_the_last_good_result(edges: Path, rootid: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    (edges / "ranks.csv").write_text("good")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ranking, "raw_ranking", interrupted)
    found = rootid("rank", "edges.csv", "--raw", "--out", "ranks.csv")
    assert (found.exit_code, found.stderr) == (130, "rootid: stopped; ranks.csv was not touched\n")
    assert (edges / "ranks.csv").read_text() == "good"


@pytest.mark.parametrize(
    ("out", "reason"),
    [
        ("ranks.xlsx", "the name must end with one of .csv, .csv.gz, .parquet"),
        ("nowhere/ranks.csv", "no such directory"),
        ("folder.csv", "it is a directory"),
        ("edges.csv", "that is the edge list itself"),
    ],
)
def test_a_file_that_can_not_be_written_is_told_before_the_work(edges: Path, rootid: Command, out: str, reason: str) -> None:
    (edges / "folder.csv").mkdir()
    found = rootid("rank", "edges.csv", "--out", out)
    assert (found.exit_code, reason in found.stderr) == (2, True)
    assert (edges / "edges.csv").read_text() == EDGES


def test_no_store_is_made(edges: Path, rootid: Command) -> None:
    rootid("rank", "edges.csv", "--out", "ranks.csv")
    assert sorted(path.name for path in edges.iterdir()) == ["a.csv", "edges.csv", "policy.yaml", "ranks.csv"]
