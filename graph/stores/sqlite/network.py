"""Reads of who brought whom, in columns: referrals, orders, marks, and what tells whether they count. Holds no rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from graph.gathering import distinct, isin
from graph.instants import DAY
from graph.stores.columns import OrderColumns, ReferralColumns, StoredMark
from graph.stores.sqlite.reading import SqliteReading, as_json
from graph.tables import Floats, Ints

_LEADER: Final = "ifnull(CASE WHEN {0}.settled = 0 THEN {0}.leader END, 0)"
_OF_PURPOSE: Final = "LEFT JOIN membership {0} ON {0}.purpose = ?1 AND {0}.identifier = {1}"
_WANTED: Final = "(SELECT value FROM json_each(?2))"
_REFERRALS: Final = "referral r WHERE r.at <= ?1"
_REFERRALS_AMONG: Final = (
    f"(SELECT recorded FROM referral WHERE referrer IN {_WANTED} UNION "
    f"SELECT recorded FROM referral WHERE referee IN {_WANTED}) w CROSS JOIN referral r "
    "ON r.recorded = w.recorded WHERE r.at <= ?1"
)
_DEED: Final = "substr(s.event_id, -8) <> '#referee'"
_ORDERS: Final = "purchase r WHERE r.at <= ?1"
_ORDERS_AMONG: Final = "json_each(?2) w CROSS JOIN purchase r ON r.subject = w.value WHERE r.at <= ?1"
_NAMED_SINCE: Final = " UNION ALL ".join(
    (
        "SELECT referrer id FROM referral WHERE recorded > ?1 UNION ALL SELECT referee FROM referral WHERE recorded > ?1",
        "SELECT subject FROM purchase WHERE recorded > ?1",
        "SELECT identifier FROM mark WHERE recorded > ?1 OR until > ?2 AND until <= ?3",
        "SELECT a FROM ruling WHERE recorded > ?1 UNION ALL SELECT b FROM ruling WHERE recorded > ?1",
        "SELECT a FROM closing WHERE recorded > ?1 UNION ALL SELECT b FROM closing WHERE recorded > ?1 AND b IS NOT NULL",
        # a close of one identifier ends links with others that it doesn't name
        "SELECT p.b FROM closing c JOIN piece p ON p.a = c.a WHERE c.recorded > ?1 AND p.closed = 1",
        "SELECT p.a FROM closing c JOIN piece p INDEXED BY piece_b ON p.b = c.a WHERE c.recorded > ?1 AND p.closed = 1",
    )
)
_SEEN_SINCE: Final = (
    "SELECT members FROM sighting WHERE stamp > ?1 UNION ALL SELECT s.members FROM (SELECT consent FROM granting WHERE "
    "recorded > ?1 UNION SELECT consent FROM granting WHERE expires > ?2 AND expires <= ?3 UNION SELECT consent FROM withdrawal "
    "WHERE recorded > ?1 AND consent IS NOT NULL UNION SELECT g.consent FROM withdrawal d JOIN granting g ON g.subject = "
    "d.subject WHERE d.recorded > ?1 AND d.consent IS NULL) w CROSS JOIN backing b ON b.consent = w.consent CROSS JOIN "
    "sighting s INDEXED BY sighting_backing ON s.backing = b.id AND s.backing > 1"
)


class SqliteNetwork(SqliteReading):
    """Reads for whole-network work."""

    async def referrals(self, purpose: str, as_of: int, among: Ints | None = None) -> ReferralColumns:
        told = _Told(_REFERRALS, (as_of,)) if among is None else _Told(_REFERRALS_AMONG, (as_of, as_json(among)))
        names = ("of", "at", "status", "referrer", "referee", "campaign", "channel", "code")
        recorded, *columns = self._told(told, ("recorded", *names))
        order = np.lexsort(columns[2::-1])
        whole = {name: column[order] for name, column in zip(names, columns, strict=True)}
        leader = self._leaders(purpose, np.r_[whole["referrer"], whole["referee"]]).reshape(2, -1)
        words = self._words(np.r_[whole["campaign"], whole["channel"]])
        value = self._amounts(told, "value", recorded)[order]
        ends = {"referrer_leader": leader[0], "referee_leader": leader[1]}
        return ReferralColumns(**whole, **ends, value=value, recorded=recorded[order], words=words)

    async def orders(self, purpose: str, as_of: int, among: Ints | None = None) -> OrderColumns:
        told = _Told(_ORDERS, (as_of,)) if among is None else _Told(_ORDERS_AMONG, (as_of, as_json(among)))
        recorded, of, at, subject, campaign = self._told(told, ("recorded", "of", "at", "subject", "campaign"))
        order = np.lexsort((recorded, at, of))
        amount, refunded = (self._amounts(told, name, recorded)[order] for name in ("amount", "refunded"))
        of, at, subject, campaign = (column[order] for column in (of, at, subject, campaign))
        leader = self._leaders(purpose, subject)
        return OrderColumns(of, subject, leader, at, campaign, amount, refunded, self._words(campaign))

    def _told(self, told: "_Told", names: tuple[str, ...]) -> list[Ints]:
        """Columns of statements, in any order."""
        return self._columns(", ".join(f"r.{name}" for name in names), told.source, *told.values)

    def _amounts(self, told: "_Told", name: str, recorded: Ints) -> Floats:
        """One column of amounts of the statements that were recorded then, NaN where none is told."""
        rows = self._all(f"SELECT r.recorded, r.{name} FROM {told.source} AND r.{name} IS NOT NULL", *told.values)
        found = np.full(len(recorded), np.nan)
        order = np.argsort(recorded)
        stamps = np.array([row[0] for row in rows], np.int64)
        found[order[np.searchsorted(recorded[order], stamps)]] = [row[1] for row in rows]
        return found

    def _leaders(self, purpose: str, ids: Ints) -> Ints:
        """Who leads each identifier's part; 0 for one in no part, or a value of nobody."""
        ends, handle = distinct(ids), self._purpose(purpose)
        table, values = "membership m WHERE m.purpose = ?1 AND +m.leader > 0 AND m.settled = 0", (handle,)
        if not self._many(ends):
            table, values = f"json_each(?2) w CROSS JOIN {table} AND m.identifier = w.value", (handle, as_json(ends))
        known, leaders = self._columns("m.identifier, m.leader", table, *values)
        theirs = isin(known, ends)
        leader = np.zeros(len(ends), np.int64)
        leader[np.searchsorted(ends, known[theirs])] = leaders[theirs]
        return leader[np.searchsorted(ends, ids)]

    def _words(self, used: Ints) -> Mapping[int, str]:
        rows = self._all("SELECT d.id, d.text FROM json_each(?) w CROSS JOIN word d ON d.id = w.value", as_json(distinct(used)))
        return dict(rows)  # type: ignore[arg-type]  # two columns

    async def marks(self, purpose: str, as_of: int) -> list[StoredMark]:
        rows = self._all(
            f"SELECT m.kind, m.name, m.identifier, {_LEADER.format('s')}, m.at, m.until FROM mark m "
            f"{_OF_PURPOSE.format('s', 'm.identifier')} WHERE m.at <= ?2 ORDER BY m.at, m.recorded",
            self._purpose(purpose),
            as_of,
        )
        newest = {(row[0], row[1], row[2]): StoredMark(*row) for row in rows}
        return list(newest.values())

    async def seen_on(self, ids: Ints) -> tuple[Ints, Ints]:
        if not self._many(ids):
            found, at = self._columns(
                "identifier, at",
                "(SELECT m.identifier, min(s.at) at FROM json_each(?1) w CROSS JOIN mention m ON m.identifier = w.value "
                f"CROSS JOIN sighting s ON s.stamp = m.stamp WHERE {_DEED} GROUP BY m.identifier, s.at / ?2)",
                as_json(ids),
                DAY,
            )
            return found, at
        rows = self._all(f"SELECT s.at, s.members FROM sighting s WHERE {_DEED}")
        packed = [row[1] for row in rows]
        found = np.frombuffer(b"".join(packed), "<i8")
        at = np.repeat(np.array([row[0] for row in rows], np.int64), np.array([len(one) // 8 for one in packed], np.int64))
        mine = isin(found, ids)
        found, at = found[mine], at[mine]
        order = np.lexsort((at, found))
        found, at = found[order], at[order]
        first = np.ones(len(found), np.bool_)
        first[1:] = (found[1:] != found[:-1]) | (at[1:] // DAY != at[:-1] // DAY)
        return found[first], at[first]

    async def used(self, ids: Ints, places: Ints) -> tuple[Ints, Ints, Ints]:
        if not len(places):
            return places, places, places
        if self._many(ids):
            things = distinct(
                *self._columns("i.id", "identifier i WHERE i.place IN (SELECT value FROM json_each(?))", as_json(places))
            )
            a, b, backing = self._columns("p.a, p.b, p.backing", "piece p WHERE p.closed = 0")
            one, other, backing = np.r_[a, b], np.r_[b, a], np.r_[backing, backing]
            mine = isin(one, ids) & isin(other, things)
            one, other, backing = one[mine], other[mine], backing[mine]
        else:
            halves = [
                self._columns(
                    f"p.{mine}, p.{their}, p.backing",
                    f"json_each(?1) w CROSS JOIN piece p ON p.{mine} = w.value AND p.closed = 0 CROSS JOIN identifier i "
                    f"ON i.id = p.{their} WHERE i.place IN (SELECT value FROM json_each(?2))",
                    as_json(ids),
                    as_json(places),
                )
                for mine, their in (("a", "b"), ("b", "a"))
            ]
            one, other, backing = (np.concatenate(columns) for columns in zip(*halves, strict=True))
        order = np.lexsort((backing, other, one))
        one, other, backing = one[order], other[order], backing[order]
        new = np.ones(len(one), np.bool_)
        new[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1]) | (backing[1:] != backing[:-1])
        return one[new], other[new], backing[new]

    async def concerned(self, stamp: int, after: int, until: int) -> Ints:
        named = self._columns("id", f"({_NAMED_SINCE})", stamp, after, until)
        members = self._all(f"SELECT members FROM ({_SEEN_SINCE})", stamp, after, until)
        return distinct(np.r_[*named, np.frombuffer(b"".join(row[0] for row in members), "<i8")])

    async def backed_by(self, ids: Ints) -> tuple[Ints, Ints]:
        identifier, backing = self._columns(
            "identifier, backing",
            "(SELECT DISTINCT m.identifier, s.backing FROM json_each(?) w CROSS JOIN mention m ON m.identifier = w.value "
            "CROSS JOIN sighting s ON s.stamp = m.stamp)",
            as_json(ids),
        )
        return identifier, backing


@dataclass(frozen=True, slots=True)
class _Told:
    """Where statements are read from, as `r`, and the values of that."""

    source: str
    values: tuple[Any, ...]
