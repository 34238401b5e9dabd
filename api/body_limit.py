"""Reads the body of a request up to a limit, before anything else looks at it. Must not look into it."""

from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.envelope import request_id
from api.errors import BodyTooLargeError

LARGEST_BODY: Final = 4 * 1024 * 1024
"""Bytes."""


class BodyLimit:
    """Refuses a body over the limit as soon as that is known: by its declared length, or by what has come in so far."""

    def __init__(self, app: ASGIApp, limit: int = LARGEST_BODY) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request whose body is within the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            body = await self._read(scope, receive)
        except ClientDisconnect:
            return
        except BodyTooLargeError as error:
            await problems.response(error, request_id(scope), {"Connection": "close"})(scope, receive, send)
            return
        unread: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return unread.pop() if unread else await receive()

        await self._app(scope, replay, send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        size = int(declared) if declared.isdigit() and len(declared) < 20 else 0
        if size > self._limit:
            raise BodyTooLargeError(f"the body has more than {self._limit} bytes")
        chunks: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            chunk: bytes = message.get("body", b"")
            size += len(chunk)
            if size > self._limit:
                raise BodyTooLargeError(f"the body has more than {self._limit} bytes")
            chunks.append(chunk)
            more = message.get("more_body", False)
        return b"".join(chunks)
