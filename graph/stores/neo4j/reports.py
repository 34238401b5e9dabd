"""Reads of the whole database: counts, the change feed, exports, all facts. Holds no rule."""

from collections.abc import AsyncIterator
from itertools import chain
from typing import Any, Final

from graph.evidence import Closing, Facts, Grant, Granting, Node, Ruling, Seen, Withdrawing
from graph.instants import LATEST
from graph.stores.columns import Alone, StoredChange
from graph.stores.neo4j.accounts import Neo4jAccounts, as_change
from graph.stores.neo4j.connection import Row
from graph.stores.neo4j.moving import Neo4jDumping
from graph.stores.neo4j.network import Neo4jNetwork
from graph.stores.neo4j.scored import Neo4jScored
from graph.stores.neo4j.values import ints
from graph.tables import Ints

_PAGE: Final = 5_000
"""Sightings whose identifiers are looked up at once."""


class Neo4jReports(Neo4jAccounts, Neo4jNetwork, Neo4jScored, Neo4jDumping):
    """Reads that look at everything."""

    async def changes(self, after: int, limit: int, *, joins: bool) -> list[tuple[int, StoredChange]]:
        row = await self._tx.one("read/changes", after=after, limit=limit, joins=joins)
        return [as_change(found) for found in row["rows"]]

    async def cursor(self) -> int:
        return self._state["changes"]

    async def stats(self) -> dict[str, Any]:
        rows = self._all
        facts = await self._tx.one("read/count_facts")
        parts, settled, hits = await rows("read/count_roots"), await rows("read/count_settled"), await rows("read/count_hits")
        refused: dict[str, dict[str, int]] = {}
        for row in await rows("read/count_findings"):
            refused.setdefault(row["name"], {})[row["reason"]] = row["count"]
        return {
            "identifiers": {row["name"]: row["count"] for row in await rows("read/count_identifiers")},
            "sightings": facts["sightings"],
            "links": facts["links"],
            "roots": {row["name"]: row["roots"] for row in parts},
            "largest": {row["name"]: row["largest"] for row in parts},
            "refused": refused,
            "mass": {row["name"]: row["mass"] for row in settled if row["mass"]},
            "shared": {row["name"]: row["shared"] for row in settled if row["shared"]},
            "blocked": {row["name"]: row["count"] for row in hits if row["what"] == "blocked"},
            "parked": {row["name"]: row["count"] for row in hits if row["what"] == "parked"},
            "changes": {row["name"]: row["count"] for row in await rows("read/count_changes")},
            "consents": facts["consents"],
            "referrals": facts["referrals"],
        }

    async def sizes(self) -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = {}
        for row in await self._all("read/sizes"):
            found.setdefault(row["name"], {})[row["size"]] = row["count"]
        return found

    async def largest(self, purpose: str, limit: int) -> tuple[Ints, Ints]:
        row = await self._tx.one("read/largest", purpose=purpose, limit=limit)
        return ints(row["leader"]), ints(row["size"])

    async def alone(self, purpose: str) -> Alone:
        row = await self._tx.one("read/alone", purpose=purpose)
        return Alone(*(ints(row[name]) for name in ("id", "place", "settled", "linked")))

    async def backlog(self, now: int) -> tuple[int, int | None]:
        row = await self._tx.one("read/backlog", now=now)
        return row["count"], row["since"]

    async def facts(self) -> Facts:
        facts, tx = Facts(), self._tx
        async for row in tx.rows("read/all_identifiers"):
            facts.nodes[row["handle"]] = Node(bytes.fromhex(row["key"]), row["namespace"], row["scope"])
        async for row in tx.rows("read/all_sightings"):
            backing = row["consent"] or None, row["basis"] or None, row["weight"]
            facts.sightings.append(Seen(tuple(row["members"]), row["at"], row["source"], row["session"], *backing, row["stamp"]))
        async for row in tx.rows("read/all_grants"):
            expires = LATEST + 1 if row["expires"] is None else row["expires"]
            grant = Grant(row["at"], expires, frozenset(row["purposes"]))
            facts.grantings.append(Granting(row["consent"], grant, row["subject"], row["recorded"]))
        async for row in tx.rows("read/all_withdrawals"):
            facts.withdrawals.append(Withdrawing(row["at"], row["consent"], row["subject"], row["purpose"], row["recorded"]))
        async for row in tx.rows("read/all_closes"):
            facts.closings.append(Closing(row["a"], row["b"], row["at"], row["source"], row["recorded"]))
        async for row in tx.rows("read/all_decisions"):
            facts.rulings.append(Ruling(*(row[name] for name in ("ruling", "a", "b", "at", "consent", "basis", "recorded"))))
        return facts

    async def export_sightings(self) -> AsyncIterator[dict[str, Any]]:
        page: list[Row] = []
        async for row in self._tx.rows("read/all_sightings"):
            page.append(row)
            if len(page) == _PAGE:
                for sighting in await self._shown(page):
                    yield sighting
                page = []
        for sighting in await self._shown(page):
            yield sighting

    async def _shown(self, page: list[Row]) -> list[dict[str, Any]]:
        """Sightings as exports show them."""
        ids = sorted(set(chain.from_iterable(row["members"] for row in page)))
        found = await self._tx.one("read/shown", ids=ids)
        names = ("namespace", "scope", "key", "mask")
        see = {handle: dict(zip(names, shown, strict=True)) for handle, shown in zip(found["id"], found["shown"], strict=True)}
        return [
            {
                "at": row["at"],
                "source": row["source"],
                "event_id": row["event_id"],
                "session": row["session"],
                "consent": row["consent_id"],
                "basis": row["basis"] or None,
                "weight": row["weight"],
                "see": [see[member] for member in row["members"]],
            }
            for row in page
        ]

    async def export_roots(self, purpose: str) -> AsyncIterator[dict[str, Any]]:
        async for row in self._tx.rows("read/all_roots", purpose=purpose):
            yield dict(row)
