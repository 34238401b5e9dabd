"""W3C trace context of a request: read where it was sent, made where it wasn't. Must not take over anything else of a header."""

import random
import re
from dataclasses import dataclass
from typing import Final

_PARENT: Final = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?")


CHANCE: Final = random.Random()
"""Ids that nobody has to be unable to guess; a system call for each would cost more than all else here."""


@dataclass(frozen=True, slots=True)
class Trace:
    """The trace that a request belongs to, the caller's span, and the span of this request."""

    trace_id: str
    parent_id: str | None
    span_id: str


def trace(headers: list[tuple[bytes, bytes]]) -> Trace:
    """The trace of a request by its `traceparent`; a new one where there is none that can be read."""
    given = next((value for name, value in headers if name == b"traceparent"), b"")
    match = _PARENT.fullmatch(given)
    span = f"{CHANCE.getrandbits(64):016x}"
    if match is None or given.startswith(b"ff") or not int(match[1], 16) or not int(match[2], 16):
        return Trace(f"{CHANCE.getrandbits(128):032x}", None, span)
    return Trace(match[1].decode(), match[2].decode(), span)
