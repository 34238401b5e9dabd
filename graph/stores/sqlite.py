"""The embedded store: SQLite in WAL mode, safe under several processes. The one place that imports sqlite3; holds no rule."""

import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import numpy as np
import orjson

from graph.errors import StoreBusyError, StoreError, StoreMismatchError, UnknownConsentError
from graph.evidence import Closing, ConsentRecord, Facts, Grant, Granting, Node, Ruling, Seen, Withdrawing
from graph.instants import LATEST
from graph.model import Close, Consent, Decision, Identifier, Referral, Withdrawal
from graph.stores.columns import (
    Backings,
    Description,
    Found,
    Members,
    NewSightings,
    OwnIds,
    Pieces,
    StoredChange,
    StoredFinding,
)
from graph.stores.protocol import Place
from graph.tables import Bools, Ints

SCHEMA_VERSION: Final = 1
BUSY_SECONDS: Final = 30.0
"""How long a writer waits for another before it gives up."""

_SCHEMA: Final = Path(__file__).with_name("sqlite_schema.sql")
_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA mmap_size = 1073741824",
    "PRAGMA wal_autocheckpoint = 8000",
    "PRAGMA foreign_keys = OFF",
)
_NONE: Final = np.empty(0, np.int64)


def _ids(ids: Ints) -> str:
    return orjson.dumps(ids.tolist()).decode()


def _column(rows: list[tuple[Any, ...]], width: int) -> list[Ints]:
    if not rows:
        return [_NONE] * width
    return list(np.array(rows, np.int64).T)


def own_to_bytes(own: OwnIds) -> list[bytes]:
    """The 16 bytes of each own id."""
    raw = own.astype(">u8").tobytes()
    return [raw[start : start + 16] for start in range(0, len(raw), 16)]


def own_from_bytes(own: Sequence[bytes]) -> OwnIds:
    """Own ids as pairs of unsigned halves."""
    return np.frombuffer(b"".join(own), ">u8").reshape(-1, 2).astype(np.uint64)


