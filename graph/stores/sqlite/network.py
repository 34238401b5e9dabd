"""Reads of who brought whom, in columns: referrals, orders, marks, and what tells whether they count. Holds no rule."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from graph.instants import DAY
from graph.stores.columns import OrderColumns, ReferralColumns, StoredMark
from graph.stores.sqlite.reading import SqliteReading, as_columns, as_json
from graph.tables import Floats, Ints

_NO_NUMBER: Final = float("-inf")
"""Stands for NULL between SQLite and numpy; no amount on record is infinite."""

_WHOLE: Final = ("of", "referrer", "referee", "referrer_leader", "referee_leader", "at", "status", "campaign", "channel", "code")
_REFERRAL: Final = np.dtype([(name, "i8") for name in _WHOLE] + [("value", "f8")])
_ORDER: Final = np.dtype(
    [(name, "i8") for name in ("of", "subject", "leader", "at", "campaign")] + [("amount", "f8"), ("refunded", "f8")]
)
_LEADER: Final = "ifnull(CASE WHEN {0}.settled = 0 THEN {0}.leader END, 0)"
_OF_PURPOSE: Final = "LEFT JOIN membership {0} ON {0}.purpose = ?1 AND {0}.identifier = {1}"


class SqliteNetwork(SqliteReading):
    """Reads for whole-network work."""

    async def referrals(self, purpose: str, as_of: int) -> ReferralColumns:
        rows = np.fromiter(
            self._db.execute(
                f"SELECT r.of, r.referrer, r.referee, {_LEADER.format('a')}, {_LEADER.format('b')}, r.at, r.status, r.campaign, "
                f"r.channel, r.code, ifnull(r.value, ?3) FROM referral r {_OF_PURPOSE.format('a', 'r.referrer')} "
                f"{_OF_PURPOSE.format('b', 'r.referee')} WHERE r.at <= ?2",
                (self._purpose(purpose), as_of, _NO_NUMBER),
            ),
            _REFERRAL,
        )
        rows = rows[np.lexsort((rows["status"], rows["at"], rows["of"]))]
        whole = {name: np.ascontiguousarray(rows[name]) for name in _WHOLE}
        words = self._words("SELECT campaign FROM referral UNION SELECT channel FROM referral")
        return ReferralColumns(**whole, value=_numbers(rows["value"]), words=words)

    async def orders(self, purpose: str, as_of: int) -> OrderColumns:
        rows = np.fromiter(
            self._db.execute(
                f"SELECT o.of, o.subject, {_LEADER.format('s')}, o.at, o.campaign, ifnull(o.amount, ?3), ifnull(o.refunded, ?3) "
                f"FROM purchase o {_OF_PURPOSE.format('s', 'o.subject')} WHERE o.at <= ?2 ORDER BY o.of, o.at, o.recorded",
                (self._purpose(purpose), as_of, _NO_NUMBER),
            ),
            _ORDER,
        )
        of, subject, leader, at, campaign, amount, refunded = (
            np.ascontiguousarray(rows[name]) for name in rows.dtype.names or ()
        )
        words = self._words("SELECT campaign FROM purchase")
        return OrderColumns(of, subject, leader, at, campaign, _numbers(amount), _numbers(refunded), words)

    def _words(self, used: str) -> Mapping[int, str]:
        return dict(self._all(f"SELECT id, text FROM word WHERE id IN ({used})"))  # type: ignore[arg-type]  # two columns

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
        rows = self._db.execute(
            "SELECT m.identifier, min(s.at) FROM json_each(?) w CROSS JOIN mention m ON m.identifier = w.value "
            "CROSS JOIN sighting s ON s.stamp = m.stamp WHERE substr(s.event_id, -8) <> '#referee' GROUP BY m.identifier, "
            "s.at / ?2",
            (as_json(ids), DAY),
        )
        found = np.fromiter(rows, np.dtype([("id", "i8"), ("at", "i8")]))
        return np.ascontiguousarray(found["id"]), np.ascontiguousarray(found["at"])

    async def backed_by(self, ids: Ints) -> tuple[Ints, Ints]:
        rows = self._all(
            "SELECT DISTINCT m.identifier, s.backing FROM json_each(?) w CROSS JOIN mention m ON m.identifier = w.value "
            "CROSS JOIN sighting s ON s.stamp = m.stamp",
            as_json(ids),
        )
        identifier, backing = as_columns(rows, 2)
        return identifier, backing


def _numbers(column: Floats) -> Floats:
    return np.where(column == _NO_NUMBER, np.nan, column)
