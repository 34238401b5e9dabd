"""Whatever a file holds: no crash, and every row is either in or rejected, in its order."""

import csv
import gzip
import io
import tempfile
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intake.outcomes import Outcome, gathered

CELL = st.one_of(
    st.sampled_from(["", "1772352000", "2026-03-01T08:00:00+08:00", "13800000001", "x", ' "', "a,b", "1\n2", "-1", "nan", "1e9"]),
    st.text(max_size=8),
)
ROW = st.lists(CELL, min_size=1, max_size=6)


def outcome_of(data: bytes, name: str, chunk: int) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return gathered(path, chunk=chunk)


@settings(max_examples=150, deadline=None)
@given(st.lists(ROW, max_size=12), st.integers(1, 5))
def test_every_row_of_a_csv_is_in_or_rejected(table: list[list[str]], chunk: int) -> None:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([["at", "phone", "name", "weight"], *table])
    found = outcome_of(file.getvalue().encode("utf-8", "replace"), "a.csv", chunk)
    lines = sorted([line for line, *_ in found.seen] + [rejection.line for rejection in found.bad])
    assert found.failure is None
    assert found.rows == len(lines) == len(table)
    assert len(set(lines)) == len(lines)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.ndjson", "a.parquet", "a.csv.gz", "a"]), st.integers(1, 4))
def test_no_bytes_crash_the_reader(data: bytes, name: str, chunk: int) -> None:
    outcome_of(data, name, chunk)
    outcome_of(b"at,phone,name\n" + data, name, chunk)
    outcome_of(b"\x1f\x8b" + data, name, chunk)
    outcome_of(b"PAR1" + data, name, chunk)


GOOD_ROWS = [{"at": 1_772_352_000 + n, "phone": f"1380000{n:04}", "name": "x" * n} for n in range(40)]
CSV = "at,phone,name\n" + "".join(f"{row['at']},{row['phone']},{row['name']}\n" for row in GOOD_ROWS)


def good_file(name: str) -> bytes:
    if name.endswith(".parquet"):
        file = io.BytesIO()
        pl.DataFrame(GOOD_ROWS).write_parquet(file, row_group_size=16)
        return file.getvalue()
    return gzip.compress(CSV.encode(), mtime=0)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(["a.parquet", "a.csv.gz"]).map(lambda name: (name, good_file(name))),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=4),
    st.floats(0, 1),
)
def test_a_good_file_that_was_damaged_crashes_nothing(
    file: tuple[str, bytes], flips: list[tuple[float, int]], kept: float
) -> None:
    name, data = file[0], bytearray(file[1])
    for place, mask in flips:
        data[int(place * len(data))] ^= mask
    found = outcome_of(bytes(data[: int(kept * len(data)) if kept < 0.9 else None]), name, 3)
    assert found.failure is not None or found.rows == len(found.seen) + len(found.bad)
