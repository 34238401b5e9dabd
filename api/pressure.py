"""Keeps a worker answering when too much is asked: how many at once, how long each may take. Must not know what is asked."""

import asyncio
import re
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.envelope import request_id
from api.errors import DeadlineError, OverloadedError
from api.state import State

_NEVER_TURNED_AWAY: Final = frozenset({"/livez", "/readyz", "/metrics"})
_WITHOUT_END: Final = "/v1/changes/stream"
"""Has no deadline."""

_WAIT: Final = re.compile(rb"(?:.*[,;\s])?wait=(\d{1,4})(?:[,;\s].*)?", re.IGNORECASE)


class Pressure:
    """Turns requests away while there is too much to do, and gives up those that take too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or say that it can't be served now."""
        if scope["type"] != "http" or scope["path"] in _NEVER_TURNED_AWAY:
            await self._app(scope, receive, send)
            return
        state: State = scope["app"].state.rootid
        load = state.load
        if load.too_much:
            error = OverloadedError("the worker has as much to do as it can")
            await problems.response(error, request_id(scope))(scope, receive, send)
            return
        started = False

        async def marked(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        load.in_flight += 1
        seconds = None if scope["path"] == _WITHOUT_END else patience(scope["headers"], load.deadline)
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                await self._app(scope, receive, marked)
        except TimeoutError:
            if started or not limit.expired():
                raise
            error = DeadlineError("the request took longer than it may")
            await problems.response(error, request_id(scope))(scope, receive, send)
        finally:
            load.in_flight -= 1


def patience(headers: list[tuple[bytes, bytes]], most: float) -> float:
    """Seconds that a request may take: as many as its caller waits (`Prefer: wait=N`, RFC 7240), but at most `most`."""
    for name, value in headers:
        if name == b"prefer" and (match := _WAIT.fullmatch(value)):
            return min(most, float(match[1]))
    return most
