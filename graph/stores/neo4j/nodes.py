"""Where identifiers are in the database, as far as one write transaction has learned. Holds no rule.

A statement that changes something and looks for its nodes in an index locks what it finds there: that takes more than half of
the time of writing a relationship. So each node is looked for once and named by its place from then on, which holds until the
transaction ends and is kept no longer: Neo4j gives it to another node after a deletion.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Optional

from graph.stores.neo4j.connection import Row

Ask = Callable[..., Awaitable[Row]]
"""Asks a statement within the transaction."""


class Nodes:
    """Places of identifiers by handle, and of roots by who leads them."""

    def __init__(self, ask: Ask, before: Optional["Nodes"] = None) -> None:
        """`before`: what the write before has learned; nothing that is new by it is asked for before its end."""
        self._ask = ask
        self._before = before
        self._known: dict[int, str] = {}
        self._roots: dict[str, dict[int, str]] = {}

    def learn(self, handles: Iterable[int], places: Iterable[str]) -> None:
        """These identifiers are there."""
        self._known.update(zip(handles, places, strict=True))

    async def of(self, handles: Sequence[int]) -> list[str]:
        """Where identifiers on record are, in the same order; looks for those that nobody told of."""
        missing = {handle for handle in handles if handle not in self._known}
        if missing and self._before is not None:
            told = self._before._known
            self._known.update((handle, told[handle]) for handle in missing if handle in told)
            missing -= self._known.keys()
        if missing:
            row = await self._ask("read/nodes", ids=[*missing])
            self.learn(row["id"], row["node"])
        return [self._known[handle] for handle in handles]

    async def ends(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Rows that begin with two handles, with places instead of those."""
        one, other = await self.of([row[0] for row in rows]), await self.of([row[1] for row in rows])
        return [(a, b, *row[2:]) for a, b, row in zip(one, other, rows, strict=True)]

    def learn_roots(self, purpose: str, leaders: Iterable[int], places: Iterable[str]) -> None:
        """These are the roots that identifiers lead, until membership changes; 0 leads none."""
        self._roots.setdefault(purpose, {}).update(zip(leaders, places, strict=True))

    def take_roots(self, purpose: str) -> dict[int, str]:
        """Where roots are, by leader, as far as that is known; it isn't known any more from then on, as membership changes."""
        return self._roots.pop(purpose, {})

    async def roots(self, purpose: str, leaders: AbstractSet[int], known: dict[int, str]) -> dict[int, str]:
        """Where the roots are that identifiers lead, by leader; looks for those that nobody told of."""
        missing = [leader for leader in leaders if leader not in known]
        if missing:
            row = await self._ask("read/roots", purpose=purpose, leaders=missing)
            known = known | dict(zip(row["leader"], row["root"], strict=True))
        return {leader: known[leader] for leader in leaders}

    def forget_before(self) -> None:
        """Let go of what the write before has learned."""
        self._before = None
