"""The client for programs with an event loop; lookups of one moment go out together. No identifier in a URL or a repr."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from types import TracebackType
from typing import Any

import httpx

from rootid_client import answers, calls
from rootid_client.answers import Answer, Change, Changes, Receipt, Root
from rootid_client.calls import MOST_ITEMS, Settings
from rootid_client.operations import Operation
from rootid_client.tracing import Tracing, traced

Waiting = list[tuple[Sequence[str], "asyncio.Future[Answer]"]]


class AsyncClient:
    """Asks and records within one event loop.

    `lookup` waits `gather` seconds for others, so that a thousand tasks that ask at once make one request of a thousand. Every
    call may raise ServiceError, or httpx.TransportError where the service can't be reached. What may succeed later is tried
    again within `timeout` seconds. `traceparent` says the trace that the caller is in (W3C); without it OpenTelemetry is asked,
    where it is installed. `lookup` goes out in the trace of the first of those who ask together.
    """

    def __init__(
        self,
        base_url: str,
        key: str | None = None,
        *,
        timeout: float = 10.0,
        attempts: int = 5,
        gather: float = 0.002,
        traceparent: Tracing | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._settings = Settings(base_url, key, timeout, attempts, traceparent)
        always = self._settings.headers()
        self._http = httpx.AsyncClient(base_url=base_url, headers=always, timeout=timeout, transport=transport)
        self._gather = gather
        self._waiting: dict[str | None, Waiting] = {}
        self._errands: set[asyncio.Task[None]] = set()

    def __repr__(self) -> str:
        return f"AsyncClient({self._settings.base_url})"

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        """Let lookups that are on their way come back, and let go of the connections."""
        await asyncio.gather(*self._errands, return_exceptions=True)
        await self._http.aclose()

    async def lookup(self, *identifiers: str, purpose: str | None = None) -> Answer:
        """Who has these identifiers, said to be one person's; asked together with what else is asked now."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(purpose, [])
        waiting.append((identifiers, answer))
        if len(waiting) == 1:
            self._errand(self._leave_soon(purpose, waiting))
        elif len(waiting) == MOST_ITEMS:
            self._waiting.pop(purpose)
            self._errand(self._fetch(purpose, waiting))
        return await answer

    def _errand(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _leave_soon(self, purpose: str | None, waiting: Waiting) -> None:
        await asyncio.sleep(self._gather)
        if self._waiting.get(purpose) is waiting:
            self._waiting.pop(purpose)
            await self._fetch(purpose, waiting)

    async def _fetch(self, purpose: str | None, waiting: Waiting) -> None:
        try:
            found = await self.lookup_many([group for group, _ in waiting], purpose=purpose)
        except Exception as error:  # noqa: BLE001 - handed on to everybody who waits
            for _, answer in waiting:
                if not answer.done():
                    answer.set_exception(error)
            return
        for (_, answer), told in zip(waiting, found, strict=True):
            if not answer.done():
                answer.set_result(told)

    async def lookup_many(self, groups: Sequence[Sequence[str]], *, purpose: str | None = None) -> list[Answer]:
        """Who each group of identifiers is, in the same order; in as few requests as can be."""
        found: list[Answer] = []
        for page in calls.in_pages(groups):
            told = await self.call("lookup", calls.lookup_body(page, purpose))
            found += [answers.answer(one) for one in told["answers"]]
        return found

    async def record(self, events: Sequence[Mapping[str, Any]]) -> list[Receipt]:
        """Record events as the API writes them: one receipt for each thousand. Look at `rejected`."""
        return [answers.receipt(await self.call("record_events", {"events": list(page)})) for page in calls.in_pages(events)]

    async def root(self, root_id: str, *, known: Root | None = None) -> Root:
        """The root that an id answers with today; `known` itself where it hasn't changed since."""
        tag = {} if known is None or known.tag is None else {"If-None-Match": known.tag}
        response = await self._send("GET", f"/v1/roots/{calls.identity(root_id)}", headers=tag)
        if response.status_code == 304 and known is not None:
            return known
        return answers.root(calls.read(response), response.headers.get("ETag"))

    async def changes(self, after: int = 0, limit: int = 1000) -> Changes:
        """A page of the change feed."""
        return answers.changes(await self.call("list_changes", query={"after": after, "limit": limit}))

    async def follow(self, after: int = 0) -> AsyncIterator[Change]:
        """Every change record after a cursor, until there is none at the moment."""
        more = True
        while more:
            page = await self.changes(after)
            for change in page.changes:
                yield change
            after, more = page.cursor, page.more

    async def call(
        self,
        operation: Operation,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, Any] | None = None,
        **place: str,
    ) -> Any:
        """Any call by its name, as the API writes it: `call("show_root", root_id=…)`."""
        method, path, rest = calls.request(operation, body, query, place)
        return calls.read(await self._send(method, path, **rest))

    async def _send(self, method: str, path: str, headers: Mapping[str, str] | None = None, **rest: Any) -> httpx.Response:
        rest["headers"] = {**(headers or {}), **traced(self._settings.traceparent)}
        rest["follow_redirects"] = method == "GET"  # to the root-ID of today; a body goes nowhere but where it was sent
        begun = time.monotonic()
        attempt = 0
        while True:
            try:
                failure: httpx.Response | httpx.TransportError = await self._http.request(method, path, **rest)
                if failure.is_success or failure.status_code == 304:
                    return failure
            except httpx.TransportError as error:
                failure = error
            pause = self._settings.pause(attempt, failure, time.monotonic() - begun)
            if pause is None:
                raise failure if isinstance(failure, httpx.TransportError) else calls.problem(failure)
            await asyncio.sleep(pause)
            attempt += 1
