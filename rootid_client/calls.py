"""Requests as they go out and answers as they come in, and when to try again. Pure: no network, no clock."""

import json
import math
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import httpx

from rootid_client.answers import ServiceError
from rootid_client.operations import PLACES, WRITES, Operation
from rootid_client.tracing import Tracing

MOST_ITEMS: Final = 1_000
"""Lookups or events of one request."""

_ID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_KEY: Final = re.compile(r"[!-~]+")

_AGAIN: Final = frozenset({429, 502, 503, 504})
"""Statuses after which the same request may succeed. Every call of the service may be repeated: facts are recorded once."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the service is, who asks, and with how much patience. `timeout`: seconds for a call with all its attempts."""

    base_url: str
    key: str | None = field(repr=False)
    timeout: float
    attempts: int
    traceparent: Tracing | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for a key that can't be one: sent as a header it would show in the error of who refuses it."""
        if self.key is not None and not _KEY.fullmatch(self.key):
            raise ValueError("an API key has no blanks, line ends or letters beyond ASCII in it")

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

    `place` fills in what the path has in braces. Raises ValueError where that is no id: an identifier never goes into a URL.
    """
    method, path = PLACES[operation]
    rest: dict[str, Any] = {} if query is None else {"params": query}
    if method == "POST":
        rest |= written(body or {})
    if operation in WRITES:
        rest["headers"] = {**rest["headers"], "Idempotency-Key": str(uuid4())}
    return method, path.format_map({name: identity(value) for name, value in place.items()}), rest


def identity(value: str) -> str:
    """An id as it stands in a URL. Raises ValueError, without it, for anything else."""
    if not _ID.fullmatch(value):
        raise ValueError("not an id of rootid; identifiers are asked about by a lookup, never by a URL")
    return value


def written(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body as it goes out. In ASCII, so that no text of an identifier can fail to be encoded, and show in that error."""
    return {"content": json.dumps(body, allow_nan=False).encode("ascii"), "headers": {"Content-Type": "application/json"}}


def read(response: httpx.Response) -> Any:
    """The JSON of an answer. Raises ServiceError where it is none, without a word of it."""
    try:
        return response.json()
    except ValueError:
        raise problem(response) from None


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
