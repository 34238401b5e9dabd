"""Records who brought whom: statements on referrals and orders, and marks. Holds no rule."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from graph.model import Mark
from graph.stores.columns import StoredOrder, StoredReferral
from graph.stores.neo4j.reports import Neo4jReports


class Neo4jTelling(Neo4jReports):
    """Writes of referrals, orders and marks, and the reads that these need."""

    async def stated(self, events: Sequence[tuple[str, str]], codes: Sequence[tuple[int, int, str]]) -> list[StoredReferral]:
        row = await self._tx.one("read/stated", events=list(events), codes=list(codes))
        return [StoredReferral(*told) for told in row["rows"]]

    async def refer(self, statements: Sequence[StoredReferral]) -> None:
        rows = [(s.referrer, s.referee, _without(asdict(s), "referrer", "referee")) for s in statements]
        await self._tx.send("write/refer", rows=rows)

    async def bought(self, orders: Sequence[tuple[str, str]]) -> list[StoredOrder]:
        row = await self._tx.one("read/bought", orders=list(orders))
        return [StoredOrder(*told) for told in row["rows"]]

    async def buy(self, statements: Sequence[StoredOrder]) -> None:
        await self._tx.send("write/buy", rows=[(s.subject, _without(asdict(s), "subject")) for s in statements])

    async def mark(self, mark: Mark, identifier: int, recorded: int) -> None:
        told = {"kind": mark.kind, "name": mark.name, "at": mark.at, "until": mark.until, "recorded": recorded}
        await self._tx.send("write/mark", identifier=identifier, mark=told)


def _without(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in names}
