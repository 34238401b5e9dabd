"""Identifiers and times on a command line. Must not print a value."""

import sys
from typing import Any

from pydantic import ValidationError

from graph import instants
from graph.errors import InvalidInputError
from graph.events import Event

NAME_HELP = "namespace:value or namespace@scope:value; - reads it from stdin."
"""What commands say of an argument that is an identifier."""


def names(*given: str) -> list[str]:
    """Identifiers as given; each `-` is one line of stdin, so that no value need stand on a command line."""
    return [_line() if name == "-" else name for name in given]


def _line() -> str:
    line = sys.stdin.readline().strip()
    if not line:
        raise InvalidInputError("stdin ended where an identifier was asked for")
    return line


def moment(text: str | None) -> int | None:
    """A time that was given. Raises InvalidInputError."""
    return None if text is None else instants.parse(text)


def event(**said: Any) -> Event:
    """The event of what was said on a command line; what is None was not said. Raises InvalidInputError."""
    try:
        return Event.model_validate({name: value for name, value in said.items() if value is not None})
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in problem["loc"] if str(part) in Event.model_fields)
        raise InvalidInputError(f"{place or 'event'}: {problem['msg'].removeprefix('Value error, ')}") from None
