"""From a frame of cells to a table of sightings, in arrays. Must not know the policy's rules, only which column is what."""

import numpy as np
import polars as pl

from graph.tables import Bools, Floats, IdentifierColumn, Ints, Rejection, SightingTable
from intake import rejecting
from intake.columns import Plan
from intake.times import read_times

_MOST_CHARACTERS = {
    "source": rejecting.LONGEST_SOURCE,
    **dict.fromkeys(("event_id", "session", "consent", "basis"), rejecting.LONGEST_NAME),
}


def sighting_table(frame: pl.DataFrame, lines: Ints, plan: Plan, source: str) -> tuple[SightingTable, list[Rejection]]:
    """Read the cells of a frame whose columns are named "0", "1", … by their place in the file.

    `lines` are the lines of the rows; `source` is said of rows that don't name theirs. Rows that can't be read are rejected,
    each once.
    """
    problems = _Problems(lines)
    at, empty, invalid = read_times(_cells(frame, plan, "at"))
    problems.mark(empty, "missing_time")
    problems.mark(invalid, "invalid_time")
    weight = _weight(frame, plan, problems)
    texts = {word: _text(frame, plan, word, problems) for word in _MOST_CHARACTERS}
    columns = [(place, _filled(written(frame[str(place.column)]).str.strip_chars())) for place in plan.identifiers]
    named = np.zeros(len(lines), np.bool_)
    for _, cells in columns:
        named |= cells.is_not_null().to_numpy()
    problems.mark(~named, "missing_identifier")
    good = problems.good
    keep = pl.Series(good)
    kept = {word: None if text is None else text.filter(keep) for word, text in texts.items()}
    identifiers: list[IdentifierColumn] = []
    for place, all_cells in columns:
        cells = all_cells.filter(keep)
        rows = np.flatnonzero(cells.is_not_null().to_numpy()).astype(np.int64)
        identifiers.append(IdentifierColumn(place.namespace, place.scope, rows, cells.drop_nulls()))
    given = kept["source"]
    sources = pl.repeat(source, int(good.sum()), dtype=pl.String, eager=True) if given is None else given.fill_null(source)
    return SightingTable(
        lines[good],
        at[good],
        sources,
        kept["event_id"],
        kept["session"],
        kept["consent"],
        kept["basis"],
        None if weight is None else weight[good],
        identifiers,
    ), problems.rejections


class _Problems:
    """The first problem of each row."""

    def __init__(self, lines: Ints) -> None:
        self._lines = lines
        self.good = np.ones(len(lines), np.bool_)
        self._found: list[tuple[int, Rejection]] = []

    def mark(self, bad: Bools, code: str, reason: str | None = None) -> None:
        fresh = bad & self.good
        for row in np.flatnonzero(fresh).tolist():
            self._found.append((row, rejecting.rejection(int(self._lines[row]), code, reason)))
        self.good &= ~fresh

    @property
    def rejections(self) -> list[Rejection]:
        return [found for _, found in sorted(self._found, key=lambda item: item[0])]


def _cells(frame: pl.DataFrame, plan: Plan, word: str) -> pl.Series:
    return frame[str(plan.words[word])]


def _filled(cells: pl.Series) -> pl.Series:
    """Empty cells as nulls."""
    return pl.DataFrame({"c": cells}).select(pl.when(pl.col("c") != "").then(pl.col("c")))["c"]


def written(cells: pl.Series) -> pl.Series:
    """Cells of any plain type as strings; whole floats without their `.0`, which a column of numbers with gaps brings."""
    if cells.dtype == pl.String:
        return cells
    if cells.dtype.is_float():
        whole = cells.cast(pl.Int64, strict=False)
        frame = pl.DataFrame({"float": cells, "whole": whole})
        same = pl.col("whole").cast(cells.dtype) == pl.col("float")
        return frame.select(
            pl.when(same).then(pl.col("whole").cast(pl.String)).otherwise(pl.col("float").cast(pl.String)).alias("c")
        )["c"]
    return cells.cast(pl.String)


def _text(frame: pl.DataFrame, plan: Plan, word: str, problems: _Problems) -> pl.Series | None:
    if word not in plan.words:
        return None
    cells = _filled(written(_cells(frame, plan, word)).str.strip_chars())
    most = _MOST_CHARACTERS[word]
    long = (cells.str.len_bytes().fill_null(0) > most).to_numpy()
    if long.any():
        long = (cells.str.len_chars().fill_null(0) > most).to_numpy()
        problems.mark(long, "too_long", f"more than {most} characters in the column of '{word}'")
    return cells


def _weight(frame: pl.DataFrame, plan: Plan, problems: _Problems) -> Floats | None:
    """Weights, 1 where the cell is empty."""
    if "weight" not in plan.words:
        return None
    cells = _filled(written(_cells(frame, plan, "weight")).str.strip_chars())
    weight = cells.cast(pl.Float64, strict=False)
    fine = weight.is_finite() & (weight >= 0)
    bad = ~fine.fill_null(value=False) & cells.is_not_null()
    problems.mark(bad.to_numpy(), "invalid_weight")
    return weight.fill_null(1.0).to_numpy()
