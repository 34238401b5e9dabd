"""Figures of the whole store for whoever watches it: how many, how large, how late. Counts only; asked now and then."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph.answers import Stats
from graph.aside import aside
from graph.stores import Store


@dataclass(frozen=True, slots=True)
class Census:
    """`sizes`: by purpose, how many parts have how many identifiers."""

    stats: Stats
    sizes: Mapping[str, Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is due and not worked in yet: how much, and since when (None: nothing is)."""

    waiting: int
    since: int | None


async def take(store: Store) -> Census:
    """Count everything. Its cost grows with the store: a second for some million identifiers."""

    async def count() -> Census:
        async with store.reading() as reading:
            return Census(Stats(**await reading.stats()), await reading.sizes())

    return await aside(store, count())


async def backlog(store: Store, now: int) -> Backlog:
    """How far the sweep is behind; cheap."""

    async def look() -> Backlog:
        async with store.reading() as reading:
            return Backlog(*await reading.backlog(now))

    return await aside(store, look())
