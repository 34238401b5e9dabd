"""The client for programs without an event loop. Must not put an identifier into a URL, a log or a repr."""

import time
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any

import httpx

from rootid_client import answers, calls
from rootid_client.answers import Answer, Change, Changes, Receipt, Root
from rootid_client.calls import Settings
from rootid_client.operations import Operation
from rootid_client.tracing import Tracing, traced


class Client:
    """Asks and records; safe to share between threads.

    Every call may raise ServiceError, or httpx.TransportError where the service can't be reached. What may succeed later is tried
    again within `timeout` seconds. `traceparent` says the trace that the caller is in (W3C); without it OpenTelemetry is asked,
    where it is installed.
    """

    def __init__(
        self,
        base_url: str,
        key: str | None = None,
        *,
        timeout: float = 10.0,
        attempts: int = 5,
        traceparent: Tracing | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._settings = Settings(base_url, key, timeout, attempts, traceparent)
        always = self._settings.headers()
        self._http = httpx.Client(base_url=base_url, headers=always, timeout=timeout, transport=transport)

    def __repr__(self) -> str:
        return f"Client({self._settings.base_url})"

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def lookup(self, *identifiers: str, purpose: str | None = None) -> Answer:
        """Who has these identifiers, said to be one person's."""
        return self.lookup_many([identifiers], purpose=purpose)[0]

    def lookup_many(self, groups: Sequence[Sequence[str]], *, purpose: str | None = None) -> list[Answer]:
        """Who each group of identifiers is, in the same order; in as few requests as can be."""
        found: list[Answer] = []
        for page in calls.in_pages(groups):
            told = self.call("lookup", calls.lookup_body(page, purpose))
            found += [answers.answer(one) for one in told["answers"]]
        return found

    def record(self, events: Sequence[Mapping[str, Any]]) -> list[Receipt]:
        """Record events as the API writes them: one receipt for each thousand. Look at `rejected`."""
        return [answers.receipt(self.call("record_events", {"events": list(page)})) for page in calls.in_pages(events)]

    def root(self, root_id: str, *, known: Root | None = None) -> Root:
        """The root that an id answers with today; `known` itself where it hasn't changed since."""
        tag = {} if known is None or known.tag is None else {"If-None-Match": known.tag}
        response = self._send("GET", f"/v1/roots/{calls.identity(root_id)}", headers=tag)
        if response.status_code == 304 and known is not None:
            return known
        return answers.root(calls.read(response), response.headers.get("ETag"))

    def changes(self, after: int = 0, limit: int = 1000) -> Changes:
        """A page of the change feed."""
        return answers.changes(self.call("list_changes", query={"after": after, "limit": limit}))

    def follow(self, after: int = 0) -> Iterator[Change]:
        """Every change record after a cursor, until there is none at the moment."""
        more = True
        while more:
            page = self.changes(after)
            yield from page.changes
            after, more = page.cursor, page.more

    def call(
        self,
        operation: Operation,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, Any] | None = None,
        **place: str,
    ) -> Any:
        """Any call by its name, as the API writes it: `call("show_root", root_id=…)`."""
        method, path, rest = calls.request(operation, body, query, place)
        return calls.read(self._send(method, path, **rest))

    def _send(self, method: str, path: str, headers: Mapping[str, str] | None = None, **rest: Any) -> httpx.Response:
        rest["headers"] = {**(headers or {}), **traced(self._settings.traceparent)}
        rest["follow_redirects"] = method == "GET"  # to the root-ID of today; a body goes nowhere but where it was sent
        begun = time.monotonic()
        attempt = 0
        while True:
            try:
                failure: httpx.Response | httpx.TransportError = self._http.request(method, path, **rest)
                if failure.is_success or failure.status_code == 304:
                    return failure
            except httpx.TransportError as error:
                failure = error
            pause = self._settings.pause(attempt, failure, time.monotonic() - begun)
            if pause is None:
                raise failure if isinstance(failure, httpx.TransportError) else calls.problem(failure)
            time.sleep(pause)
            attempt += 1
