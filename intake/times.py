"""Columns of times as microseconds, in arrays. What it reads is what graph.instants reads; must not know a clock."""

from typing import Final

import numpy as np
import polars as pl

from graph import instants
from graph.errors import InvalidInputError
from graph.tables import Bools, Ints

_UNIX: Final = r"^[0-9]{9,16}$"
_ZONE: Final = r"[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]"
_ISO: Final = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ][0-9]{{2}}:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{1,6}})?(?:Z|{_ZONE})?$"
_NONE: Final = -1


def read_times(column: pl.Series) -> tuple[Ints, Bools, Bools]:
    """Microseconds of each cell, which cells are empty, and which are filled but no time (both are -1 in the first).

    Strings and numbers: ISO 8601 with or without a zone (UTC), or Unix seconds, milliseconds or microseconds by their size.
    Columns of dates and times as they are; other types hold no times.
    """
    kind = column.dtype
    if kind == pl.String:
        column = column.str.strip_chars()
        empty = (column.fill_null("") == "").to_numpy()
        found = _of_strings(column.fill_null(""))
    else:
        empty = column.is_null().to_numpy()
        found = _of_typed(column)
    found[(found < 0) | (found > instants.LATEST)] = _NONE
    return found, empty, (found == _NONE) & ~empty


def _of_typed(column: pl.Series) -> Ints:
    kind = column.dtype
    if isinstance(kind, pl.Datetime):
        bare = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if kind.time_zone else column
        return _array(bare.dt.cast_time_unit("us").cast(pl.Int64))
    if kind == pl.Date:
        return _array(column.cast(pl.Datetime("us")).cast(pl.Int64))
    if kind.is_integer():
        return _of_strings(column.cast(pl.String).fill_null(""))
    if kind.is_float():
        written = ["" if value is None else f"{value:.6f}".rstrip("0").rstrip(".") for value in column.to_list()]
        return _of_strings(pl.Series(written, dtype=pl.String))
    return np.full(len(column), _NONE, np.int64)


def _array(instant: pl.Series) -> Ints:
    return instant.fill_null(_NONE).to_numpy().astype(np.int64)


def _of_strings(column: pl.Series) -> Ints:
    """The usual forms as whole columns, the rare ones one by one."""
    found = np.full(len(column), _NONE, np.int64)
    for form, reader in ((_UNIX, _of_unix), (_ISO, _of_iso)):
        fits = column.str.contains(form)
        if fits.all():
            return _array(reader(column))
        if fits.any():
            found[fits.to_numpy()] = _array(reader(column.filter(fits)))
    odd = found == _NONE
    found[odd] = _one_by_one(column.filter(pl.Series(odd)))
    return found


def _of_unix(column: pl.Series) -> pl.Series:
    n = pl.col("n")
    scaled = pl.when(n < 10**11).then(n * instants.SECOND).when(n < 10**14).then(n * 1_000).otherwise(n)
    return pl.DataFrame({"n": column.cast(pl.Int64)}).select(scaled.alias("n"))["n"]


def _of_iso(column: pl.Series) -> pl.Series:
    bare = column.str.replace(rf"(?:Z|{_ZONE})$", "").str.replace("T", " ", literal=True)
    instant = bare.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False).cast(pl.Int64)
    if not column.str.contains(rf"{_ZONE}$").any():
        return instant
    zone = pl.col("zone")
    minutes = zone.str.slice(1, 2).cast(pl.Int64, strict=False) * 60 + zone.str.slice(4, 2).cast(pl.Int64, strict=False)
    shift = pl.when(zone.str.starts_with("+")).then(minutes).when(zone.str.starts_with("-")).then(-minutes).otherwise(0)
    frame = pl.DataFrame({"instant": instant, "zone": column.str.slice(-6)})
    return frame.select((pl.col("instant") - shift * instants.MINUTE).alias("instant"))["instant"]


def _one_by_one(column: pl.Series) -> Ints:
    known: dict[str, int] = {}
    for text in column.unique().to_list():
        try:
            known[text] = instants.parse(text)
        except InvalidInputError:
            known[text] = _NONE
    return np.array([known[text] for text in column.to_list()], np.int64)
