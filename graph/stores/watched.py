"""A store that tells an observer how long each verb took. Changes nothing that is asked or answered."""

from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any, TypeVar

from graph.access import ApiKey
from graph.observing import SILENCE, Observer
from graph.stores.columns import Changing, Looked
from graph.stores.protocol import Flight, Reading, Store, Writing
from graph.stores.standing import Standing

T = TypeVar("T")


class WatchedStore:
    """Another store's verbs, timed. `observer` may be set at any time."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self.observer: Observer = SILENCE

    @property
    def embedded(self) -> bool:
        """As the inner store."""
        return self._inner.embedded

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Reading]:
        """A view of the inner store."""
        start, failed = perf_counter(), True
        try:
            async with self._inner.reading() as view:
                yield view
            failed = False
        finally:
            self.observer.asked("reading", perf_counter() - start, failed=failed)

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[Writing]:
        """A write transaction of the inner store."""
        start, failed = perf_counter(), True
        try:
            async with self._inner.writing() as tx:
                yield tx
            failed = False
        finally:
            self.observer.asked("writing", perf_counter() - start, failed=failed)

    @asynccontextmanager
    async def following(self, before: Flight) -> AsyncGenerator[Writing]:
        """A write transaction of the inner store that follows another."""
        start, failed = perf_counter(), True
        try:
            async with self._inner.following(before) as tx:
                yield tx
            failed = False
        finally:
            self.observer.asked("following", perf_counter() - start, failed=failed)

    async def lookup(self, purpose: str, keys: Sequence[bytes]) -> Looked:
        """As the inner store."""
        return await self._timed("lookup", self._inner.lookup(purpose, keys))

    async def policy(self) -> tuple[str | None, Changing | None]:
        """As the inner store."""
        return await self._timed("policy", self._inner.policy())

    async def overdue(self, now: int) -> bool:
        """As the inner store."""
        return await self._timed("overdue", self._inner.overdue(now))

    async def standing(self) -> Standing:
        """As the inner store."""
        return await self._timed("standing", self._inner.standing())

    async def api_keys(self) -> list[ApiKey]:
        """As the inner store."""
        return await self._timed("api_keys", self._inner.api_keys())

    @asynccontextmanager
    async def trying(self) -> AsyncGenerator[Writing]:
        """A write transaction of the inner store that never happened."""
        start, failed = perf_counter(), True
        try:
            async with self._inner.trying() as tx:
                yield tx
            failed = False
        finally:
            self.observer.asked("trying", perf_counter() - start, failed=failed)

    async def compact(self) -> None:
        """As the inner store."""
        await self._timed("compact", self._inner.compact())

    async def close(self) -> None:
        """As the inner store."""
        await self._inner.close()

    async def _timed(self, verb: str, work: Coroutine[Any, Any, T]) -> T:
        start, failed = perf_counter(), True
        try:
            answer = await work
            failed = False
            return answer
        finally:
            self.observer.asked(verb, perf_counter() - start, failed=failed)
