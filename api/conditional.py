"""Gives what is read a tag, and spares the body to whoever has it already (`ETag`, `If-None-Match`). Must not look into it."""

import hashlib
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Conditional:
    """Around every request that reads. What is streamed, or no JSON, goes through untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        asked = next((value for name, value in scope["headers"] if name == b"if-none-match"), b"")
        start: Message | None = None

        async def tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _whole_json(message):
                start = message
                return
            if start is not None:
                begun, start = start, None
                await send(_tagged(begun, message, asked))
            await send(message)

        await self._app(scope, receive, tagged)


def _whole_json(start: Message) -> bool:
    headers = dict(start["headers"])
    return start["status"] == 200 and b"content-length" in headers and headers.get(b"content-type") == b"application/json"


def _tagged(start: Message, content: Message, asked: bytes) -> Message:
    """The start of the answer with its tag; where the caller has that already, both become those of a 304."""
    tag = b'"' + hashlib.blake2b(content.get("body", b""), digest_size=12).hexdigest().encode() + b'"'
    headers: list[Any] = [*start["headers"], (b"etag", tag)]
    if asked.strip() == b"*" or tag in [one.strip().removeprefix(b"W/") for one in asked.split(b",")]:
        content["body"] = b""
        headers = [pair for pair in headers if pair[0] not in (b"content-length", b"content-type")]
        return {**start, "status": 304, "headers": headers}
    return {**start, "headers": headers}
