"""Rows of consents, withdrawals, referrals, orders and marks as events. Must not know what an event does."""

from collections.abc import Iterator
from typing import Any, Final

import polars as pl
from pydantic import ValidationError

from graph.errors import InvalidInputError
from graph.events import Event
from graph.tables import Rejection
from intake import rejecting
from intake.columns import NEEDED, Plan
from intake.frames import Frame
from intake.sightings import written

_SPLIT: Final = (";", "|")


def deeds(frame: Frame, plan: Plan, source: str) -> Iterator[tuple[int, Event] | Rejection]:
    """An event with its line, or a rejection, for each row of a file that doesn't hold sightings."""
    words = list(plan.words)
    columns = [_texts(frame.cells[str(plan.words[word])]) for word in words]
    for line, cells in zip(frame.lines.tolist(), zip(*columns, strict=True), strict=True):
        given = {word: cell for word, cell in zip(words, cells, strict=True) if cell}
        yield _event(line, given, plan, source)


def _texts(cells: pl.Series) -> list[str]:
    if isinstance(cells.dtype, (pl.Datetime, pl.Date)):
        cells = cells.cast(pl.Datetime("us")).dt.to_string("%Y-%m-%dT%H:%M:%S%.6f")
    return written(cells).str.strip_chars().fill_null("").to_list()


def _event(line: int, given: dict[str, str], plan: Plan, source: str) -> tuple[int, Event] | Rejection:
    for word, prefix in plan.prefixes.items():
        if word in given:
            given[word] = f"{prefix}:{given[word]}"
    needed = (*NEEDED[plan.content], "purposes") if plan.content == "consents" else NEEDED[plan.content]
    for word in needed:
        if word not in given:
            return rejecting.rejection(line, "invalid_event", f"no {word}")
    fields: dict[str, Any] = {**given}
    if plan.content == "consents":
        fields["purposes"] = purposes(given["purposes"])
        if not fields["purposes"]:
            return rejecting.rejection(line, "invalid_event", "no purposes")
        fields = {word: value for word, value in fields.items() if word not in {"source", "event_id"}}
    elif plan.content == "withdrawals":
        by_subject = {word: fields.pop(word) for word in ("subject", "purpose") if word in fields}
        if ("withdraw" in fields) == bool(by_subject) or len(by_subject) == 1:
            return rejecting.rejection(line, "invalid_event", "not either withdraw, or subject and purpose")
        fields.setdefault("withdraw", by_subject)
    elif plan.content == "referrals":
        fields["refer"] = (fields.pop("referrer"), fields.pop("referee"))
    if plan.content in ("referrals", "orders"):
        fields.setdefault("source", source)
    return checked(line, fields)


def purposes(text: str) -> list[str]:
    """Purposes of one cell, separated by `;` or `|`."""
    for sign in _SPLIT[1:]:
        text = text.replace(sign, _SPLIT[0])
    return [purpose.strip() for purpose in text.split(_SPLIT[0]) if purpose.strip()]


def checked(line: int, fields: dict[str, Any]) -> tuple[int, Event] | Rejection:
    """The event of fields that were read from a file, where it needs a time of its own."""
    try:
        return timed(line, Event.model_validate(fields))
    except ValidationError as error:
        return refused(line, error)
    except InvalidInputError as error:
        return Rejection(line, error.code, error.message)


def timed(line: int, event: Event) -> tuple[int, Event] | Rejection:
    """The event; a rejection where it has no time, since reading the file again would make it another event."""
    return rejecting.rejection(line, "missing_time", "no time ('at')") if event.at is None else (line, event)


def refused(line: int, error: ValidationError) -> Rejection:
    """What pydantic found first, without the value."""
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in problem["loc"] if str(part).replace("_", "").isalnum() and len(str(part)) <= 32)
    if problem["type"] == "extra_forbidden":
        return rejecting.rejection(line, "invalid_event", f"unknown key '{place}'" if place.isidentifier() else "an unknown key")
    code = "invalid_time" if problem["loc"][:1] == ("at",) and problem["type"] == "value_error" else "invalid_event"
    text = problem["msg"].removeprefix("Value error, ")
    return rejecting.rejection(line, code, f"{place}: {text}" if place else text)
