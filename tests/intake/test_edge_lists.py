"""Edge lists from files: what is read, and how a bad row is told."""

import gzip
from pathlib import Path

import polars as pl
import pytest

from graph.errors import InvalidInputError
from intake.edge_lists import STATUSES, read_edges

FULL = """\
referrer,referee,at,weight,campaign,status,value,note
a, b ,2026-03-01T08:00:00Z,2,spring,Accepted,9.5,x
7,a,,,,,,
"""


def refused(path: Path, text: str) -> str:
    path.write_text(text)
    with pytest.raises(InvalidInputError) as caught:
        read_edges(path)
    return caught.value.message.replace(str(path), "FILE")


def test_all_columns_are_read_and_others_passed_over(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text(FULL)
    assert read_edges(tmp_path / "e.csv").rows() == [
        ("a", "b", 1_772_352_000_000_000, 2.0, "spring", "accepted", 9.5),
        ("7", "a", None, None, None, None, None),
    ]


def test_only_the_columns_asked_for_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("at,referee,status,referrer\nnever,b,odd,a\n")
    assert read_edges(tmp_path / "e.csv", ()).to_dicts() == [{"referrer": "a", "referee": "b"}]


def test_a_packed_file_and_parquet_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text(FULL)
    (tmp_path / "e.csv.gz").write_bytes(gzip.compress(FULL.encode()))
    plain = read_edges(tmp_path / "e.csv")
    plain.with_columns(pl.col("at").cast(pl.Datetime("us", "UTC"))).write_parquet(tmp_path / "e.parquet")
    columns = sorted(plain.columns)
    assert read_edges(tmp_path / "e.csv.gz").equals(plain)
    assert read_edges(tmp_path / "e.parquet").select(columns).equals(plain.select(columns))


def test_numbers_of_persons_in_parquet_are_names(tmp_path: Path) -> None:
    pl.DataFrame({"referrer": [1, 2], "referee": [10, 1]}).write_parquet(tmp_path / "e.parquet")
    assert read_edges(tmp_path / "e.parquet").rows() == [("1", "10"), ("2", "1")]


def test_a_header_alone_is_nobody(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("referrer,referee,at,status\n")
    empty = read_edges(tmp_path / "e.csv")
    assert empty.schema == {"referrer": pl.String, "referee": pl.String, "at": pl.Int64, "status": pl.String}
    assert empty.is_empty()


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text(FULL)
    shares: list[float] = []
    read_edges(tmp_path / "e.csv", told=shares.append)
    assert shares[-1] == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("from,to\na,b\n", "FILE: no column 'referrer' and no column 'referee'; the header has: from, to"),
        ("referrer,to\na,b\n", "FILE: no column 'referee'; the header has: referrer, to"),
        ("referrer,referee,referee\na,b,c\n", "FILE: two columns are 'referee'"),
        ("referrer,referee\na,b\n,c\n", "FILE: line 3: the referrer is empty"),
        ("referrer,referee\n\na, \nb\n", "FILE: line 3: the referee is empty; 1 more row is bad"),
        ("referrer,referee\na,b\nc\nd\ne\n", "FILE: line 3: 1 columns where the header has 2; 2 more rows are bad"),
        ("referrer,referee,weight\na,b,heavy\n", "FILE: line 2: the weight is no number"),
        ("referrer,referee,value\na,b,nan\n", "FILE: line 2: the value is no number"),
        ("referrer,referee,status\na,b,maybe\n", f"FILE: line 2: the status is none of {', '.join(STATUSES)}"),
        ('{"referrer": "a"}\n', "FILE: an edge list is a CSV or Parquet file with the columns referrer and referee"),
        ("", "FILE: the file is empty"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    assert refused(tmp_path / "e.txt", text) == message


def test_an_unreadable_time_is_told_with_its_line(tmp_path: Path) -> None:
    assert refused(tmp_path / "e.csv", "referrer,referee,at\na,b,2026-03-01\na,c,soon\n").startswith("FILE: line 3: not a time")


def test_no_value_of_a_bad_row_is_told(tmp_path: Path) -> None:
    assert "13800000001" not in refused(tmp_path / "e.csv", "referrer,referee,at\n13800000001,b,13800000001x\n")


def test_a_bad_row_of_parquet_is_told_with_its_number(tmp_path: Path) -> None:
    pl.DataFrame({"referrer": ["a", "b"], "referee": ["b", None]}).write_parquet(tmp_path / "e.parquet")
    with pytest.raises(InvalidInputError, match="row 2: the referee is empty"):
        read_edges(tmp_path / "e.parquet")


def test_a_file_that_breaks_off_is_not_read_in_part(tmp_path: Path) -> None:
    (tmp_path / "e.csv.gz").write_bytes(gzip.compress(FULL.encode())[:-12])
    with pytest.raises(InvalidInputError, match="cut off"):
        read_edges(tmp_path / "e.csv.gz")
