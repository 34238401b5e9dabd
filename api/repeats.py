"""Answers a write that its caller named before as it was answered then. Must not know what was written.

Writes are safe to repeat without this, for facts are recorded once; then the outcome of each is `duplicate`. Whoever wants the
first answer again, with its receipt, names the request by an `Idempotency-Key`. The answer is kept after the write: where the
process ends in between, a repeated request is worked again, and finds its facts on record.
"""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.envelope import request_id
from api.security import recognise
from api.state import state_of
from graph.errors import IdempotencyKeyError, RootidError

MOST: Final = 255
LARGEST: Final = 1_000_000
"""Bytes of an answer that is kept."""


Key = tuple[bytes, bytes, bytes]
"""Who asks, which call, and the name that they gave the request."""


class Repeats:
    """Around every request that writes and has a name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._turns: dict[Key, asyncio.Lock] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or answer it from what is kept."""
        name = _name(scope)
        if name is None:
            await self._app(scope, receive, send)
            return
        try:
            if not 0 < len(name) <= MOST or not name.isascii():
                raise IdempotencyKeyError(f"an Idempotency-Key has 1 to {MOST} ASCII characters")
            request = Request(scope, receive)
            caller = recognise(request, state_of(request))
            body = await request.body()
        except RootidError as error:
            await problems.response(error, request_id(scope))(scope, receive, send)
            return
        key = (caller.actor.encode(), scope["path"].encode(), name)
        turn = self._turns.setdefault(key, asyncio.Lock())
        try:
            async with turn:
                await self._once(scope, body, key, send)
        finally:
            if not turn.locked():
                self._turns.pop(key, None)

    async def _once(self, scope: Scope, body: bytes, key: Key, send: Send) -> None:
        repeats = state_of(Request(scope)).service.repeats
        try:
            held = await repeats.find(key, body)
        except RootidError as error:
            await problems.response(error, request_id(scope))(scope, _nothing, send)
            return
        if held is not None:
            again = Response(held, media_type="application/json", headers={"Idempotency-Replayed": "true"})
            await again(scope, _nothing, send)
            return
        answer = _Kept()

        async def kept(message: Message) -> None:
            answer.hear(message)
            await send(message)

        unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return unread.pop() if unread else await _nothing()

        await self._app(scope, replay, kept)
        if answer.worth_keeping:
            await repeats.keep(key, body, b"".join(answer.chunks))


class _Kept:
    """An answer as it went out."""

    def __init__(self) -> None:
        self.status = 0
        self.chunks: list[bytes] = []

    def hear(self, message: Message) -> None:
        """Note a part of it."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self.chunks.append(message.get("body", b""))

    @property
    def worth_keeping(self) -> bool:
        """Whether something was done."""
        return self.status == 200 and sum(map(len, self.chunks)) <= LARGEST


def _name(scope: Scope) -> bytes | None:
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    return next((value for name, value in scope["headers"] if name == b"idempotency-key"), None)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
