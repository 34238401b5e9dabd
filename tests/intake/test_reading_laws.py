"""Whatever a file holds: no crash, and every row is either in or rejected, in its order."""

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intake.outcomes import gathered

CELL = st.one_of(
    st.sampled_from(["", "1772352000", "2026-03-01T08:00:00+08:00", "13800000001", "x", ' "', "a,b", "1\n2", "-1", "nan", "1e9"]),
    st.text(max_size=8),
)
ROW = st.lists(CELL, min_size=1, max_size=6)


def outcome_of(data: bytes, name: str, chunk: int) -> object:
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
