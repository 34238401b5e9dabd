"""Why a row stays out: the codes and their words. Must not tell a value."""

from typing import Final

from graph.tables import Rejection
from intake.lines import LONGEST_LINE

LONGEST_NAME: Final = 1024
LONGEST_SOURCE: Final = 200

_REASONS: Final = {
    "line_too_long": f"longer than {LONGEST_LINE:,} bytes",
    "unclosed_quote": "a quote (\") opens a cell and isn't closed",
    "invalid_quote": 'text after the quote (") that closes a cell',
    "nul_byte": "a NUL byte in it",
    "missing_time": "no time in the column of 'at'",
    "invalid_time": "not a time: use ISO 8601 (2026-03-01T08:00:00Z) or Unix seconds, in the years 1970 to 9999",
    "invalid_weight": "the weight is no number of 0 or more",
    "missing_identifier": "no identifier in any column",
}

CODES: Final = frozenset({*_REASONS, "wrong_columns", "wrong_encoding", "too_long", "invalid_event", "invalid_identifier"})
"""Every code of a row that intake rejects itself."""


def rejection(line: int, code: str, reason: str | None = None) -> Rejection:
    """A rejected row; the reason is the usual one of the code unless another is given."""
    return Rejection(line, code, reason or _REASONS[code])


def wrong_columns(line: int, found: int, expected: int) -> Rejection:
    """A row whose cells don't fit the header."""
    return Rejection(line, "wrong_columns", f"{found} columns where the header has {expected}")


def wrong_encoding(line: int, byte: int, encoding: str) -> Rejection:
    """A row that is no text in the encoding; `byte` counts from 1 within the row."""
    return Rejection(line, "wrong_encoding", not_text(encoding, byte))


def not_text(encoding: str, byte: int) -> str:
    """The words for a place that can't be decoded."""
    other = "gb18030" if encoding.lower().replace("_", "-") in {"utf-8", "utf8", "utf-8-sig"} else "utf-8"
    return f"not {encoding} text at byte {byte} of the line; is it in another encoding, say --encoding, e.g. {other}"
