"""API keys: what is on record of one, how a secret is made and known again. Pure: no store, no clock. Keeps no secret."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from graph.errors import InvalidInputError

Scope = Literal["lookup", "write", "consent", "decide", "referrers", "analyse", "admin"]
"""What a caller may do; each call asks for one."""

SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
MOST_NAME: Final = 64
"""Characters of a name."""

_NAME: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MOST_NAME - 1}}}")
_TOKEN: Final = re.compile(r"rk_([0-9a-f]{12})_([0-9a-f]{64})")

Standing = Literal["live", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is on record of an API key: all but its secret, of which only a digest is kept.

    `purposes`: those that it may name; None for every purpose. `rate`: requests a second; None for no limit of its own.
    """

    id: str
    name: str
    digest: bytes = field(repr=False)
    scopes: frozenset[Scope]
    purposes: frozenset[str] | None
    rate: int | None
    made: int
    expires: int | None = None
    revoked: int | None = None

    def standing(self, now: int) -> Standing:
        """Whether it opens the door at a time."""
        if self.revoked is not None:  # also where this machine's clock is behind that of whoever revoked it
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else "live"

    def fits(self, secret: bytes) -> bool:
        """Whether a secret is this key's; takes the same time for every secret."""
        return hmac.compare_digest(self.digest, _digest(secret))


@dataclass(frozen=True, slots=True)
class Presented:
    """A key as a caller presents it."""

    id: str
    secret: bytes = field(repr=False)


def presented(token: str) -> Presented | None:
    """The id and the secret of a token; None for what never was one."""
    match = _TOKEN.fullmatch(token)
    return None if match is None else Presented(match[1], bytes.fromhex(match[2]))


def mint() -> tuple[str, bytes, str]:
    """Id, digest and token of a new key. The token holds 256 random bits and is to be shown once.

    A fast hash is enough for a secret that nobody can guess; slow ones are for what people choose.
    """
    identity, secret = secrets.token_hex(6), secrets.token_bytes(32)
    return identity, _digest(secret), f"rk_{identity}_{secret.hex()}"


def _digest(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()


def checked_name(name: str) -> str:
    """The name of a key. It is shown in logs and metrics, so it is plain. Raises InvalidInputError."""
    if not _NAME.fullmatch(name):
        raise InvalidInputError(
            f"the name of a key has 1 to {MOST_NAME} letters, digits, dots, dashes and underscores, "
            "and begins with a letter or digit"
        )
    return name


def scopes_of(names: Iterable[str]) -> frozenset[Scope]:
    """Scopes by name; `all` stands for every one. Raises InvalidInputError."""
    found: set[Scope] = set()
    for name in names:
        if name == "all":
            found.update(SCOPES)
        elif name in SCOPES:
            found.add(name)
        else:
            raise InvalidInputError(f"a scope is one of {', '.join(SCOPES)}, or all")
    return frozenset(found)
