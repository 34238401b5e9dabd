"""Requests as they go out and answers as they come in, and when to try again. Pure: no network, no clock."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

import httpx

from rootid_client.answers import ServiceError
from rootid_client.operations import PLACES, WRITES, Operation

MOST_ITEMS: Final = 1_000
"""Lookups or events of one request."""

_AGAIN: Final = frozenset({429, 502, 503, 504})
"""Statuses after which the same request may succeed. Every call of the service may be repeated: facts are recorded once."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the service is, who asks, and with how much patience. `timeout`: seconds for a call with all its attempts."""

    base_url: str
    key: str | None
    timeout: float
    attempts: int

    def headers(self) -> dict[str, str]:
        """Sent with every request; the service gives up when nobody waits any more."""
        waits = {"Prefer": f"wait={max(1, math.ceil(self.timeout))}"}
        return waits if self.key is None else {**waits, "Authorization": f"Bearer {self.key}"}

    def pause(self, attempt: int, failure: httpx.Response | httpx.TransportError, spent: float) -> float | None:
        """Seconds to wait before the next attempt; None where there is none, or it would come too late.

        As long as the service says, or else a random share of a time that doubles with each attempt, so that many clients
        don't come back together.
        """
        if attempt + 1 >= self.attempts:
            return None
        asked = 0.0
        if isinstance(failure, httpx.Response):
            if failure.status_code not in _AGAIN:
                return None
            asked = _retry_after(failure) or 0.0
        pause = asked + random.uniform(0, min(5.0, 0.1 * 2**attempt))
        return pause if spent + pause < self.timeout else None


def in_pages(items: Sequence[Any]) -> list[Sequence[Any]]:
    """Items in batches that the service takes."""
    return [items[at : at + MOST_ITEMS] for at in range(0, len(items), MOST_ITEMS)]


def lookup_body(groups: Sequence[Sequence[str]], purpose: str | None) -> dict[str, Any]:
    """The body of a lookup."""
    body: dict[str, Any] = {"lookups": [{"identifiers": list(group)} for group in groups]}
    return body if purpose is None else {"purpose": purpose, **body}


def request(
    operation: Operation, body: Mapping[str, Any] | None, query: Mapping[str, Any] | None, place: Mapping[str, str]
) -> tuple[str, str, dict[str, Any]]:
    """Method, path and the rest of a request; a write has one name for all attempts.

    `place` fills in what the path has in braces: ids only, never an identifier.
    """
    method, path = PLACES[operation]
    rest: dict[str, Any] = {} if query is None else {"params": query}
    if method == "POST":
        rest["json"] = dict(body or {})
    if operation in WRITES:
        rest["headers"] = {"Idempotency-Key": str(uuid4())}
    return method, path.format_map({name: quote(value, safe="") for name, value in place.items()}), rest


def problem(response: httpx.Response) -> ServiceError:
    """The error that an answer tells."""
    try:
        told: Mapping[str, Any] = response.json()
        code, detail = str(told["code"]), str(told["detail"])
    except (ValueError, KeyError, TypeError):  # something between us and the service answered
        code, detail = "unexpected_answer", "the answer is not one of rootid"
    request_id = response.headers.get("X-Request-ID", "-")
    return ServiceError(response.status_code, code, detail, request_id, _retry_after(response))


def _retry_after(response: httpx.Response) -> float | None:
    try:
        return max(0.0, float(response.headers["Retry-After"]))
    except (KeyError, ValueError):
        return None
