"""Listens to everything that tests send and that the service says aside: whether an identifier shows where it must not."""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from api.logs import JsonLines

_NAME = re.compile(r"[a-z_]+(?:@[\w.-]+)?:(.+)", re.DOTALL)
_TELLING = 6
"""Characters from which on a value is one that stands in no text by chance."""

_PLAIN = frozenset({"nothing", "nonsense"})


class Heard(logging.Handler):
    """Values of identifiers that were sent, and all that was said outside of answers to those who may know."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.values: set[str] = set()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """A line of the log, as it is written."""
        if record.name.startswith("rootid"):
            self.said.append(JsonLines().format(record))

    def note(self, request: httpx.Request, answer: httpx.Response, body: bytes) -> None:
        """A request and its answer."""
        with suppress(ValueError, RecursionError, httpx.RequestNotRead):  # no JSON, no identifiers
            self.collect(json.loads(request.content))
        if answer.status_code >= 400 or request.url.path == "/metrics":
            self.said.append(body.decode("utf-8", "replace") + str(answer.headers))

    def collect(self, value: Any) -> None:
        """The identifiers that a JSON value names."""
        if isinstance(value, dict):
            for item in value.values():
                self.collect(item)
        elif isinstance(value, list):
            for item in value:
                self.collect(item)
        elif isinstance(value, str) and (match := _NAME.fullmatch(value)):
            kept = match[1].strip()
            if len(kept) >= _TELLING and kept not in _PLAIN and not kept.isspace():
                self.values.add(kept)

    def shown(self) -> list[str]:
        """Values that were said."""
        everything = "\n".join(self.said).lower()
        return sorted(value for value in self.values if value.lower() in everything)


def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    """Everything that in-process clients send and hear, and what the service logs meanwhile."""
    heard = Heard()
    inner = httpx.ASGITransport.handle_async_request

    async def handle(transport: httpx.ASGITransport, request: httpx.Request) -> httpx.Response:
        answer = await inner(transport, request)
        heard.note(request, answer, await answer.aread())
        return answer

    monkeypatch.setattr(httpx.ASGITransport, "handle_async_request", handle)
    logger = logging.getLogger("rootid")
    before = logger.level
    logger.addHandler(heard)
    logger.setLevel(logging.DEBUG)
    yield heard
    logger.removeHandler(heard)
    logger.setLevel(before)
