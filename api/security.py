"""The door: who calls, and what they may do. API keys come in here; until there are any, only this machine is let in."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Final, Literal, get_args

from starlette.requests import Request

from api.errors import ForbiddenError, OpenServiceError
from api.state import State

Scope = Literal["lookup", "write", "consent", "decide", "referrers", "analyse", "admin"]
"""What a caller may do; each call asks for one."""

_LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and what they may do."""

    name: str
    scopes: frozenset[Scope]


LOCAL: Final = Caller("local", frozenset(get_args(Scope)))
"""Everybody on this machine, where there are no keys."""


def refuse_open(host: str, *, allow_open: bool) -> None:
    """Raise OpenServiceError where a service without keys would listen on an address that other machines reach."""
    if not allow_open and not is_loopback(host):
        raise OpenServiceError(
            f"there are no API keys, so the service listens on a loopback address only, not on '{host}'; "
            "bind it to 127.0.0.1, or where a gateway keeps callers out, set ROOTID_ALLOW_OPEN=1"
        )


@lru_cache(maxsize=1024)
def is_loopback(host: str) -> bool:
    """Whether an address (or `localhost`) is reached from this machine only. A name other than localhost is not."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if address.version == 6 else None
    return (mapped or address).is_loopback


def admit(request: Request, state: State, scope: Scope) -> Caller:
    """Who calls. Raises ForbiddenError where they may not do what `scope` names."""
    who = LOCAL if state.allow_open or _is_local(request) else None
    if who is None or scope not in who.scopes:
        raise ForbiddenError("a service without API keys answers only callers on its own machine, as localhost")
    return who


def _is_local(request: Request) -> bool:
    """Whether a request comes from this machine, and by its local name.

    The name counts because a web page in a browser on this machine reaches 127.0.0.1, too, but under a name of its own (DNS
    rebinding).
    """
    if request.client is not None and not is_loopback(request.client.host):
        return False
    name = request.headers.get("host", "").lower()
    host, _, port = name.rpartition(":")
    return name in _LOCAL_NAMES or (host in _LOCAL_NAMES and port.isdigit())
