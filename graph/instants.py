"""Instants and durations as whole microseconds since 1970-01-01T00:00Z. Pure: reads no clock but in `now`."""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Final

from graph.errors import InvalidInputError

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = 253_402_300_799 * SECOND
"""The last second of the year 9999; nothing on record is later."""

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])?", re.ASCII)
_UNITS: Final = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY, None: DAY}
_LONGEST: Final = 365_250 * DAY


def now() -> int:
    """Microseconds since the epoch by the machine's clock."""
    return time.time_ns() // 1_000


def from_datetime(moment: datetime) -> int:
    """Microseconds of a datetime; one without a zone is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(microseconds=1)


def to_datetime(instant: int) -> datetime:
    """The datetime in UTC of an instant."""
    return EPOCH + timedelta(microseconds=instant)


def parse(text: str) -> int:
    """Read ISO 8601 (no zone means UTC), or Unix seconds / milliseconds / microseconds by their size.

    Raises InvalidInputError for anything else, and for years outside 1970–9999.
    """
    cleaned = text.strip()
    try:
        if re.fullmatch(r"\d{9,16}(\.\d+)?", cleaned, re.ASCII):
            whole = float(cleaned) if "." in cleaned else int(cleaned)
            scale = SECOND if whole < 10**11 else 1_000 if whole < 10**14 else 1
            instant = int(whole * scale)
        else:
            instant = from_datetime(datetime.fromisoformat(cleaned))
    except (ValueError, OverflowError):
        raise InvalidInputError("not a time: use ISO 8601 (2026-03-01T08:00:00Z) or Unix seconds") from None
    if not 0 <= instant <= LATEST:
        raise InvalidInputError("a time outside the years 1970 to 9999")
    return instant


def text(instant: int) -> str:
    """ISO 8601 in UTC with a Z, to the second where there is no fraction."""
    moment = to_datetime(instant)
    spec = "microseconds" if moment.microsecond else "seconds"
    return moment.isoformat(timespec=spec).replace("+00:00", "Z")


def duration(value: int | float | str) -> int:
    """Microseconds of a number of days, or of `90s`, `15m`, `2h`, `90d`, `4w`.

    Raises ValueError (for pydantic to report with its place) for anything else, below zero, or above 1,000 years.
    """
    found = _microseconds(value)
    if not found <= _LONGEST:  # also what is no number
        raise ValueError("a duration can't be longer than 1,000 years")
    return int(found)


def _microseconds(value: int | float | str) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if value < 0:
            raise ValueError("a duration can't be negative")
        return value * DAY
    match = _DURATION.fullmatch(str(value).strip())
    if match is None:
        raise ValueError("a duration is a number of days or like 15m, 2h, 90d")
    return float(match[1]) * _UNITS[match[2]]
