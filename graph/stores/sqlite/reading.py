"""Reads within one transaction. Holds no rule."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import orjson

from graph.evidence import ConsentRecord, Grant, Seen
from graph.instants import LATEST
from graph.ownids import from_bytes
from graph.stores.columns import Backings, Changing, Description, Members, Pieces, StoredFinding
from graph.stores.protocol import Place
from graph.stores.sqlite.connection import Connection, Row
from graph.stores.standing import Standing
from graph.tables import Ints

_NONE = np.empty(0, np.int64)


def as_json(ids: Ints) -> str:
    """Handles as the JSON list that statements unfold."""
    return orjson.dumps(ids.tolist()).decode()


def as_columns(rows: list[Row], width: int) -> list[Ints]:
    """Rows of whole numbers as columns."""
    return list(np.array(rows, np.int64).T) if rows else [_NONE] * width


def as_numbers(text: str | None) -> Ints:
    """Whole numbers of a text that has commas between them; None is the text of none."""
    return np.fromstring(text, np.int64, sep=",") if text else _NONE


def seen_of(row: Row) -> Seen:
    """A sighting of (stamp, at, source, session, consent, basis, weight, members)."""
    stamp, at, source, session, consent, basis, weight, members = row
    handles = tuple(np.frombuffer(members, "<i8").tolist())
    return Seen(handles, at, source, session, consent or None, basis or None, weight, stamp)


def standing(db: Connection) -> Standing:
    """Which cover is in force."""
    row = db.execute("SELECT value FROM meta WHERE name = 'standing'").fetchone()
    return Standing.read(row[0] if row else None)


class SqliteReading:
    """A consistent view of the database."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def _all(self, statement: str, *values: Any) -> list[Row]:
        return self._db.execute(statement, values).fetchall()

    async def standing(self) -> Standing:
        return standing(self._db)

    async def changing(self) -> Changing | None:
        rows = self._all("SELECT value FROM meta WHERE name = 'changing'")
        return Changing.parse(rows[0][0] if rows else None)

    async def newest(self) -> int:
        return self._all("SELECT max(id) FROM identifier")[0][0] or 0

    def _columns(self, picked: str, source: str, *values: Any) -> list[Ints]:
        """Whole numbers (comma between them, none NULL) of a source as columns.

        SQLite joins each into one text and numpy reads that: a third of the time that a row for Python takes.
        """
        joined = ", ".join(f"group_concat({one})" for one in picked.split(", "))
        [row] = self._all(f"SELECT {joined} FROM {source}", *values)
        return [as_numbers(text) for text in row]

    def _many(self, ids: Ints) -> bool:
        """Whether these are so many of all identifiers that a table is read sooner than looked into for each."""
        return 8 * len(ids) > (self._all("SELECT max(id) FROM identifier")[0][0] or 0)

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

    async def everybody(self) -> Ints:
        return as_columns(self._all("SELECT id FROM identifier"), 1)[0]

    async def keys(self, ids: Ints) -> list[bytes]:
        rows = self._all("SELECT i.id, i.key FROM json_each(?) w CROSS JOIN identifier i ON i.id = w.value", as_json(ids))
        found = dict(rows)  # type: ignore[arg-type]  # two columns
        return [found[handle] for handle in ids.tolist()]

    async def members(self, purpose: str, ids: Ints) -> Members:
        numbers = ", ".join(f"group_concat(m.{name})" for name in ("identifier", "place", "leader", "settled", "contested"))
        [(*columns, own)] = self._all(
            f"SELECT {numbers}, group_concat(hex(m.own), '') FROM json_each(?) w CROSS JOIN membership m "
            "ON m.purpose = ? AND m.identifier = w.value",
            as_json(ids),
            self._purpose(purpose),
        )
        handle, place, leader, settled, contested = (as_numbers(text) for text in columns)
        return Members(handle, place, from_bytes([bytes.fromhex(own or "")]), leader, settled, contested.astype(np.bool_))

    async def led(self, purpose: str, leaders: Ints) -> tuple[Ints, Ints, Ints]:
        handle, picked = self._purpose(purpose), "m.leader, m.identifier, m.place"
        if self._many(leaders):
            table = "membership m INDEXED BY membership_led WHERE m.purpose = ? AND m.leader > 0"
            leader, identifier, place = self._columns(picked, table, handle)
            wanted = np.isin(leader, leaders)
            return leader[wanted], identifier[wanted], place[wanted]
        table = "json_each(?) w CROSS JOIN membership m INDEXED BY membership_led ON m.purpose = ? AND m.leader = w.value"
        leader, identifier, place = self._columns(picked, table, as_json(leaders), handle)
        return leader, identifier, place

    async def carrier(self, own: bytes) -> tuple[str, int] | None:
        rows = self._all("SELECT p.name, m.identifier FROM membership m JOIN purpose p ON p.id = m.purpose WHERE m.own = ?", own)
        if not rows:
            rows = self._all("SELECT p.name, e.heir FROM erased e JOIN purpose p ON p.id = e.purpose WHERE e.own = ?", own)
        return (rows[0][0], rows[0][1]) if rows else None

    async def pieces(self, ids: Ints) -> Pieces:
        wanted = as_json(ids)
        columns = "p.a, p.b, p.backing, p.moment, p.closed, p.first, p.last, p.count"
        one = self._columns(columns, "json_each(?) w CROSS JOIN piece p ON p.a = w.value", wanted)
        other = self._columns(
            columns,
            "json_each(?) w CROSS JOIN piece n INDEXED BY piece_b ON n.b = w.value CROSS JOIN piece p ON p.a = n.a AND p.b = n.b "
            "AND p.backing = n.backing AND p.moment = n.moment AND p.closed = n.closed",
            wanted,
        )
        a, b, backing, moment, closed, first, last, count = map(np.concatenate, zip(one, other, strict=True))
        return Pieces(a, b, backing, moment, closed.astype(np.bool_), first, last, count)

    async def backings(self, ids: Ints) -> Backings:
        rows = self._all(
            "SELECT b.id, b.consent, b.basis, b.weight FROM json_each(?) w CROSS JOIN backing b ON b.id = w.value", as_json(ids)
        )
        handle, consent = as_columns([(row[0], row[1]) for row in rows], 2)
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
            "SELECT s.stamp, s.session, s.source FROM json_each(?) w CROSS JOIN sighting s ON s.stamp = w.value", as_json(stamps)
        )
        found = {stamp: (session, source) for stamp, session, source in rows}
        return [found[stamp] for stamp in stamps.tolist()]

    async def seen(self, ids: Ints, as_of: int, known_at: int) -> list[Seen]:
        rows = self._all(
            "SELECT DISTINCT s.stamp, s.at, s.source, s.session, b.consent, b.basis, b.weight, s.members FROM json_each(?1) w "
            "CROSS JOIN mention m ON m.identifier = w.value AND m.stamp <= ?3 CROSS JOIN sighting s ON s.stamp = m.stamp "
            "AND s.at <= ?2 CROSS JOIN backing b ON b.id = s.backing ORDER BY s.stamp",
            as_json(ids),
            as_of,
            known_at,
        )
        return [seen_of(row) for row in rows]

    async def judgements(self, ids: Ints) -> tuple[list[Row], list[Row]]:
        return self._with_end("ruling", "ruling, a, b, at, consent, basis, recorded", ids), self._with_end(
            "closing", "a, b, at, source, recorded", ids
        )

    def _with_end(self, table: str, columns: str, ids: Ints) -> list[Row]:
        """Rows of rulings or closings with an end in `ids`, each once."""
        if not self._all(f"SELECT 1 FROM {table} LIMIT 1"):
            return []
        picked = ", ".join(f"t.{column}" for column in columns.split(", "))
        either = (f"SELECT {picked} FROM json_each(?1) w CROSS JOIN {table} t ON t.{end} = w.value" for end in "ab")
        return self._all(" UNION ".join(either), as_json(ids))

    async def findings(self, purpose: str, ids: Ints) -> list[StoredFinding]:
        rows = self._all(
            "SELECT f.a, f.b, f.verdict, f.reason, f.clash_a, f.clash_b FROM json_each(?1) w CROSS JOIN finding f "
            "ON f.purpose = ?2 AND f.a = w.value UNION SELECT f.a, f.b, f.verdict, f.reason, f.clash_a, f.clash_b "
            "FROM json_each(?1) w CROSS JOIN finding f INDEXED BY finding_b ON f.purpose = ?2 AND f.b = w.value",
            as_json(ids),
            self._purpose(purpose),
        )
        return [StoredFinding(a, b, v, r, None if ca is None else (ca, cb)) for a, b, v, r, ca, cb in rows]

    async def describe(self, purpose: str, ids: Ints) -> list[Description]:
        rows = self._all(
            "SELECT i.id, m.own, p.namespace, p.scope, i.mask, min(s.at), max(s.at) FROM json_each(?) w "
            "CROSS JOIN identifier i ON i.id = w.value JOIN place p ON p.id = i.place "
            "JOIN membership m ON m.purpose = ? AND m.identifier = i.id LEFT JOIN mention n ON n.identifier = i.id "
            "LEFT JOIN sighting s ON s.stamp = n.stamp GROUP BY i.id",
            as_json(ids),
            self._purpose(purpose),
        )
        return [
            Description(handle, own, namespace, scope, mask, first or 0, last or 0)
            for handle, own, namespace, scope, mask, first, last in rows
        ]

    async def clock(self) -> tuple[int, int]:
        rows = dict(self._all("SELECT name, value FROM meta WHERE name IN ('clock', 'stamp')"))  # type: ignore[arg-type]  # rows are pairs
        return rows.get("clock", 0), rows.get("stamp", 0)
