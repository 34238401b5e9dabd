"""Reading lists of pairs, who referred whom or was paid for whom, as checked columns. Must not know a store or a measure."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, get_args, get_type_hints

import polars as pl

from graph.errors import InvalidInputError
from graph.model import Referral
from intake import rejecting
from intake.delimited import read_header
from intake.frames import Frame
from intake.lines import split_lines
from intake.parquet import Parquet, unpacked
from intake.sources import Source
from intake.times import read_times

ENDS: Final = ("referrer", "referee")
OPTIONAL: Final = ("at", "weight", "campaign", "status", "value")
STATUSES: Final[tuple[str, ...]] = get_args(get_type_hints(Referral)["status"])

PAID: Final = ("beneficiary", "referee")
_NUMBERS: Final = ("weight", "value", "level", "amount")
_AT_ONCE: Final = 500_000

Told = Callable[[float], None]
_Bad = tuple[int, str]
"""A line and what is wrong there."""

_Wanted = tuple[Sequence[str], Sequence[str]]
"""Columns that have to be there, and those that may."""


def read_payments(path: Path) -> pl.DataFrame:
    """Rewards that were paid, in the same form: `beneficiary` and `referee`, and `level` and `amount` where the file has them."""
    return read_edges(path, ("level", "amount"), ends=PAID)


def read_edges(
    path: Path, optional: Sequence[str] = OPTIONAL, told: Told | None = None, *, ends: Sequence[str] = ENDS
) -> pl.DataFrame:
    """All rows of a CSV or Parquet file, also packed with gzip, in their order.

    `referrer` and `referee` (or what `ends` says) are text without blanks around; no cell is empty. Of the columns in `optional`
    those that the file has: `at` (int64 microseconds), `weight` and `value` (float64), `campaign` and `status` (text; status
    one of STATUSES), null where a cell is empty. Other columns are passed over. `told` hears which share of the file is read.

    One bad row and nothing is read: raises InvalidInputError with the file, the line of the first one and what is wrong there.
    """
    source = Source(path)
    try:
        frames = _parquet if (kind := source.format()) == "parquet" else _csv
        if kind == "ndjson":
            what = "a list of payments" if ends == PAID else "an edge list"
            raise InvalidInputError(f"{what} is a CSV or Parquet file with the columns {' and '.join(ends)}")
        return frames(source, (ends, optional), told or _nobody)
    except InvalidInputError as error:
        known = error.message.startswith(f"{path}: ")
        raise InvalidInputError(error.message if known else f"{path}: {error.message}") from None
    finally:
        source.close()


def _nobody(_: float) -> None:
    pass


def _csv(source: Source, wanted: _Wanted, told: Told) -> pl.DataFrame:
    file = read_header(split_lines(source.text("utf-8")), "utf-8")
    places = _places(file.headers, wanted)
    return _gathered(file.frames(sorted(places.values())), places, lambda _: told(source.consumed / source.size), "line")


def _parquet(source: Source, wanted: _Wanted, told: Told) -> pl.DataFrame:
    with unpacked(source) as path:
        file = Parquet(path)
        places = _places(file.headers, wanted)
        frames = file.frames(sorted(places.values()), _AT_ONCE)
        return _gathered(frames, places, lambda rows: told(rows / max(1, file.rows)), "row")


def _places(headers: Sequence[str], wanted: _Wanted) -> dict[str, int]:
    """Which column holds what."""
    ends, optional = wanted
    places: dict[str, int] = {}
    for column, header in enumerate(header.strip() for header in headers):
        if header in ends or header in optional:
            if header in places:
                raise InvalidInputError(f"two columns are '{header}'")
            places[header] = column
    if absent := [end for end in ends if end not in places]:
        raise InvalidInputError(f"no column {' and no column '.join(map(repr, absent))}; the header has: {', '.join(headers)}")
    return places


def _gathered(frames: Iterable[Frame], places: dict[str, int], told: Callable[[int], None], unit: str) -> pl.DataFrame:
    parts: list[pl.DataFrame] = []
    bad: list[_Bad] = []
    rows = 0
    for frame in frames:
        bad += [(rejection.line, rejection.message) for rejection in frame.rejections]
        parts.append(_checked(frame, places, bad))
        rows += len(frame)
        told(rows)
    if bad:
        line, reason = min(bad)
        more = len({line for line, _ in bad}) - 1
        others = f"; {more:,} more {'rows are' if more > 1 else 'row is'} bad" if more else ""
        raise InvalidInputError(f"{unit} {line}: {reason}{others}")
    return pl.concat(parts) if parts else _nothing(places)


def _checked(frame: Frame, places: dict[str, int], bad: list[_Bad]) -> pl.DataFrame:
    """The columns of a frame as they are handed on; rows that are bad go into `bad` and stay."""
    columns: dict[str, pl.Series] = {}

    def refuse(rows: pl.Series, reason: str) -> None:
        bad.extend((line, reason) for line in frame.lines[rows.to_numpy()].tolist())

    for name, place in places.items():
        cells = frame.cells[str(place)]
        if name == "at":
            instants, empty, unreadable = read_times(cells)
            refuse(pl.Series(unreadable), rejecting.rejection(0, "invalid_time").message)
            columns[name] = pl.Series(instants).set(pl.Series(empty), None)
            continue
        text = cells.cast(pl.String).str.strip_chars()
        empty_text = (text == "").fill_null(value=True)
        if name in (*ENDS, *PAID):
            refuse(empty_text, f"the {name} is empty")
            columns[name] = text
            continue
        text = text.set(empty_text, None)
        if name in _NUMBERS:
            columns[name] = text.cast(pl.Float64, strict=False)
            readable = columns[name].is_finite().fill_null(value=False)
            refuse(text.is_not_null() & ~readable, f"the {name} is no number")
        elif name == "status":
            columns[name] = text.str.to_lowercase()
            refuse(text.is_not_null() & ~columns[name].is_in(STATUSES), f"the status is none of {', '.join(STATUSES)}")
        else:
            columns[name] = text
    return pl.DataFrame(columns)


def _nothing(places: dict[str, int]) -> pl.DataFrame:
    kinds = {"at": pl.Int64} | dict.fromkeys(_NUMBERS, pl.Float64)
    return pl.DataFrame(schema={name: kinds.get(name, pl.String) for name in places})
