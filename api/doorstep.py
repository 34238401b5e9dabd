"""Before the door: brings the known keys up to date; after it, tells how many requests are left. Decides nothing."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.callers import Entry
from api.errors import IssuerUnavailableError
from api.issuer import Issuer
from api.security import WINDOW
from api.state import State
from api.tokens import kid_of

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
        if state.issuer is not None:
            await _fetch_signer(scope, state.issuer)

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].extend(_limits(scope["state"].get("entry")))
            await send(message)

        await self._app(scope, receive, telling)


async def _fetch_signer(scope: Scope, issuer: Issuer) -> None:
    """Put the key that a token says it was signed with beside the request, or why nobody knows it."""
    given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    kid = kid_of(given.decode("latin-1").partition(" ")[2].strip())
    if kid is None:
        return
    try:
        scope["state"]["signer"] = await issuer.key(kid)
    except IssuerUnavailableError as error:
        scope["state"]["signer"] = error


def _limits(entry: Entry | None) -> list[tuple[bytes, bytes]]:
    """The fields of draft-ietf-httpapi-ratelimit-headers-10, for a caller who has a limit."""
    if entry is None or entry.pace is None or entry.caller.rate is None:
        return []
    return [
        (b"ratelimit-policy", f'"{entry.caller.by}";q={entry.caller.rate * WINDOW};w={WINDOW}'.encode()),
        (b"ratelimit", f'"{entry.caller.by}";r={entry.pace.left};t={entry.pace.full_in}'.encode()),
    ]
