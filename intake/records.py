"""Cutting CSV text into records: where each begins, and which can't be one. RFC 4180; must not know what a column means.

Two ways with one outcome: positions in arrays where quotes are regular (nearly always), else record by record.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph.tables import Ints, Rejection
from intake import rejecting
from intake.lines import LONGEST_LINE

_QUOTE: Final = ord('"')
_NEWLINE: Final = ord("\n")
_RETURN: Final = ord("\r")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of a file are written: delimiter (one ASCII character), columns of the header, name of the encoding."""

    delimiter: bytes
    columns: int
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Records:
    """Good records as a frame of strings with columns "0", "1", … and the line on which each begins; and what is not good.

    `rest` begins a record that the text doesn't end.
    """

    frame: pl.DataFrame
    lines: Ints
    rejections: list[Rejection]
    rest: bytes

    @property
    def rows(self) -> int:
        """Records seen, good and bad."""
        return self.frame.height + len(self.rejections)


def split_records(text: bytes, first: int, dialect: Dialect, *, last: bool) -> Records:
    """Cut text that begins with a record on line `first`; `last` says that no more text follows. Blank lines are no records.

    A record is rejected where it is longer than LONGEST_LINE, has not as many cells as the header, isn't text, or its quotes
    are wrong; then reading goes on at the next line.
    """
    if last and text and not text.endswith(b"\n"):
        text += b"\n"
    return _at_once(text, first, dialect, last=last) or _one_by_one(text, first, dialect, last=last)


def _is_plain(text: bytes) -> bool:
    """Text without NULs and without returns that don't stand before a newline (polars drops those)."""
    if b"\0" in text or (b"\r" in text and text.count(b"\r") != text.count(b"\r\n")):
        return False
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _regular(array: NDArray[np.uint8], quotes: Ints, delimiter: int) -> bool:
    """Whether each quote opens a cell, closes one, or is one of a doubled pair within."""
    padded = np.concatenate([[_NEWLINE], array, [_NEWLINE]])
    opening, closing = quotes[0::2], quotes[1::2]
    before, after = padded[opening], padded[closing + 2]
    opens = (before == _NEWLINE) | (before == delimiter)
    opens[1:] |= opening[1:] == closing[: len(opening) - 1] + 1
    ends_line = (after == _NEWLINE) | ((after == _RETURN) & (padded[np.minimum(closing + 3, len(padded) - 1)] == _NEWLINE))
    closes = ends_line | (after == delimiter)
    paired = min(len(closing), len(opening) - 1)
    closes[:paired] |= opening[1 : paired + 1] == closing[:paired] + 1
    return bool(opens.all() and closes.all())


def _at_once(text: bytes, first: int, dialect: Dialect, *, last: bool) -> Records | None:
    """All records by their positions; None where they have to be looked at one by one."""
    if not _is_plain(text):
        return None
    array = np.frombuffer(text, np.uint8)
    delimiter = dialect.delimiter[0]
    newlines, delimiters = np.flatnonzero(array == _NEWLINE), np.flatnonzero(array == delimiter)
    ends = newlines
    if b'"' in text:
        quotes = np.flatnonzero(array == _QUOTE)
        if not _regular(array, quotes, delimiter):
            return None
        ends = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
        delimiters = delimiters[np.searchsorted(quotes, delimiters) % 2 == 0]
    stop = int(ends[-1]) + 1 if len(ends) else 0
    rest = text[stop:]
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    lengths = ends - starts
    if (rest and last) or len(rest) > LONGEST_LINE or (lengths > LONGEST_LINE).any():
        return None
    lines = first + (np.arange(len(ends)) if ends is newlines else np.searchsorted(newlines, starts))
    cells = np.searchsorted(delimiters, ends) - np.searchsorted(delimiters, starts) + 1
    blank = (lengths == 0) | ((lengths == 1) & (array[starts] == _RETURN))
    good = ~blank & (cells == dialect.columns)
    rejections = [
        rejecting.wrong_columns(int(lines[bad]), int(cells[bad]), dialect.columns)
        for bad in np.flatnonzero(~blank & ~good).tolist()
    ]
    kept = array[:stop] if good.all() else array[:stop][np.repeat(good, lengths + 1)]
    frame = _read(kept.tobytes(), dialect, int(good.sum()))
    return None if frame is None else Records(frame, lines[good], rejections, rest)


