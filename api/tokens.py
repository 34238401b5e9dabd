"""Tokens of an OpenID provider: whether one holds, and what it lets its holder do. Fetches nothing and keeps nothing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast, get_args

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.exceptions import InvalidSubjectError
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.errors import InvalidTokenError
from graph.access import SCOPES, Scope, scopes_of

Algorithm = Literal["RS256", "ES256"]
ALGORITHMS: Final[tuple[Algorithm, ...]] = get_args(Algorithm)
"""Signatures with a public key only. A shared secret, or none, proves nothing here."""

SHORTEST_RSA: Final = 2048
LONGEST: Final = 16_384
"""Characters of a token."""

_PREFIX: Final = "rootid:"


class TokenSettings(BaseSettings):
    """Who issues tokens, and what they stand for."""

    model_config = SettingsConfigDict(env_prefix="ROOTID_OIDC_", env_file=".env", extra="ignore")

    issuer: str | None = Field(default=None, description="URL of the OpenID provider whose tokens are believed, as in `iss`.")
    audience: str | None = Field(default=None, description="What `aud` has to name; needed with an issuer.")
    jwks: str | None = Field(
        default=None, description="File or URL of the issuer's public keys (JWKS); absent means that the issuer is asked where."
    )
    leeway: int = Field(default=30, ge=0, le=300, description="Seconds by which the issuer's clock may differ.")
    scope_claim: str = Field(default="scope", description="Claim that names scopes: a name, or a path with dots.")
    scopes: dict[str, list[Scope | Literal["all"]]] = Field(
        default_factory=dict[str, list[Scope | Literal["all"]]],
        description="JSON: scopes by value of that claim; absent means that `rootid:NAME` stands for the scope NAME.",
    )
    purpose_claim: str | None = Field(
        default=None, description="Claim that names purposes; absent means that a token may name every purpose."
    )
    purposes: dict[str, list[str]] = Field(
        default_factory=dict[str, list[str]],
        description="JSON: purposes by value of that claim; absent means that the values are the purposes.",
    )
    rate: int | None = Field(default=None, ge=1, description="Requests a second of one subject; absent means no limit.")


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a token speaks for, and what they may do. `purposes`: None for every one."""

    subject: str
    scopes: frozenset[Scope]
    purposes: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key of the issuer, and the only kind of signature that it is good for."""

    kid: str
    key: jwt.PyJWK
    algorithm: Algorithm


def looks_like_token(text: str) -> bool:
    """Whether a text has the shape of a token, so that it is judged as one."""
    return text.count(".") == 2 and len(text) <= LONGEST


def kid_of(token: str) -> str | None:
    """The name of the key that a token says it was signed with; None for what is no token. Proves nothing."""
    if not looks_like_token(token):
        return None
    try:
        kid = jwt.get_unverified_header(token).get("kid")
    except jwt.PyJWTError:
        return None
    return kid if isinstance(kid, str) else None


def signing_keys(found: Any) -> dict[str, SigningKey]:
    """The usable keys of a JWKS, by name; those for other uses or other signatures are left out."""
    keys: dict[str, SigningKey] = {}
    members = cast("dict[str, Any]", found).get("keys") if isinstance(found, dict) else None
    for member in cast("list[Any]", members) if isinstance(members, list) else []:
        key = _signing_key(cast("dict[str, Any]", member)) if isinstance(member, dict) else None
        if key is not None:
            keys[key.kid] = key
    return keys


def _signing_key(member: dict[str, Any]) -> SigningKey | None:
    """The signature is settled by the key, never by the token: so no public key is ever taken for a shared secret."""
    kid = member.get("kid")
    kinds: dict[tuple[Any, Any], Algorithm] = {("RSA", None): "RS256", ("EC", "P-256"): "ES256"}
    algorithm = kinds.get((member.get("kty"), member.get("crv")))
    if not isinstance(kid, str) or algorithm is None or member.get("use", "sig") != "sig":
        return None
    if member.get("alg", algorithm) != algorithm:
        return None
    try:
        key = jwt.PyJWK(member, algorithm)
    except jwt.PyJWTError:
        return None
    if isinstance(key.key, RSAPublicKey) and key.key.key_size < SHORTEST_RSA:
        return None
    return SigningKey(kid, key, algorithm) if not hasattr(key.key, "private_numbers") else None


def not_signed() -> InvalidTokenError:
    """What is said of a token that anybody could have made."""
    return InvalidTokenError("the token was not signed with a key of the issuer", guessed=True)


def bearer(token: str, key: SigningKey, rules: TokenSettings, now: float) -> Bearer:
    """Who a token speaks for at a time (Unix seconds).

    Raises InvalidTokenError where it doesn't hold: not signed, for somebody else, expired, not yet good, without a subject.
    """
    try:
        claims: dict[str, Any] = jwt.decode(  # pyright: ignore[reportUnknownMemberType]  # its **kwargs are untyped
            token,
            key.key,
            algorithms=[key.algorithm],
            issuer=rules.issuer,
            audience=rules.audience,
            options={"require": ["exp", "iss", "aud", "sub"], "verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
    except jwt.InvalidAudienceError:
        raise InvalidTokenError("the token was made for another service") from None
    except jwt.InvalidIssuerError:
        raise InvalidTokenError("the token is of another issuer") from None
    except jwt.MissingRequiredClaimError:
        raise InvalidTokenError("the token lacks one of exp, iss, aud and sub") from None
    except InvalidSubjectError:
        raise InvalidTokenError("the token names no subject") from None
    except jwt.PyJWTError:
        raise not_signed() from None
    _hold_to_its_time(claims, rules.leeway, now)
    if not claims["sub"]:
        raise InvalidTokenError("the token names no subject")
    return Bearer(claims["sub"], _scopes(claims, rules), _purposes(claims, rules))


def _hold_to_its_time(claims: Mapping[str, Any], leeway: int, now: float) -> None:
    until, begins = claims["exp"], claims.get("nbf", 0)
    if not _is_time(until) or not _is_time(begins):
        raise InvalidTokenError("the token doesn't say in numbers when it is good")
    if until + leeway <= now:
        raise InvalidTokenError("the token has expired")
    if begins - leeway > now:
        raise InvalidTokenError("the token is not good yet")


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _scopes(claims: Mapping[str, Any], rules: TokenSettings) -> frozenset[Scope]:
    named = _values(claims, rules.scope_claim)
    if rules.scopes:
        return scopes_of(scope for value in named for scope in rules.scopes.get(value, ()))
    ours = (value.removeprefix(_PREFIX) for value in named if value.startswith(_PREFIX))
    return scopes_of(name for name in ours if name in SCOPES)


def _purposes(claims: Mapping[str, Any], rules: TokenSettings) -> frozenset[str] | None:
    if rules.purpose_claim is None:
        return None
    named = _values(claims, rules.purpose_claim)
    if not rules.purposes:
        return frozenset(named)
    return frozenset(purpose for value in named for purpose in rules.purposes.get(value, ()))


def _values(claims: Mapping[str, Any], claim: str) -> Collection[str]:
    """The values of a claim: a text is words set apart by blanks, as `scope` is."""
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for name in claim.split("."):
            found = cast("dict[str, Any]", found).get(name) if isinstance(found, dict) else None
    if isinstance(found, str):
        return found.split()
    items = cast("Iterable[Any]", found) if isinstance(found, list) else ()
    return [item for item in items if isinstance(item, str)]