class SqliteReading:
    """Reads within one transaction of a connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def _all(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._db.execute(statement, values).fetchall()

    async def places(self) -> Mapping[int, Place]:
        return {row[0]: (row[1], row[2]) for row in self._all("SELECT id, namespace, scope FROM place")}

    async def handles(self, keys: Sequence[bytes]) -> Ints:
        found = self._handles(keys)
        return np.array([found.get(key, 0) for key in keys], np.int64)

    def _handles(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        heads = np.frombuffer(b"".join(key[:8] for key in keys), ">i8")
        rows = self._all(
            "SELECT i.key, i.id FROM json_each(?) w CROSS JOIN identifier i ON i.head = w.value",
            orjson.dumps(np.sort(heads).tolist()).decode(),
        )
        return dict(rows)  # type: ignore[arg-type]  # two columns

    def _purpose(self, name: str) -> int:
        """Handle of a purpose, 0 for one not on record."""
        rows = self._all("SELECT id FROM purpose WHERE name = ?", name)
        return rows[0][0] if rows else 0

    async def keys(self, ids: Ints) -> list[bytes]:
        rows = self._all("SELECT i.id, i.key FROM json_each(?) w CROSS JOIN identifier i ON i.id = w.value", _ids(ids))
        found = dict(rows)  # type: ignore[arg-type]  # two columns
        return [found[handle] for handle in ids.tolist()]

    async def members(self, purpose: str, ids: Ints) -> Members:
        rows = self._all(
            "SELECT i.id, i.place, m.own, ifnull(m.leader, 0), ifnull(m.settled, 0), ifnull(m.contested, 0) FROM json_each(?) w "
            "CROSS JOIN identifier i ON i.id = w.value LEFT JOIN membership m ON m.purpose = ? AND m.identifier = i.id "
            "WHERE i.named IS NOT NULL",
            _ids(ids),
            self._purpose(purpose),
        )
        own = own_from_bytes([row[2] or bytes(16) for row in rows])
        handle, place, leader, settled, contested = _column([(r[0], r[1], r[3], r[4], r[5]) for r in rows], 5)
        return Members(handle, place, own, leader, settled, contested.astype(np.bool_))

    async def part(self, purpose: str, leader: int) -> Ints:
        rows = self._all("SELECT identifier FROM membership WHERE purpose = ? AND leader = ? ORDER BY 1", self._purpose(purpose), leader)
        return _column(rows, 1)[0]

    async def carrier(self, own: bytes) -> tuple[str, int] | None:
        rows = self._all(
            "SELECT p.name, m.identifier FROM membership m JOIN purpose p ON p.id = m.purpose WHERE m.own = ?", own
        )
        return (rows[0][0], rows[0][1]) if rows else None

    async def pieces(self, ids: Ints) -> Pieces:
        wanted = _ids(ids)
        columns = "p.a, p.b, p.backing, p.moment, p.closed, p.first, p.last, p.count"
        rows = self._all(f"SELECT {columns} FROM json_each(?) w CROSS JOIN piece p ON p.a = w.value", wanted)  # noqa: S608
        rows += self._all(
            f"SELECT {columns} FROM json_each(?) w CROSS JOIN piece n INDEXED BY piece_b ON n.b = w.value "  # noqa: S608
            "CROSS JOIN piece p ON p.a = n.a AND p.b = n.b AND p.backing = n.backing AND p.moment = n.moment "
            "AND p.closed = n.closed",
            wanted,
        )
        a, b, backing, moment, closed, first, last, count = _column(rows, 8)
        return Pieces(a, b, backing, moment, closed.astype(np.bool_), first, last, count)

    async def backings(self, ids: Ints) -> Backings:
        rows = self._all(
            "SELECT b.id, b.consent, b.basis, b.weight FROM json_each(?) w CROSS JOIN backing b ON b.id = w.value", _ids(ids)
        )
        handle, consent = _column([(row[0], row[1]) for row in rows], 2)
        return Backings(handle, consent, [row[2] for row in rows], np.array([row[3] for row in rows], np.float64))

    async def consents(self, ids: Iterable[int]) -> dict[int, ConsentRecord]:
        wanted = orjson.dumps(list(ids)).decode()
        records: dict[int, ConsentRecord] = {}
        for consent, at, expires, purposes in self._all(
            "SELECT g.consent, g.at, g.expires, g.purposes FROM json_each(?) w CROSS JOIN granting g ON g.consent = w.value",
            wanted,
        ):
            grant = Grant(at, LATEST + 1 if expires is None else expires, frozenset(orjson.loads(purposes)))
            records.setdefault(consent, ConsentRecord()).grants.append(grant)
        for consent, at, purpose in self._all(
            "SELECT w.value, d.at, d.purpose FROM json_each(?1) w CROSS JOIN withdrawal d ON d.consent = w.value UNION "
            "SELECT g.consent, d.at, d.purpose FROM json_each(?1) w CROSS JOIN granting g ON g.consent = w.value "
            "CROSS JOIN withdrawal d ON d.subject = g.subject WHERE d.consent IS NULL",
            wanted,
        ):
            records.setdefault(consent, ConsentRecord()).withdrawals.append((at, purpose))
        return records

    async def moments(self, stamps: Ints) -> list[tuple[str | None, str]]:
        rows = self._all(
            "SELECT s.stamp, s.session, s.source FROM json_each(?) w CROSS JOIN sighting s ON s.stamp = w.value", _ids(stamps)
        )
        found = {stamp: (session, source) for stamp, session, source in rows}
        return [found[stamp] for stamp in stamps.tolist()]

    async def judgements(self, ids: Ints) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        return self._with_end("ruling", "ruling, a, b, at, consent, basis, recorded", ids), self._with_end(
            "closing", "a, b, at, source, recorded", ids
        )

    def _with_end(self, table: str, columns: str, ids: Ints) -> list[tuple[Any, ...]]:
        """Rows of rulings or closings with an end in `ids`, each once."""
        if not self._all(f"SELECT 1 FROM {table} LIMIT 1"):  # noqa: S608 - names are literals of this module
            return []
        picked = ", ".join(f"t.{column}" for column in columns.split(", "))
        either = (f"SELECT {picked} FROM json_each(?1) w CROSS JOIN {table} t ON t.{end} = w.value" for end in "ab")  # noqa: S608
        return self._all(" UNION ".join(either), _ids(ids))

    async def findings(self, purpose: str, ids: Ints) -> list[StoredFinding]:
        rows = self._all(
            "SELECT f.a, f.b, f.verdict, f.reason, f.clash_a, f.clash_b FROM json_each(?1) w CROSS JOIN finding f "
            "ON f.purpose = ?2 AND f.a = w.value UNION SELECT f.a, f.b, f.verdict, f.reason, f.clash_a, f.clash_b "
            "FROM json_each(?1) w CROSS JOIN finding f INDEXED BY finding_b ON f.purpose = ?2 AND f.b = w.value",
            _ids(ids),
            self._purpose(purpose),
        )
        return [StoredFinding(a, b, v, r, None if ca is None else (ca, cb)) for a, b, v, r, ca, cb in rows]

    async def describe(self, purpose: str, ids: Ints) -> list[Description]:
        rows = self._all(
            "SELECT i.id, m.own, p.namespace, p.scope, i.mask, min(s.at), max(s.at) FROM json_each(?) w "
            "CROSS JOIN identifier i ON i.id = w.value JOIN place p ON p.id = i.place "
            "JOIN membership m ON m.purpose = ? AND m.identifier = i.id LEFT JOIN mention n ON n.identifier = i.id "
            "LEFT JOIN sighting s ON s.stamp = n.stamp GROUP BY i.id",
            _ids(ids),
            self._purpose(purpose),
        )
        return [Description(*row[:5], row[5] or 0, row[6] or 0) for row in rows]


    async def clock(self) -> tuple[int, int]:
        rows = dict(self._all("SELECT name, value FROM meta WHERE name IN ('clock', 'stamp')"))  # type: ignore[arg-type]
        return rows.get("clock", 0), rows.get("stamp", 0)

    async def facts(self) -> Facts:
        """All facts on record."""
        facts = Facts()
        for handle, key, namespace, scope in self._all(
            "SELECT i.id, i.key, p.namespace, p.scope FROM identifier i JOIN place p ON p.id = i.place"
        ):
            facts.nodes[handle] = Node(key, namespace, scope)
        for stamp, at, source, session, consent, basis, weight, members in self._all(
            "SELECT s.stamp, s.at, s.source, s.session, b.consent, b.basis, b.weight, s.members FROM sighting s "
            "JOIN backing b ON b.id = s.backing"
        ):
            handles = tuple(np.frombuffer(members, "<i8").tolist())
            facts.sightings.append(Seen(handles, at, source, session, consent or None, basis or None, weight, stamp))
        for consent, at, expires, purposes, subject, recorded in self._all(
            "SELECT consent, at, expires, purposes, subject, recorded FROM granting"
        ):
            grant = Grant(at, LATEST + 1 if expires is None else expires, frozenset(orjson.loads(purposes)))
            facts.grantings.append(Granting(consent, grant, subject, recorded))
        for consent, subject, purpose, at, recorded in self._all("SELECT consent, subject, purpose, at, recorded FROM withdrawal"):
            facts.withdrawals.append(Withdrawing(at, consent, subject, purpose, recorded))
        for a, b, at, source, recorded in self._all("SELECT a, b, at, source, recorded FROM closing"):
            facts.closings.append(Closing(a, b, at, source, recorded))
        for ruling, a, b, at, consent, basis, recorded in self._all(
            "SELECT ruling, a, b, at, consent, basis, recorded FROM ruling"
        ):
            facts.rulings.append(Ruling(ruling, a, b, at, consent, basis, recorded))
        return facts

    async def changes(self, after: int, limit: int) -> list[tuple[int, StoredChange]]:
        rows = self._all(
            "SELECT seq, at, purpose, kind, root, others, policy, cause FROM change WHERE seq > ? ORDER BY seq LIMIT ?", after, limit
        )
        return [
            (row[0], StoredChange(*row[1:5], tuple(row[5][i : i + 16] for i in range(0, len(row[5]), 16)), *row[6:]))
            for row in rows
        ]

    async def stats(self) -> dict[str, Any]:
        def counts(statement: str) -> dict[str, int]:
            return dict(self._all(statement))  # type: ignore[arg-type]  # two columns

        refused: dict[str, dict[str, int]] = {}
        for purpose, reason, count in self._all(
            "SELECT p.name, ifnull(f.reason, f.verdict), count(*) FROM finding f JOIN purpose p ON p.id = f.purpose GROUP BY 1, 2 "
            "ORDER BY 1, 2"
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
            "changes": counts("SELECT kind, count(*) FROM change GROUP BY kind"),
            "consents": self._all("SELECT count(DISTINCT consent) FROM granting")[0][0],
            "referrals": self._all("SELECT count(*) FROM referral")[0][0],
        }

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


class SqliteWriting(SqliteReading):
    """Writes within one immediate transaction."""

    async def charter(self, fingerprint: str) -> str | None:
        """The policy on record (JSON). Raises StoreMismatchError where the store was made with another HMAC key."""
        held = dict(self._all("SELECT name, value FROM meta WHERE name IN ('fingerprint', 'policy')"))  # type: ignore[arg-type]
        if held.get("fingerprint", fingerprint) != fingerprint:
            raise StoreMismatchError("the store was made with another HMAC key: no identifier would be found under this one")
        rows = self._all("SELECT body FROM policy WHERE version = ?", held.get("policy"))
        return rows[0][0] if rows else None

    async def adopt(self, fingerprint: str, version: str, body: str, now: int) -> None:
        """Put key fingerprint and policy on record."""
        self._db.execute("INSERT OR IGNORE INTO policy VALUES (?, ?, ?)", (version, now, body))
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [("fingerprint", fingerprint), ("policy", version)])

    async def tick(self, clock: int, stamp: int) -> None:
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [("clock", clock), ("stamp", stamp)])

    async def place(self, place: Place) -> int:
        self._db.execute("INSERT OR IGNORE INTO place (namespace, scope) VALUES (?, ?)", place)
        return self._all("SELECT id FROM place WHERE namespace = ? AND scope = ?", *place)[0][0]

    async def intern(
        self, keys: Sequence[bytes], place: Ints, named: Ints, describe: Callable[[int], Identifier]
    ) -> tuple[Ints, Bools]:
        found = self._handles(keys)
        following = (self._all("SELECT max(id) FROM identifier")[0][0] or 0) + 1
        ids = np.array([found.get(key, 0) for key in keys], np.int64)
        absent = np.flatnonzero(ids == 0)
        ids[absent] = np.arange(following, following + len(absent))
        new = np.zeros(len(keys), np.bool_)
        new[absent] = named[absent] > 0
        fresh: list[tuple[Any, ...]] = []
        for index, where, stamp in zip(absent.tolist(), place[absent].tolist(), named[absent].tolist(), strict=True):
            known = describe(index)
            key = keys[index]
            fresh.append((following, int.from_bytes(key[:8], "big", signed=True), key, where, known.mask, known.clear, stamp or None))
            following += 1
        self._db.executemany("INSERT INTO identifier (id, head, key, place, mask, clear, named) VALUES (?, ?, ?, ?, ?, ?, ?)", fresh)
        old = ids[~new & (named > 0)]
        unnamed = _column(
            self._all("SELECT i.id FROM json_each(?) w CROSS JOIN identifier i ON i.id = w.value WHERE i.named IS NULL", _ids(old)), 1
        )[0]
        if len(unnamed):
            first = np.isin(ids, unnamed) & (named > 0)
            new |= first
            rows = zip(named[first].tolist(), ids[first].tolist(), strict=True)
            self._db.executemany("UPDATE identifier SET named = ? WHERE id = ?", rows)
        return ids, new

    async def known_events(self, sources: Sequence[str], event_ids: Sequence[str]) -> Bools:
        known = np.zeros(len(sources), np.bool_)
        by_source: dict[str, list[int]] = {}
        for index, source in enumerate(sources):
            by_source.setdefault(source, []).append(index)
        for source, indexes in by_source.items():
            wanted = orjson.dumps([event_ids[index] for index in indexes]).decode()
            rows = self._all(
                "SELECT w.key FROM json_each(?) w CROSS JOIN sighting s ON s.source = ? AND s.event_id = w.value",
                wanted,
                source,
            )
            known[[indexes[row[0]] for row in rows]] = True
        return known

    async def backing(self, rows: Sequence[tuple[str | None, str | None, float]]) -> list[int]:
        consents = {name: await self.consent(name) for name in {row[0] for row in rows} if name is not None}
        wanted = [(consents.get(consent or "", 0) if consent else 0, basis or "", weight) for consent, basis, weight in rows]
        self._db.executemany("INSERT OR IGNORE INTO backing (consent, basis, weight) VALUES (?, ?, ?)", wanted)
        select = "SELECT id FROM backing WHERE consent = ? AND basis = ? AND weight = ?"
        return [self._db.execute(select, row).fetchone()[0] for row in wanted]

    async def consent(self, consent_id: str) -> int:
        """Handle of a consent, made where new: evidence may name it before it is recorded."""
        self._db.execute("INSERT OR IGNORE INTO consent (consent_id) VALUES (?)", (consent_id,))
        return self._all("SELECT id FROM consent WHERE consent_id = ?", consent_id)[0][0]

    async def grant(self, consent: Consent, subject: int | None, recorded: int) -> int:
        """Record a granting; answers the consent's handle."""
        handle = await self.consent(consent.consent_id)
        self._db.execute(
            "INSERT INTO granting (consent, at, expires, purposes, subject, notice, evidence, channel, in_exchange_for, recorded) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                handle,
                consent.at,
                consent.expires,
                orjson.dumps(consent.purposes).decode(),
                subject,
                consent.notice,
                consent.evidence,
                consent.channel,
                consent.in_exchange_for,
                recorded,
            ),
        )
        return handle

    async def withdraw(self, withdrawal: Withdrawal, subject: int | None, recorded: int) -> list[int]:
        """Record a withdrawal; answers the consents that it touches. Raises UnknownConsentError for an unknown consent."""
        consent = None
        if withdrawal.consent_id is not None:
            rows = self._all("SELECT id FROM consent WHERE consent_id = ?", withdrawal.consent_id)
            if not rows:
                raise UnknownConsentError("no consent on record has this id")
            consent = rows[0][0]
        self._db.execute(
            "INSERT INTO withdrawal (consent, subject, purpose, at, recorded) VALUES (?, ?, ?, ?, ?)",
            (consent, subject, withdrawal.purpose, withdrawal.at, recorded),
        )
        if consent is not None:
            return [consent]
        return [row[0] for row in self._all("SELECT DISTINCT consent FROM granting WHERE subject = ?", subject)]

    async def carried_by(self, consents: Sequence[int]) -> Ints:
        """Identifiers that evidence or a decision under these consents names."""
        wanted = orjson.dumps(list(consents)).decode()
        rows = self._all(
            "SELECT s.members FROM json_each(?) w CROSS JOIN backing b ON b.consent = w.value "
            "CROSS JOIN sighting s INDEXED BY sighting_backing ON s.backing = b.id AND s.backing > 1",
            wanted,
        )
        packed = np.frombuffer(b"".join(row[0] for row in rows), "<i8").astype(np.int64)
        ruled = self._all("SELECT a, b FROM ruling WHERE consent IN (SELECT value FROM json_each(?))", wanted)
        return np.unique(np.r_[packed, np.array(ruled, np.int64).reshape(-1)])

    async def rule(self, decision: Decision, a: int, b: int, recorded: int) -> None:
        """Record a decision."""
        consent = await self.consent(decision.consent) if decision.consent else None
        self._db.execute(
            "INSERT INTO ruling (ruling, a, b, at, consent, basis, by, reason, recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (decision.ruling, a, b, decision.at, consent, decision.basis, decision.by, decision.reason, recorded),
        )

    async def end(self, close: Close, a: int, b: int | None, recorded: int) -> Ints:
        """Record a close and fold the evidence it ends as closed; answers the identifiers whose links changed."""
        self._db.execute(
            "INSERT INTO closing (a, b, at, source, recorded) VALUES (?, ?, ?, ?, ?)", (a, b, close.at, close.source, recorded)
        )
        both = "" if b is None else "AND EXISTS (SELECT 1 FROM mention o WHERE o.identifier = ?4 AND o.stamp = m.stamp)"
        rows = self._all(
            "SELECT s.stamp, s.at, s.backing, s.members FROM mention m JOIN sighting s ON s.stamp = m.stamp "
            f"WHERE m.identifier = ?1 AND s.at <= ?2 AND (?3 IS NULL OR s.source = ?3) {both}",  # noqa: S608
            a,
            close.at,
            close.source,
            *(() if b is None else (b,)),
        )
        changed = {a} if b is None else {a, b}
        for stamp, at, backing, members in rows:
            others = [b] if b is not None else [int(m) for m in np.frombuffer(members, "<i8") if m != a]
            for other in others:
                changed.add(other)
                self._end_piece(*sorted((a, other)), stamp, at, backing)
        return np.array(sorted(changed), np.int64)

    def _end_piece(self, a: int, b: int, stamp: int, at: int, backing: int) -> None:
        """Take one sighting out of the live evidence of a link and fold it into the closed."""
        single = self._db.execute(
            "UPDATE OR IGNORE piece SET closed = 1 WHERE a = ? AND b = ? AND backing = ? AND moment = ? AND closed = 0",
            (a, b, backing, stamp),
        ).rowcount
        if single:
            return
        if self._all("SELECT 1 FROM piece WHERE a=? AND b=? AND backing=? AND moment=? AND closed=1", a, b, backing, stamp):
            return
        live = self._all(
            "SELECT first, last, count FROM piece WHERE a = ? AND b = ? AND backing = ? AND moment = 0 AND closed = 0", a, b, backing
        )
        if live:
            self._refold(a, b, backing)

    def _refold(self, a: int, b: int, backing: int) -> None:
        """Fold the evidence of one link and backing anew from the sightings on record."""
        rows = self._all(
            "SELECT s.at, EXISTS (SELECT 1 FROM closing c WHERE s.at <= c.at AND (c.source IS NULL OR c.source = s.source) "
            "AND ((c.b IS NULL AND c.a IN (?1, ?2)) OR (c.a = ?1 AND c.b = ?2) OR (c.a = ?2 AND c.b = ?1))) "
            "FROM mention m JOIN mention o ON o.identifier = ?2 AND o.stamp = m.stamp JOIN sighting s ON s.stamp = m.stamp "
            "WHERE m.identifier = ?1 AND s.backing = ?3 AND NOT EXISTS (SELECT 1 FROM piece p WHERE p.a = ?1 AND p.b = ?2 "
            "AND p.backing = ?3 AND p.moment = s.stamp)",
            a,
            b,
            backing,
        )
        self._db.execute("DELETE FROM piece WHERE a = ? AND b = ? AND backing = ? AND moment = 0", (a, b, backing))
        for closed in (0, 1):
            times = [row[0] for row in rows if row[1] == closed]
            if times:
                self._db.execute(
                    "INSERT INTO piece (a, b, backing, moment, closed, first, last, count) VALUES (?, ?, ?, 0, ?, ?, ?, ?)",
                    (a, b, backing, closed, min(times), max(times), len(times)),
                )

    async def closings_of(self, ids: Ints) -> list[tuple[int, int | None, int, str | None]]:
        """Closings (a, b, at, source) that may end evidence between these identifiers."""
        if not self._all("SELECT 1 FROM closing LIMIT 1"):
            return []
        rows = self._all("SELECT c.a, c.b, c.at, c.source FROM json_each(?) w CROSS JOIN closing c ON c.a = w.value", _ids(ids))
        return [(a, b, at, source) for a, b, at, source in rows]

    async def refer(self, referral: Referral, referrer: int, referee: int, event_id: str, recorded: int) -> bool:
        """Record a referral; False where it is on record already."""
        return bool(
            self._db.execute(
                "INSERT OR IGNORE INTO referral (referrer, referee, at, campaign, channel, code, status, value, source, event_id, "
                "recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    referrer,
                    referee,
                    referral.at,
                    referral.campaign,
                    referral.channel,
                    referral.code,
                    referral.status,
                    referral.value,
                    referral.source,
                    event_id,
                    recorded,
                ),
            ).rowcount
        )

    async def arm(self, rows: Iterable[tuple[int, int, int]]) -> None:
        """Remember when a link (a, b), or with b = -1 a consent a, may change by itself; the earlier time stays."""
        self._db.executemany(
            "INSERT INTO due (a, b, at) VALUES (?, ?, ?) ON CONFLICT (a, b) DO UPDATE SET at = min(at, excluded.at)", rows
        )

    async def fired(self, now: int, most: int) -> list[tuple[int, int]]:
        """Take what is due by now, the earliest first."""
        rows = self._all("SELECT a, b FROM due WHERE at <= ? ORDER BY at, a, b LIMIT ?", now, most)
        self._db.executemany("DELETE FROM due WHERE a = ? AND b = ?", rows)
        return [(a, b) for a, b in rows]

    async def count_hits(self, what: str, counts: Mapping[str, int]) -> None:
        """Count blocked or parked values by namespace."""
        self._db.executemany(
            "INSERT INTO hit VALUES (?, ?, ?) ON CONFLICT (what, namespace) DO UPDATE SET count = count + excluded.count",
            [(what, namespace, count) for namespace, count in counts.items()],
        )

    async def append(self, sightings: NewSightings, pieces: Pieces) -> None:
        starts = np.searchsorted(sightings.mention_row, np.arange(len(sightings.stamp) + 1)) * 8
        packed = sightings.mention_of.astype("<i8").tobytes()
        members = [packed[start:end] for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)]
        self._db.executemany(
            "INSERT INTO sighting (stamp, at, source, event_id, session, backing, members) VALUES (?, ?, ?, ?, ?, ?, ?)",
            zip(
                sightings.stamp.tolist(),
                sightings.at.tolist(),
                sightings.source,
                sightings.event_id,
                sightings.session,
                sightings.backing.tolist(),
                members,
                strict=True,
            ),
        )
        stamps = sightings.stamp[sightings.mention_row]
        order = np.lexsort((stamps, sightings.mention_of))
        rows = zip(sightings.mention_of[order].tolist(), stamps[order].tolist(), strict=True)
        self._db.executemany("INSERT INTO mention VALUES (?, ?)", rows)
        self._fold(pieces)

    def _fold(self, pieces: Pieces) -> None:
        self._db.executemany(
            "INSERT INTO piece (a, b, backing, moment, closed, first, last, count) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (a, b, backing, moment, closed) DO UPDATE SET first = min(first, excluded.first), "
            "last = max(last, excluded.last), count = count + excluded.count",
            zip(*(column.tolist() for column in pieces.columns()), strict=True),
        )

    def _made(self, purpose: str) -> int:
        """Handle of a purpose, made where new."""
        self._db.execute("INSERT OR IGNORE INTO purpose (name) VALUES (?)", (purpose,))
        return self._purpose(purpose)

    async def assign(self, purpose: str, members: Members) -> None:
        self._db.executemany(
            "INSERT INTO membership (purpose, identifier, own, leader, settled, contested) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (purpose, identifier) DO UPDATE SET own = excluded.own, leader = excluded.leader, "
            "settled = excluded.settled, contested = excluded.contested",
            zip(
                [self._made(purpose)] * len(members),
                members.ids.tolist(),
                own_to_bytes(members.own),
                members.leader.tolist(),
                members.settled.tolist(),
                members.contested.tolist(),
                strict=True,
            ),
        )

    async def refile(self, purpose: str, gone: Iterable[tuple[int, int]], found: Iterable[StoredFinding]) -> None:
        handle = self._made(purpose)
        self._db.executemany("DELETE FROM finding WHERE purpose = ? AND a = ? AND b = ?", ((handle, *pair) for pair in gone))
        self._db.executemany(
            "INSERT OR REPLACE INTO finding (purpose, a, b, verdict, reason, clash_a, clash_b) VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((handle, f.a, f.b, f.verdict, f.reason, *(f.clash or (None, None))) for f in found),
        )

    async def publish(self, changes: Iterable[StoredChange]) -> int:
        last = self._all("SELECT max(seq) FROM change")[0][0] or 0
        rows = [
            (last + number, c.at, c.purpose, c.kind, c.root, b"".join(c.others), c.policy, c.cause)
            for number, c in enumerate(changes, 1)
        ]
        self._db.executemany("INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        return last + len(rows)


class SqliteStore:
    """One database file. Reads share one connection, writes take another one in turn."""

    embedded = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.Lock()
        try:
            self._reader = self._connect(cache_mib=64)
            self._writer = self._connect(cache_mib=256)
            self._migrate()
        except sqlite3.Error as error:
            raise _translated(error, path) from None

    def _connect(self, cache_mib: int) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        for pragma in (*_PRAGMAS, f"PRAGMA cache_size = -{cache_mib * 1024}"):
            connection.execute(pragma)
        return connection

    def _migrate(self) -> None:
        db = self._writer
        db.execute("BEGIN IMMEDIATE")
        try:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                if db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                    raise StoreMismatchError(f"{self._path} is a database of something else")
                for statement in _SCHEMA.read_text().split(";\n"):
                    db.execute(statement)
                db.execute("INSERT INTO backing VALUES (1, 0, '', 1.0)")
                db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            elif version != SCHEMA_VERSION:
                raise StoreMismatchError(f"{self._path} has schema version {version}, this rootid needs {SCHEMA_VERSION}")
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqliteReading]:
        connection = self._connect(cache_mib=16)
        try:
            connection.execute("BEGIN")
            yield SqliteReading(connection)
        except sqlite3.Error as error:
            raise _translated(error, self._path) from None
        finally:
            connection.close()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[SqliteWriting]:
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise StoreBusyError(f"another writer has held {self._path} for more than {BUSY_SECONDS:.0f} s")
        try:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                try:
                    yield SqliteWriting(self._writer)
                    self._writer.execute("COMMIT")
                except BaseException:
                    if self._writer.in_transaction:
                        self._writer.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise _translated(error, self._path) from None
        finally:
            self._turn.release()

    async def overdue(self, now: int) -> bool:
        try:
            return self._reader.execute("SELECT 1 FROM due WHERE at <= ? LIMIT 1", (now,)).fetchone() is not None
        except sqlite3.Error as error:
            raise _translated(error, self._path) from None

    async def lookup(self, purpose: str, keys: Sequence[bytes]) -> list[Found | None]:
        statement = (
            "SELECT m.own, l.own, p.namespace, p.scope, i.mask, m.settled FROM identifier i INDEXED BY identifier_head "
            "CROSS JOIN membership m ON m.purpose = ?1 AND m.identifier = i.id CROSS JOIN place p ON p.id = i.place "
            "LEFT JOIN membership l ON l.purpose = ?1 AND l.identifier = m.leader WHERE i.head = ?2 AND i.key = ?3"
        )
        try:
            handle = self._reader.execute("SELECT id FROM purpose WHERE name = ?", (purpose,)).fetchone()
            asked = ((handle[0] if handle else 0, int.from_bytes(key[:8], "big", signed=True), key) for key in keys)
            rows = (self._reader.execute(statement, row).fetchone() for row in asked)
            return [None if row is None else Found(*row) for row in rows]
        except sqlite3.Error as error:
            raise _translated(error, self._path) from None

    async def close(self) -> None:
        self._reader.close()
        self._writer.close()


def _translated(error: sqlite3.Error, path: Path) -> StoreError:
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return StoreBusyError(f"another writer has held {path} for more than {BUSY_SECONDS:.0f} s")
    return StoreError(f"{path}: {error}")
