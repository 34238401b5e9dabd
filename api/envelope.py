"""What every answer carries: a request id and security headers; and the last resort for what nobody expected. Reads no body."""

import logging
import re
import traceback
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.tracing import CHANCE
from graph.errors import RootidError

LOG: Final = logging.getLogger("rootid.api")

_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HEADERS: Final = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


class Envelope:
    """The outermost layer around every request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; an exception never leaves it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        identity = given if _REQUEST_ID.fullmatch(given) else f"{CHANCE.getrandbits(128):032x}".encode()
        scope.setdefault("state", {})["request_id"] = identity.decode()
        started = False

        async def sealed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = message["headers"]
                present = {name for name, _ in headers}
                headers.append((b"x-request-id", identity))
                headers.extend(pair for pair in _HEADERS if pair[0] not in present)
            await send(message)

        try:
            await self._app(scope, receive, sealed)
        except Exception as error:  # noqa: BLE001 - the last resort: told and logged without its text, which may hold a value
            LOG.error("request %s failed: %s", identity.decode(), frames(error))
            if not started:
                answer = problems.response(RootidError("unexpected"), identity.decode())
                await answer(scope, receive, sealed)


def request_id(scope: Scope) -> str:
    """The id of the request that a scope belongs to."""
    state: dict[str, Any] = scope.get("state") or {}
    return state.get("request_id", "-")


def frames(error: BaseException) -> str:
    """Type and innermost places of an exception and its causes, without texts and values."""
    told: list[str] = []
    current: BaseException | None = error
    while current is not None and len(told) < 5:
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(current.__traceback__)[-12:]]
        told.append(f"{type(current).__name__} at {' < '.join(reversed(places))}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "; from ".join(told)
