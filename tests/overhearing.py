"""Listens to services in processes of their own and to those who call them: whether an identifier shows where it must not.

Looked at are URLs, problems, figures, what processes of the service write to stdout and stderr, and what their callers log.
"""

import http.client
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from bench import served
from tests.api.listening import Heard

LIBRARIES = ("httpx", "httpcore", "asyncio", "rootid")


class Overheard(Heard):
    """What was sent and said, and the logs of all services that were started meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.logs: list[Path] = []

    def emit(self, record: logging.LogRecord) -> None:
        """A line that a library of the caller logs."""
        self.said.append(record.getMessage())

    def sent(self, url: str, body: Any) -> None:
        """A request: what it is about may be in its body only."""
        self.said.append(url)
        with suppress(ValueError, RecursionError, TypeError):  # no JSON, no identifiers
            self.collect(json.loads(body))

    def shown(self) -> list[str]:
        """Values that were said, or that a service's process wrote."""
        self.said += [log.read_text("utf-8", "replace") for log in self.logs]
        self.logs.clear()
        return super().shown()


@contextmanager
def overhearing() -> Iterator[Overheard]:
    """Everything that is sent by http.client and by httpx, and what comes of it."""
    heard = Overheard()
    with pytest.MonkeyPatch.context() as patch:
        _of_http_client(patch, heard)
        _of_httpx(patch, heard)
        _of_served(patch, heard)
        before = [(logging.getLogger(name), logging.getLogger(name).level) for name in LIBRARIES]
        for logger, _ in before:
            logger.addHandler(heard)
            logger.setLevel(logging.DEBUG)
        yield heard
        for logger, level in before:
            logger.removeHandler(heard)
            logger.setLevel(level)


@pytest.fixture(scope="module", autouse=True)
def overheard() -> Iterator[Overheard]:
    """Holds every test of a module to it; a module that starts services imports this."""
    with overhearing() as heard:
        yield heard
        assert heard.shown() == []


def _of_http_client(patch: pytest.MonkeyPatch, heard: Overheard) -> None:
    request, read = http.client.HTTPConnection.request, http.client.HTTPResponse.read

    def asking(line: http.client.HTTPConnection, method: str, url: str, body: Any = None, *rest: Any, **more: Any) -> None:
        heard.sent(url, body)
        request(line, method, url, body, *rest, **more)

    def reading(answer: http.client.HTTPResponse, *amount: int) -> bytes:
        text = read(answer, *amount)
        if answer.status >= 400:
            heard.said.append(text.decode("utf-8", "replace"))
        return text

    patch.setattr(http.client.HTTPConnection, "request", asking)
    patch.setattr(http.client.HTTPResponse, "read", reading)


def _of_httpx(patch: pytest.MonkeyPatch, heard: Overheard) -> None:
    plain, concurrent = httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request

    def asked(request: httpx.Request) -> None:
        with suppress(httpx.RequestNotRead):
            heard.sent(str(request.url), request.content)

    def tells(request: httpx.Request, answer: httpx.Response) -> bool:
        return answer.status_code >= 400 or request.url.path == "/metrics"

    def handle(transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        asked(request)
        answer = plain(transport, request)
        if tells(request, answer):
            heard.said.append(answer.read().decode("utf-8", "replace"))
        return answer

    async def handle_async(transport: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        asked(request)
        answer = await concurrent(transport, request)
        if tells(request, answer):
            heard.said.append((await answer.aread()).decode("utf-8", "replace"))
        return answer

    patch.setattr(httpx.HTTPTransport, "handle_request", handle)
    patch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle_async)


def _of_served(patch: pytest.MonkeyPatch, heard: Overheard) -> None:
    begin = served.begin

    def beginning(store: str, log: Path, *rest: Any, **more: Any) -> served.Served:
        heard.logs.append(log)
        return begin(store, log, *rest, **more)

    patch.setattr(served, "begin", beginning)
