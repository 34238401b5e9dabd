"""A column of times reads each cell as graph.instants reads it alone."""

from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import instants
from graph.errors import InvalidInputError
from intake.times import read_times

SHAPES = st.one_of(
    st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(9999, 12, 31)).map(str),
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=9, minutes=30))])).map(
        datetime.isoformat
    ),
    st.integers(0, 10**17).map(str),
    st.floats(1e8, 1e16).map(str),
    st.dates().map(str),
    st.from_regex(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2})?", fullmatch=True
    ),
    st.sampled_from(
        [" 2026-03-01 ", "20260301", "2026-W09-7", "2026-03-01T24:00:00", "2026-03-01T08:00:60Z", "0x12", "１７７２３５２０００"]
    ),
    st.text(max_size=12),
)


def alone(text: str) -> int:
    try:
        return instants.parse(text)
    except InvalidInputError:
        return -1


@given(st.lists(SHAPES, max_size=12))
def test_whole_columns_are_read_as_single_times_are(texts: list[str]) -> None:
    found, empty, invalid = read_times(pl.Series(texts, dtype=pl.String))
    assert found.tolist() == [alone(text) for text in texts]
    assert (empty | invalid).tolist() == [alone(text) == -1 for text in texts]


@pytest.mark.parametrize(
    "column",
    [
        pl.Series([datetime(2026, 3, 1, 8)]),
        pl.Series([datetime(2026, 3, 1, 8)]).dt.cast_time_unit("ns"),
        pl.Series([datetime(2026, 3, 1, 16)]).dt.replace_time_zone("Asia/Shanghai"),
        pl.Series([1772352000]),
        pl.Series([1772352000000]),
        pl.Series([1772352000.0]),
        pl.Series(["2026-03-01T16:00:00+08:00"]),
    ],
)
def test_typed_columns_are_read_as_what_they_are(column: pl.Series) -> None:
    assert read_times(column)[0].tolist() == [instants.parse("2026-03-01T08:00:00Z")]


def test_dates_begin_at_midnight_utc_and_gaps_are_empty() -> None:
    found, empty, invalid = read_times(pl.Series([date(2026, 3, 1), None]))
    assert found.tolist() == [instants.parse("2026-03-01"), -1]
    assert (empty.tolist(), invalid.tolist()) == ([False, True], [False, False])


def test_other_types_hold_no_times() -> None:
    assert read_times(pl.Series([True]))[2].tolist() == [True]
