"""Reading NDJSON: one event a line. Must not know what an event does."""

from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from graph.errors import InvalidIdentifierError
from graph.events import Event
from graph.policy import parse_name
from graph.tables import Rejection, SightingTable, table_of
from intake import rejecting
from intake.deeds import refused, timed
from intake.lines import Lines

Item = tuple[int, Event] | Rejection


def items(blocks: Iterable[Lines], encoding: str) -> Iterator[Item]:
    """An event with its line, or a rejection, for each line that isn't blank."""
    for block in blocks:
        line = block.first
        for line, text in enumerate(block.text.split(b"\n"), block.first):
            if stripped := text.strip():
                yield _item(line, stripped, encoding)
        if block.too_long:
            yield rejecting.rejection(block.after, "line_too_long")


def _item(line: int, text: bytes, encoding: str) -> Item:
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return rejecting.wrong_encoding(line, error.start + 1, encoding)
    try:
        return timed(line, Event.model_validate_json(text))
    except ValidationError as error:
        return refused(line, error)


def seen_table(seen: list[tuple[int, Event]], source: str) -> tuple[SightingTable, list[Rejection]]:
    """A table of events that all have the verb `see`; those that name something other than an identifier are rejected."""
    rows: list[tuple[int, int, str, str | None, str | None, str | None, str | None, float]] = []
    named: list[list[tuple[str, str, str]]] = []
    rejections: list[Rejection] = []
    for line, event in seen:
        try:
            names = [parse_name(name) for name in event.see or ()]
        except InvalidIdentifierError as error:
            rejections.append(Rejection(line, error.code, error.message))
            continue
        at = event.at or 0
        rows.append((line, at, event.source or source, event.event_id, event.session, event.consent, event.basis, event.weight))
        named.append(names)
    return table_of(rows, named), rejections
