"""Before the door: brings the known keys up to date; after it, tells how many requests are left. Decides nothing."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.callers import Entry
from api.security import WINDOW
from api.state import State

_ALWAYS_OPEN: Final = frozenset({"/livez", "/readyz"})
"""Those never wait for the store here."""


class Doorstep:
    """Around every request that may have to be admitted."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] in _ALWAYS_OPEN:
            await self._app(scope, receive, send)
            return
        state: State = scope["app"].state.rootid
        await state.keys.refresh()

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].extend(_limits(scope["state"].get("entry")))
            await send(message)

        await self._app(scope, receive, telling)


def _limits(entry: Entry | None) -> list[tuple[bytes, bytes]]:
    """The fields of draft-ietf-httpapi-ratelimit-headers-10, for a caller who has a limit."""
    if entry is None or entry.pace is None or entry.caller.rate is None:
        return []
    return [
        (b"ratelimit-policy", f'"key";q={entry.caller.rate * WINDOW};w={WINDOW}'.encode()),
        (b"ratelimit", f'"key";r={entry.pace.left};t={entry.pace.full_in}'.encode()),
    ]
