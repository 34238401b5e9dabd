"""A store whose digests lie under a cover: it is put on at the way in and taken off at the way out. Decides nothing else.

While another cover is being put on, some rows have the old one and some the new. A row goes from old to new and never back, so
that whoever asks for the old digest first, and for the new one where that is not found, misses none. And a miss is believed only
after the store still stands as it did: a worker that slept through the beginning of all this asks again.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

import numpy as np

from graph.access import ApiKey
from graph.covers import Cover
from graph.evidence import Facts
from graph.keys import Keyring
from graph.stores.columns import Changing, Looked, NewSightings, Pieces, StoredReferral
from graph.stores.protocol import Flight, Reading, Store, Writing
from graph.stores.standing import Standing
from graph.tables import Bools, Ints

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Forms:
    """The covers of a moment: the one in force, and the one that is being put in its place."""

    standing: Standing
    old: Cover
    new: Cover | None

    @property
    def none(self) -> bool:
        """Whether digests are stored as they are made."""
        return self.old.none and self.new is None

    @property
    def both(self) -> list[Cover]:
        """In the order in which digests are asked for."""
        return [self.old] if self.new is None else [self.old, self.new]

    @property
    def written(self) -> Cover:
        """What new rows get."""
        return self.new or self.old

    def moved(self, kind: str, places: Ints) -> Bools:
        """Which rows have the new cover already."""
        if self.new is None:
            return np.zeros(len(places), np.bool_)
        return (places <= self.standing.done[kind]) | (places > self.standing.until[kind])


class CoveredStore:
    """Another store, under the covers of a keyring."""

    def __init__(self, inner: Store, keyring: Keyring) -> None:
        self._inner = inner
        self._keyring = keyring
        self._known = self._forms(Standing())

    def _forms(self, standing: Standing) -> Forms:
        """Raises StoreMismatchError for a cover that this process has no secret of."""
        old, following = self._keyring.cover(standing.cover), standing.following
        return Forms(standing, old, None if following is None else self._keyring.cover(following))

    @property
    def embedded(self) -> bool:
        """As the inner store."""
        return self._inner.embedded

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Reading]:
        """A view of the inner store."""
        async with self._inner.reading() as view:
            forms = self._forms(await view.standing())
            yield view if forms.none else cast("Reading", _CoveredReading(view, forms))

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[Writing]:
        """A write transaction of the inner store."""
        async with self._inner.writing() as tx:
            forms = self._forms(await tx.standing())
            yield tx if forms.none else cast("Writing", _CoveredWriting(tx, forms))

    @asynccontextmanager
    async def following(self, before: Flight) -> AsyncGenerator[Writing]:
        """A write transaction of the inner store that follows another."""
        async with self._inner.following(before) as tx:
            forms = self._forms(await tx.standing())
            yield tx if forms.none else cast("Writing", _CoveredWriting(tx, forms))

    @asynccontextmanager
    async def trying(self) -> AsyncGenerator[Writing]:
        """A write transaction of the inner store that never happened."""
        async with self._inner.trying() as tx:
            forms = self._forms(await tx.standing())
            yield tx if forms.none else cast("Writing", _CoveredWriting(tx, forms))

    async def lookup(self, purpose: str, keys: Sequence[bytes]) -> Looked:
        """As the inner store."""
        while True:
            forms = self._known
            looked = await self._inner.lookup(purpose, forms.old.on(keys))
            if forms.new is not None and None in looked.found:
                looked = await self._again(purpose, keys, looked, forms.new)
            if looked.standing is None or looked.standing.covers == forms.standing.covers:
                return looked
            self._known = self._forms(looked.standing)

    async def _again(self, purpose: str, keys: Sequence[bytes], looked: Looked, cover: Cover) -> Looked:
        """What was not found under the old cover asked for under the new one."""
        missing = [place for place, hit in enumerate(looked.found) if hit is None]
        more = await self._inner.lookup(purpose, cover.on([keys[place] for place in missing]))
        for place, hit in zip(missing, more.found, strict=True):
            looked.found[place] = hit
        return Looked(looked.found, more.standing)

    async def standing(self) -> Standing:
        """As the inner store."""
        return await self._inner.standing()

    async def policy(self) -> tuple[str | None, Changing | None]:
        """As the inner store."""
        return await self._inner.policy()

    async def overdue(self, now: int) -> bool:
        """As the inner store."""
        return await self._inner.overdue(now)

    async def api_keys(self) -> list[ApiKey]:
        """As the inner store."""
        return await self._inner.api_keys()

    async def compact(self) -> None:
        """As the inner store."""
        await self._inner.compact()

    async def close(self) -> None:
        """As the inner store."""
        await self._inner.close()


async def _first(
    covers: Sequence[Cover], keys: Sequence[bytes], ask: Callable[[list[bytes]], Awaitable[Sequence[T | None]]]
) -> list[T | None]:
    """What is found of each key, under the first cover under which it is found."""
    found = list(await ask(covers[0].on(keys)))
    for cover in covers[1:]:
        missing = [place for place, hit in enumerate(found) if hit is None]
        if missing:
            more = await ask(cover.on([keys[place] for place in missing]))
            for place, hit in zip(missing, more, strict=True):
                found[place] = hit
    return found


class _CoveredReading:
    """A view that takes covers off. What has no digest in it goes to the inner view as it is."""

    def __init__(self, inner: Any, forms: Forms) -> None:
        self._inner = inner
        self._forms = forms

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def handles(self, keys: Sequence[bytes]) -> Ints:
        async def ask(stored: list[bytes]) -> list[int | None]:
            return [handle or None for handle in (await self._inner.handles(stored)).tolist()]

        return np.array([handle or 0 for handle in await _first(self._forms.both, keys, ask)], np.int64)

    async def keys(self, ids: Ints) -> list[bytes]:
        return self._bare("identifier", ids, await self._inner.keys(ids), Cover.off)

    def _bare(self, kind: str, places: Ints, stored: list[T], off: Callable[[Cover, list[T]], list[T]]) -> list[T]:
        """Digests of rows, each without the cover that it has."""
        moved = self._forms.moved(kind, places).tolist()
        made = [off(self._forms.old, stored)]
        if self._forms.new is not None:
            made.append(off(self._forms.new, stored))
        return [made[new][place] for place, new in enumerate(moved)]

    async def facts(self) -> Facts:
        facts: Facts = await self._inner.facts()
        ids = list(facts.nodes)
        bare = self._bare("identifier", np.array(ids, np.int64), [facts.nodes[handle].key for handle in ids], Cover.off)
        return replace(facts, nodes={h: replace(facts.nodes[h], key=key) for h, key in zip(ids, bare, strict=True)})

    async def stated(self, events: Sequence[tuple[str, str]], codes: Sequence[tuple[int, int, str]]) -> list[StoredReferral]:
        names = [name for _, name in events]
        asked = [
            (source, stored)
            for cover in self._forms.both
            for (source, _), stored in zip(events, cover.events_on(names), strict=True)
        ]
        told: list[StoredReferral] = await self._inner.stated(asked, codes)
        stamps = np.array([statement.recorded for statement in told], np.int64)
        bare = self._bare("referral", stamps, [statement.event_id for statement in told], Cover.events_off)
        return [replace(statement, event_id=name) for statement, name in zip(told, bare, strict=True)]

    async def kept_answer(self, key: bytes) -> tuple[bytes, bytes] | None:
        held = await self._inner.kept_answer(self._forms.written.on([key])[0])
        return None if held is None else (self._forms.written.off([held[0]])[0], held[1])

    async def tombstones(self, marks: Callable[[], Sequence[bytes]]) -> Mapping[bytes, int]:
        cover = self._forms.written
        found: Mapping[bytes, int] = await self._inner.tombstones(lambda: cover.on(marks()))
        return dict(zip(cover.off(list(found)), found.values(), strict=True))


class _CoveredWriting(_CoveredReading):
    """A transaction that puts covers on as well."""

    async def known_events(self, sources: Sequence[str], event_ids: Sequence[str]) -> Bools:
        known = np.zeros(len(sources), np.bool_)
        for cover in self._forms.both:
            known |= await self._inner.known_events(sources, cover.events_on(event_ids))
        return known

    async def intern(
        self, keys: Sequence[bytes], place: Ints, named: Ints, describe: Callable[[int], tuple[str, str | None]]
    ) -> tuple[Ints, Bools]:
        stored = self._forms.written.on(keys)
        if self._forms.new is not None:
            old = self._forms.old.on(keys)
            held = (await self._inner.handles(old)) > 0
            stored = [old[at] if kept else stored[at] for at, kept in enumerate(held.tolist())]
        return await self._inner.intern(stored, place, named, describe)

    async def append(self, sightings: NewSightings, pieces: Pieces) -> None:
        covered = self._forms.written.events_on(sightings.event_id)
        await self._inner.append(replace(sightings, event_id=covered), pieces)

    async def refer(self, statements: Sequence[StoredReferral]) -> None:
        covered = self._forms.written.events_on([statement.event_id for statement in statements])
        await self._inner.refer([replace(one, event_id=name) for one, name in zip(statements, covered, strict=True)])

    async def bury(self, marks: Sequence[bytes], at: int) -> None:
        await self._inner.bury(self._forms.written.on(marks), at)

    async def keep_answer(self, key: bytes, request: bytes, body: bytes, at: int, oldest: int) -> None:
        stored = self._forms.written.on([key, request])
        await self._inner.keep_answer(*stored, body, at, oldest)
