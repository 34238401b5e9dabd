"""The door: who calls, and what they may do. Where there are no API keys, only this machine is let in. Must not tell a secret."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Final

from starlette.requests import Request

from api.callers import Caller, Entry
from api.errors import ForbiddenError, InvalidTokenError, OpenServiceError, RateLimitedError, UnauthorizedError
from api.issuer import Issuer
from api.state import State
from api.tokens import SigningKey, bearer, looks_like_token, not_signed
from graph.access import SCOPES, ApiKey, Presented, Scope, presented
from graph.errors import RootidError
from graph.instants import SECOND
from graph.visits import Visit

WINDOW: Final = 10
"""Seconds over which a key's rate is held: a key of 50 requests a second may send 500 at once after a pause."""

GUESS_RATE: Final = 0.2
GUESSES: Final = 10
"""Wrong keys from one address: so many at once, then one in five seconds."""

_VERBS: Final[dict[str, Scope]] = {
    "consent": "consent",
    "withdraw": "consent",
    "never_link": "decide",
    "same_person": "decide",
    "reverse": "decide",
    "erase": "admin",
    "erase_person": "admin",
}
_LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


LOCAL: Final = Caller("local", frozenset(SCOPES))
"""Everybody who is let in where there are no keys."""


def scopes_of(verbs: Iterable[str]) -> list[Scope]:
    """The scopes that events of these verbs ask for."""
    return sorted({_VERBS.get(verb, "write") for verb in verbs})


def refuse_open(host: str, *, allow_open: bool, keys: bool = False) -> None:
    """Raise OpenServiceError where a service without keys would listen on an address that other machines reach."""
    if not keys and not allow_open and not is_loopback(host):
        raise OpenServiceError(
            f"there are no API keys, so the service listens on a loopback address only, not on '{host}'; "
            "make a key with 'rootid keys make', bind it to 127.0.0.1, or where a gateway keeps callers out, set "
            "ROOTID_ALLOW_OPEN=1"
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
    """Who calls. Raises UnauthorizedError for nobody known, ForbiddenError where they may not do what `scope` names, and
    RateLimitedError where they come too often.
    """
    entry = _entry(request, state)
    if scope not in entry.caller.scopes:
        raise ForbiddenError(f"the {entry.caller.by} doesn't hold the scope '{scope}'")
    return entry.caller


def recognise(request: Request, state: State) -> Caller:
    """Who calls, whatever they may do. Raises as `admit` does, but for scopes."""
    return _entry(request, state).caller


def visit_of(request: Request) -> Visit:
    """What an admitted request may ask for, and did."""
    return request.scope["state"]["entry"].visit


def _entry(request: Request, state: State) -> Entry:
    """What is known of a request, found out once: so that a request counts once against its rate."""
    held: dict[str, Entry] = request.scope.setdefault("state", {})
    found = held.get("entry")
    if found is None:
        caller = _caller(request, state)
        found = held["entry"] = Entry(caller, Visit(caller.purposes))
        if caller.rate is not None:
            found.pace = state.buckets.take(caller.actor, caller.rate, caller.rate * WINDOW)
    if found.pace is not None and not found.pace.granted:
        raise RateLimitedError("there is no request left for now", found.pace.wait)
    return found


def _caller(request: Request, state: State) -> Caller:
    if state.keys.failure is not None:
        raise state.keys.failure
    if state.keys.any or state.issuer is not None:
        return _known(request, state)
    if state.allow_open or _is_local(request):
        return LOCAL
    raise ForbiddenError("a service without API keys answers only callers on its own machine, as localhost")


def _known(request: Request, state: State) -> Caller:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not token:
        more = "" if state.issuer is None else ", or a token of its issuer"
        raise UnauthorizedError(f"the service asks for an API key: Authorization: Bearer rk_…{more}")
    given = presented(token.strip()) if scheme.lower() == "bearer" else None
    if given is None and state.issuer is not None and looks_like_token(token.strip()):
        return _by_token(token.strip(), request, state, state.issuer)
    return _by_key(given, request, state)


def _by_token(token: str, request: Request, state: State, issuer: Issuer) -> Caller:
    signer: SigningKey | RootidError | None = request.scope["state"].get("signer")
    if isinstance(signer, RootidError):
        raise signer
    try:
        if signer is None:
            raise not_signed()
        held = bearer(token, signer, issuer.rules, state.keys.now() / SECOND)
    except InvalidTokenError as error:
        if not error.guessed:
            raise
        patience = state.buckets.take(_guesser(request, None), GUESS_RATE, GUESSES)
        if not patience.granted:
            raise RateLimitedError("too many wrong tokens came from this address", patience.wait) from None
        raise
    digest = state.service.keying.keyring.derived(f"rootid subject\0{issuer.rules.issuer}\0{held.subject}".encode())
    return Caller(digest[:8].hex(), held.scopes, held.purposes, issuer.rules.rate, "token")


def _by_key(given: Presented | None, request: Request, state: State) -> Caller:
    key = None if given is None else state.keys.get(given.id)
    if given is not None and key is not None and key.fits(given.secret) and key.standing(state.keys.now()) == "live":
        return _holder(key)  # also where others at the same address guess: a secret of 256 bits is found by nobody
    patience = state.buckets.take(_guesser(request, None if key is None else key.id), GUESS_RATE, GUESSES)
    if not patience.granted:
        raise RateLimitedError("too many wrong keys came from this address", patience.wait)
    raise UnauthorizedError("no live API key was presented")


def _holder(key: ApiKey) -> Caller:
    return Caller(key.name, key.scopes, key.purposes, key.rate)


def _guesser(request: Request, key: str | None) -> tuple[str, str, str | None]:
    """Whose bucket of wrong guesses it is."""
    return "guess", _neighbourhood("" if request.client is None else request.client.host), key


@lru_cache(maxsize=1024)
def _neighbourhood(host: str) -> str:
    """The address that requests come from; of IPv6 the network of one customer, who has all addresses in it."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else host


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
