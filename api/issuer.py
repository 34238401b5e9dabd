"""The public keys of an OpenID provider: found, fetched, kept for a while, fetched again. Must not judge a token."""

import asyncio
import http.client
import logging
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

import orjson

from api.errors import IssuerUnavailableError
from api.tokens import SigningKey, TokenSettings, signing_keys
from graph.errors import InvalidInputError

LOG: Final = logging.getLogger("rootid.api")

FRESH_SECONDS: Final = 600.0
"""After so long the keys are fetched anew, so that one that was taken back stops being believed."""

AGAIN_SECONDS: Final = 10.0
"""At least so long between two fetches: a stranger's key name can't make us ask more often."""

STALE_SECONDS: Final = 3_600.0
"""How long keys are believed while the issuer can't be reached."""

_TIMEOUT: Final = 5.0
_LARGEST: Final = 1_000_000
_WELL_KNOWN: Final = "/.well-known/openid-configuration"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Keys come from where the settings and the issuer say, and nowhere else."""


_OPENER: Final = urllib.request.build_opener(_NoRedirects(), urllib.request.ProxyHandler({}))


class Issuer:
    """The issuer that the settings name, and its keys."""

    def __init__(self, rules: TokenSettings, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Raises InvalidInputError where the settings don't say enough, or keys would come over the network unprotected."""
        if not rules.issuer or not rules.audience:
            raise InvalidInputError(
                "ROOTID_OIDC_AUDIENCE is needed with ROOTID_OIDC_ISSUER: else tokens that were made for other services would do"
            )
        self.rules = rules
        self._monotonic = monotonic
        self._keys: dict[str, SigningKey] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._turn = asyncio.Lock()
        self._renewing: asyncio.Task[None] | None = None
        for place in (rules.issuer or "", rules.jwks or ""):
            _check(place)

    async def key(self, kid: str) -> SigningKey | None:
        """The key of a name; None where the issuer has none of it. Raises IssuerUnavailableError where that can't be known."""
        if kid in self._keys and self._age <= STALE_SECONDS:
            if self._age > FRESH_SECONDS and self._may_try:
                self._renewing = asyncio.create_task(self._fetch())  # nobody waits for it
            return self._keys.get(kid)
        async with self._turn:
            if self._may_try:
                await self._fetch()
        if self._age > STALE_SECONDS:
            raise IssuerUnavailableError("the issuer of tokens can't be reached for its keys")
        return self._keys.get(kid)

    @property
    def _age(self) -> float:
        return self._monotonic() - self._fetched_at

    @property
    def _may_try(self) -> bool:
        return self._monotonic() - self._tried_at >= AGAIN_SECONDS

    async def _fetch(self) -> None:
        self._tried_at = self._monotonic()
        try:
            found = await asyncio.to_thread(self._published)
        except (OSError, http.client.HTTPException, ValueError) as error:
            LOG.warning("the keys of the token issuer could not be fetched: %s", type(error).__name__)
            return
        self._keys, self._fetched_at = found, self._tried_at

    def _published(self) -> dict[str, SigningKey]:
        """The keys of now. Raises OSError, HTTPException and ValueError."""
        place = self.rules.jwks or self._discovered()
        raw = _got(place) if _is_url(place) else Path(place).read_bytes()
        found = signing_keys(orjson.loads(raw))
        if not found:
            raise ValueError("no usable key")
        return found

    def _discovered(self) -> str:
        issuer = self.rules.issuer or ""
        told: Any = orjson.loads(_got(issuer.rstrip("/") + _WELL_KNOWN))
        document = cast("dict[str, Any]", told) if isinstance(told, dict) else {}
        place = document.get("jwks_uri")
        if document.get("issuer") != issuer or not isinstance(place, str) or not _is_url(place) or not _is_safe(place):
            raise ValueError("the issuer describes another one, or names no place for its keys")
        return place


def _got(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 - _check has looked at the URL
    with _OPENER.open(request, timeout=_TIMEOUT) as answer:
        raw = answer.read(_LARGEST + 1)
    if len(raw) > _LARGEST:
        raise ValueError("too long")
    return raw


def _is_url(place: str) -> bool:
    return "://" in place


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and local))


def _check(place: str) -> None:
    if _is_url(place) and not _is_safe(place):
        raise InvalidInputError("the issuer of tokens and its keys are at https, or at http on this machine")
