"""Reads of the whole database: counts, the change feed, exports, all facts. Holds no rule."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from graph.evidence import Closing, Facts, Grant, Granting, Node, Ruling, Withdrawing
from graph.instants import LATEST
from graph.stores.columns import Alone, StoredChange
from graph.stores.sqlite.accounts import CHANGE, SqliteAccounts, as_change
from graph.stores.sqlite.moving import SqliteDumping
from graph.stores.sqlite.network import SqliteNetwork
from graph.stores.sqlite.reading import as_columns, seen_of
from graph.stores.sqlite.scored import SqliteScored
from graph.tables import Ints


class SqliteReports(SqliteAccounts, SqliteNetwork, SqliteScored, SqliteDumping):
    """Reads that look at everything."""

    async def changes(self, after: int, limit: int, *, joins: bool) -> list[tuple[int, StoredChange]]:
        which = "change" if joins else "change INDEXED BY change_of_roots"
        only = "" if joins else "AND kind <> 'join'"
        rows = self._all(f"SELECT {CHANGE} FROM {which} WHERE seq > ? {only} ORDER BY seq LIMIT ?", after, limit)
        return [as_change(row) for row in rows]

    async def cursor(self) -> int:
        return self._all("SELECT ifnull(max(seq), 0) FROM change")[0][0]

    async def stats(self) -> dict[str, Any]:
        def counts(statement: str) -> dict[str, int]:
            return dict(self._all(statement))  # type: ignore[arg-type]  # two columns

        refused: dict[str, dict[str, int]] = {}
        for purpose, reason, count in self._all(
            "SELECT p.name, ifnull(f.reason, f.verdict), count(*) FROM finding f JOIN purpose p ON p.id = f.purpose "
            "GROUP BY 1, 2 ORDER BY 1, 2"
        ):
            refused.setdefault(purpose, {})[reason] = count
        named = "SELECT p.name, {} FROM {} m JOIN purpose p ON p.id = m.purpose {} GROUP BY 1 ORDER BY p.id"
        roots = named.format("count(*)", "membership", "WHERE m.leader = m.identifier")
        sizes = "(SELECT purpose, count(*) n FROM membership WHERE leader > 0 GROUP BY purpose, leader)"
        largest = named.format("max(m.n)", sizes, "")
        settled = named.format("count(*)", "membership", "WHERE m.settled = {}")
        return {
            "identifiers": counts(
                "SELECT p.namespace, count(*) FROM identifier i JOIN place p ON p.id = i.place WHERE i.named IS NOT NULL "
                "GROUP BY 1 ORDER BY 2 DESC, 1"
            ),
            "sightings": self._all("SELECT count(*) FROM sighting")[0][0],
            "links": self._all("SELECT count(*) FROM (SELECT DISTINCT a, b FROM piece)")[0][0],
            "roots": counts(roots),
            "largest": counts(largest),
            "refused": refused,
            "mass": counts(settled.format(1)),
            "shared": counts(settled.format(2)),
            "blocked": counts("SELECT namespace, count FROM hit WHERE what = 'blocked' ORDER BY 1"),
            "parked": counts("SELECT namespace, count FROM hit WHERE what = 'parked' ORDER BY 1"),
            "changes": counts("SELECT kind, count(*) FROM change WHERE kind <> 'join' GROUP BY kind"),
            "consents": self._all("SELECT count(DISTINCT consent) FROM granting")[0][0],
            "referrals": self._all("SELECT count(*) FROM referral WHERE of = recorded")[0][0],
        }

    async def sizes(self) -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = {}
        for purpose, size, count in self._all(
            "SELECT p.name, m.n, count(*) FROM (SELECT purpose, count(*) n FROM membership WHERE leader > 0 "
            "GROUP BY purpose, leader) m JOIN purpose p ON p.id = m.purpose GROUP BY 1, 2 ORDER BY p.id, 2"
        ):
            found.setdefault(purpose, {})[size] = count
        return found

    async def largest(self, purpose: str, limit: int) -> tuple[Ints, Ints]:
        rows = self._all(
            "SELECT leader, count(*) FROM membership INDEXED BY membership_led WHERE purpose = ? AND leader > 0 "
            "GROUP BY leader ORDER BY 2 DESC, 1 LIMIT ?",
            self._purpose(purpose),
            limit,
        )
        leader, size = as_columns(rows, 2)
        return leader, size

    async def alone(self, purpose: str) -> Alone:
        linked = "SELECT b FROM piece WHERE a = m.identifier UNION SELECT a FROM piece WHERE b = m.identifier"
        rows = self._all(
            f"SELECT identifier, place, settled, (SELECT count(*) FROM ({linked})) FROM membership m "
            "WHERE purpose = ? AND settled > 0 ORDER BY 4 DESC, 1",
            self._purpose(purpose),
        )
        return Alone(*as_columns(rows, 4))

    async def backlog(self, now: int) -> tuple[int, int | None]:
        [(count, since)] = self._all("SELECT count(*), min(at) FROM due WHERE at <= ?", now)
        return count, since

    async def facts(self) -> Facts:
        """All facts on record."""
        facts = Facts()
        for handle, key, namespace, scope in self._all(
            "SELECT i.id, i.key, p.namespace, p.scope FROM identifier i JOIN place p ON p.id = i.place"
        ):
            facts.nodes[handle] = Node(key, namespace, scope)
        facts.sightings += [
            seen_of(row)
            for row in self._all(
                "SELECT s.stamp, s.at, s.source, s.session, b.consent, b.basis, b.weight, s.members FROM sighting s "
                "JOIN backing b ON b.id = s.backing"
            )
        ]
        for consent, at, expires, purposes, subject, recorded in self._all(
            "SELECT consent, at, expires, purposes, subject, recorded FROM granting"
        ):
            grant = Grant(at, LATEST + 1 if expires is None else expires, frozenset(orjson.loads(purposes)))
            facts.grantings.append(Granting(consent, grant, subject, recorded))
        for consent, subject, purpose, at, recorded in self._all(
            "SELECT consent, subject, purpose, at, recorded FROM withdrawal"
        ):
            facts.withdrawals.append(Withdrawing(at, consent, subject, purpose, recorded))
        for a, b, at, source, recorded in self._all("SELECT a, b, at, source, recorded FROM closing"):
            facts.closings.append(Closing(a, b, at, source, recorded))
        for ruling, a, b, at, consent, basis, recorded in self._all(
            "SELECT ruling, a, b, at, consent, basis, recorded FROM ruling"
        ):
            facts.rulings.append(Ruling(ruling, a, b, at, consent, basis, recorded))
        return facts

    async def export_sightings(self) -> AsyncIterator[dict[str, Any]]:
        """Sightings in the order of recording, identifiers by key and mask."""
        described = "SELECT i.key, p.namespace, p.scope, i.mask FROM identifier i JOIN place p ON p.id = i.place WHERE i.id = ?"
        for at, source, event_id, session, consent, basis, weight, members in self._db.execute(
            "SELECT s.at, s.source, s.event_id, s.session, c.consent_id, b.basis, b.weight, s.members FROM sighting s "
            "JOIN backing b ON b.id = s.backing LEFT JOIN consent c ON c.id = b.consent ORDER BY s.stamp"
        ):
            rows = [self._all(described, int(handle))[0] for handle in np.frombuffer(members, "<i8")]
            see = [{"namespace": row[1], "scope": row[2], "key": row[0].hex(), "mask": row[3]} for row in rows]
            yield {
                "at": at,
                "source": source,
                "event_id": event_id,
                "session": session,
                "consent": consent,
                "basis": basis or None,
                "weight": weight,
                "see": see,
            }

    async def export_roots(self, purpose: str) -> AsyncIterator[dict[str, Any]]:
        """Every identifier under a purpose with its own id and root, by own id."""
        for key, namespace, scope, mask, own, root in self._db.execute(
            "SELECT i.key, p.namespace, p.scope, i.mask, m.own, l.own FROM membership m JOIN identifier i ON i.id = m.identifier "
            "JOIN place p ON p.id = i.place LEFT JOIN membership l ON l.purpose = m.purpose AND l.identifier = m.leader "
            "WHERE m.purpose = ? ORDER BY m.own",
            (self._purpose(purpose),),
        ):
            yield {
                "namespace": namespace,
                "scope": scope,
                "key": key.hex(),
                "mask": mask,
                "own_id": str(UUID(bytes=own)),
                "root_id": None if root is None else str(UUID(bytes=root)),
            }