def _schema(dialect: Dialect) -> dict[str, pl.DataType]:
    return {str(number): pl.String() for number in range(dialect.columns)}


def _read(text: bytes, dialect: Dialect, records: int) -> pl.DataFrame | None:
    """The cells of regular records; None where polars counts otherwise than we do."""
    if not records:
        return pl.DataFrame(schema=_schema(dialect))
    try:
        frame = pl.read_csv(
            text,
            has_header=False,
            schema=_schema(dialect),
            separator=dialect.delimiter.decode(),
            quote_char='"',
            infer_schema=False,
        )
    except pl.exceptions.PolarsError:
        return None
    return frame if frame.height == records else None


def header_cells(line: bytes, delimiter: bytes) -> list[bytes] | None:
    """The cells of one line; None where its quotes are wrong."""
    try:
        return _cells(line + b"\n", 0, delimiter)[0]
    except (_MisquotedError, _UnclosedError):
        return None


class _MisquotedError(Exception):
    """Text after a closing quote."""


class _UnclosedError(Exception):
    """No closing quote within the longest record, or before the end of the text."""


def _cells(text: bytes, start: int, delimiter: bytes) -> tuple[list[bytes], int]:
    """The cells of the record that begins at `start`, and the position after its newline (which the text has)."""
    newline = text.index(b"\n", start)
    line = text[start:newline]
    if b'"' not in line:
        return line.removesuffix(b"\r").split(delimiter), newline + 1
    cells: list[bytes] = []
    at = start
    while True:
        if text[at] == _QUOTE:
            close = _closing(text, at + 1, start + LONGEST_LINE)
            cells.append(text[at + 1 : close].replace(b'""', b'"'))
            at = close + 1
        else:
            newline = text.index(b"\n", at)
            comma = text.find(delimiter, at, newline)
            end = newline if comma < 0 else comma
            cells.append(text[at:end].removesuffix(b"\r") if comma < 0 else text[at:end])
            at = end
        if text.startswith(delimiter, at):
            at += 1
        elif text.startswith((b"\n", b"\r\n"), at):
            return cells, text.index(b"\n", at) + 1
        else:
            raise _MisquotedError


def _closing(text: bytes, start: int, limit: int) -> int:
    at = start
    while (close := text.find(b'"', at, limit)) >= 0:
        if not text.startswith(b'"', close + 1):
            return close
        at = close + 2
    raise _UnclosedError


def _one_by_one(text: bytes, first: int, dialect: Dialect, *, last: bool) -> Records:
    rows: list[list[str]] = []
    lines: list[int] = []
    rejections: list[Rejection] = []
    at, line, stop = 0, first, text.rfind(b"\n") + 1
    text, unfinished = text[:stop], text[stop:]
    while at < stop:
        newline = text.index(b"\n", at)
        try:
            cells, after = _cells(text, at, dialect.delimiter)
            outcome = _judged(text[at:after], cells, line, dialect)
        except _UnclosedError:
            if not last and stop - at <= LONGEST_LINE:
                break
            after, outcome = newline + 1, rejecting.rejection(line, "unclosed_quote")
        except _MisquotedError:
            after, outcome = newline + 1, rejecting.rejection(line, "invalid_quote")
        if isinstance(outcome, Rejection):
            rejections.append(outcome)
        elif outcome is not None:
            rows.append(outcome)
            lines.append(line)
        line += text.count(b"\n", at, after)
        at = after
    frame = pl.DataFrame(rows, schema=_schema(dialect), orient="row")
    return Records(frame, np.array(lines, np.int64), rejections, text[at:] + unfinished)


def _judged(record: bytes, cells: list[bytes], line: int, dialect: Dialect) -> list[str] | Rejection | None:
    """The cells as text; None for a blank line."""
    if record in {b"\n", b"\r\n"}:
        return None
    if len(record) - 1 > LONGEST_LINE:
        return rejecting.rejection(line, "line_too_long")
    if len(cells) != dialect.columns:
        return rejecting.wrong_columns(line, len(cells), dialect.columns)
    if b"\0" in record:
        return rejecting.rejection(line, "nul_byte")
    try:
        record.decode()
        return [cell.decode() for cell in cells]
    except UnicodeDecodeError as error:
        return rejecting.wrong_encoding(line, error.start + 1, dialect.encoding)
