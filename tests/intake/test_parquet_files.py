"""Parquet: columns of any plain type."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import polars as pl

from graph import instants

Read = Callable[..., Any]
AT = instants.parse("2026-03-01T08:00:00Z")


def packed(frame: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.write_parquet(file)
    return file.getvalue()


def test_columns_are_read_by_their_type(reading: Read) -> None:
    frame = pl.DataFrame(
        {
            "at": [datetime(2026, 3, 1, 8), None],
            "phone": [13800000001, 13800000002],
            "openid@wxA": [1.0, None],
            "email": pl.Series(["tom@acme.com", ""], dtype=pl.Categorical),
            "weight": [0.5, 1.0],
        }
    )
    for name in ("a.parquet", "a.parquet.gz", "a.bin"):
        found = reading(packed(frame), name)
        more = {"weight": 0.5, "see": ["phone:13800000001", "openid@wxA:1", "email:tom@acme.com"]}
        assert found.seen == [(1, AT, name.removesuffix(".gz"), more)]
        assert found.problems == [(2, "missing_time")]


def test_many_rows_come_in_chunks_with_their_row_numbers(reading: Read) -> None:
    frame = pl.DataFrame({"at": pl.Series(range(1772352000, 1772352000 + 1000)), "phone": pl.Series(range(1000)).cast(pl.String)})
    found = reading(packed(frame), "a.parquet", chunk=64)
    assert [line for line, *_ in found.seen] == list(range(1, 1001))


def test_consents_may_come_as_parquet(reading: Read) -> None:
    frame = pl.DataFrame({"at": [datetime(2026, 3, 1, 8)], "consent": ["K1"], "purposes": ["service"]})
    [(line, event)] = reading(packed(frame), "a.parquet").events
    assert (line, event.at, event.purposes) == (1, AT, ("service",))


def test_damaged_and_mistaken_files_are_named(reading: Read) -> None:
    data = packed(pl.DataFrame({"at": [1772352000], "phone": ["1"]}))
    assert reading(data[: len(data) // 2], "a.parquet").failure == "DIR/a.parquet: the Parquet file is damaged or cut off"
    assert reading(b"at,phone\n", "a.parquet").failure == "DIR/a.parquet: no Parquet file, whatever its name says"
    assert reading(packed(pl.DataFrame({"phone": ["1"]})), "a.parquet").failure.startswith("DIR/a.parquet: no column 'at'")
    nested = pl.DataFrame({"at": [1772352000], "phone": [["1"]]})
    assert (
        reading(packed(nested), "a.parquet").failure == "DIR/a.parquet: the column 'phone' holds List(String), not plain values"
    )
