"""Where identifiers are in the database, as far as one write transaction has learned. Holds no rule.

A statement that changes something and looks for its nodes in an index locks what it finds there: that takes more than half of
the time of writing a relationship. So each node is looked for once and named by its place from then on, which holds until the
transaction ends and is kept no longer: Neo4j gives it to another node after a deletion.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from graph.stores.neo4j.connection import Transaction


class Nodes:
    """Places of identifiers by handle, and of roots by who leads them."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._known: dict[int, str] = {}
        self._roots: dict[str, dict[int, str]] = {}

    def learn(self, handles: Iterable[int], places: Iterable[str]) -> None:
        """These identifiers are there."""
        self._known.update(zip(handles, places, strict=True))

    async def of(self, handles: Sequence[int]) -> list[str]:
        """Where identifiers on record are, in the same order; looks for those that nobody told of."""
        missing = [*{handle for handle in handles if handle not in self._known}]
        if missing:
            row = await self._tx.one("read/nodes", ids=missing)
            self.learn(row["id"], row["node"])
        return [self._known[handle] for handle in handles]

    async def ends(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Rows that begin with two handles, with places instead of those."""
        one, other = await self.of([row[0] for row in rows]), await self.of([row[1] for row in rows])
        return [(a, b, *row[2:]) for a, b, row in zip(one, other, rows, strict=True)]

    def learn_roots(self, purpose: str, leaders: Iterable[int], places: Iterable[str]) -> None:
        """These are the roots that identifiers lead, until membership changes; 0 leads none."""
        self._roots.setdefault(purpose, {}).update(zip(leaders, places, strict=True))

    def forget_roots(self, purpose: str) -> None:
        """Membership changes."""
        self._roots.pop(purpose, None)

    async def roots(self, purpose: str, leaders: AbstractSet[int]) -> dict[int, str]:
        """Where the roots are that identifiers lead, by leader; looks for those that nobody told of."""
        known = self._roots.get(purpose, {})
        missing = [leader for leader in leaders if leader not in known]
        if missing:
            row = await self._tx.one("read/roots", purpose=purpose, leaders=missing)
            self.learn_roots(purpose, row["leader"], row["root"])
            known = self._roots[purpose]
        return {leader: known[leader] for leader in leaders}
