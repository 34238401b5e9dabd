"""Takes identifiers off the record, everywhere; keeps tombstones and who succeeds an erased root. Holds no rule.

A table that names identifiers by handle goes into `_ROWS` (or is rewritten by hand below). A test fills every table, erases,
and looks for the handle in all of them, so that none is forgotten.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from graph.stores.sqlite.ledger import SqliteLedger
from graph.stores.sqlite.reading import as_json
from graph.tables import Ints

_ROWS: Final = (
    ("mention", "identifier"),
    ("piece", "a"),
    ("piece", "b"),
    ("closing", "a"),
    ("closing", "b"),
    ("ruling", "a"),
    ("ruling", "b"),
    ("referral", "referrer"),
    ("referral", "referee"),
    ("purchase", "subject"),
    ("mark", "identifier"),
    ("receipt_of", "identifier"),
)
_ROWS_BY_PURPOSE: Final = (("membership", "identifier"), ("finding", "a"), ("finding", "b"))
_ROWS_BY_JOB: Final = (("scored", "person"), ("scored_link", "referrer"), ("scored_link", "referee"))
_WANTED: Final = "(SELECT value FROM json_each(?1))"


class SqliteErasing(SqliteLedger):
    """Erasure and what it leaves."""

    async def erase(self, ids: Ints, recorded: int) -> Ints:
        self._db.execute("PRAGMA secure_delete = ON")
        wanted = as_json(ids)
        near = [
            *self._all(f"SELECT b FROM piece WHERE a IN {_WANTED}", wanted),
            *self._all(f"SELECT a FROM piece WHERE b IN {_WANTED}", wanted),
            *self._all(f"SELECT b FROM ruling WHERE a IN {_WANTED}", wanted),
            *self._all(f"SELECT a FROM ruling WHERE b IN {_WANTED}", wanted),
        ]
        self._db.execute(
            "DELETE FROM due WHERE b >= 0 AND (a, b) IN (SELECT p.a, p.b FROM piece p WHERE p.a IN "
            f"{_WANTED} UNION SELECT p.a, p.b FROM piece p INDEXED BY piece_b WHERE p.b IN {_WANTED})",
            (wanted,),
        )
        self._leave_sightings(ids, wanted)
        for table in ("granting", "withdrawal"):  # consents stay as they were given, by somebody who has no name any more
            self._db.execute(f"UPDATE {table} SET subject = ?2 WHERE subject IN {_WANTED}", (wanted, -recorded))
        for table, column in _ROWS:
            self._db.execute(f"DELETE FROM {table} WHERE {column} IN {_WANTED}", (wanted,))
        for table, column in _ROWS_BY_PURPOSE:
            self._db.execute(
                f"DELETE FROM {table} WHERE purpose IN (SELECT id FROM purpose) AND {column} IN {_WANTED}", (wanted,)
            )
        self._db.execute("DELETE FROM kept_answer")
        for table, column in _ROWS_BY_JOB:
            self._db.execute(f"DELETE FROM {table} WHERE job IN (SELECT job FROM scoring) AND {column} IN {_WANTED}", (wanted,))
        self._db.execute(f"DELETE FROM identifier WHERE id IN {_WANTED}", (wanted,))
        found = np.unique(np.array([row[0] for row in near], np.int64))
        return found[~np.isin(found, ids)]

    def _leave_sightings(self, ids: Ints, wanted: str) -> None:
        """Take identifiers out of the sightings that name them; one that names nobody else goes."""
        rows = self._all(
            "SELECT DISTINCT s.stamp, s.members FROM json_each(?1) w CROSS JOIN mention m ON m.identifier = w.value "
            "CROSS JOIN sighting s ON s.stamp = m.stamp",
            wanted,
        )
        left: list[tuple[bytes, int]] = []
        empty: list[tuple[int]] = []
        for stamp, packed in rows:
            members = np.frombuffer(packed, "<i8")
            others = members[~np.isin(members, ids)]
            if len(others):
                left.append((others.tobytes(), stamp))
            else:
                empty.append((stamp,))
        self._db.executemany("UPDATE sighting SET members = ? WHERE stamp = ?", left)
        self._db.executemany("DELETE FROM sighting WHERE stamp = ?", empty)

    async def succeed(self, purpose: str, heirs: Iterable[tuple[int, bytes, int]]) -> None:
        handle = self._purpose(purpose)
        for erased, own, heir in heirs:
            self._db.execute("UPDATE erased SET heir = ? WHERE purpose = ? AND heir = ?", (heir, handle, erased))
            self._db.execute("INSERT OR REPLACE INTO erased (own, purpose, heir) VALUES (?, ?, ?)", (own, handle, heir))

    async def bury(self, marks: Sequence[bytes], at: int) -> None:
        self._db.executemany(
            "INSERT INTO tombstone (mark, at) VALUES (?, ?) ON CONFLICT (mark) DO UPDATE SET at = max(at, excluded.at)",
            [(mark, at) for mark in marks],
        )

    async def tombstones(self, marks: Callable[[], Sequence[bytes]]) -> Mapping[bytes, int]:
        if not self._all("SELECT 1 FROM tombstone LIMIT 1"):
            return {}
        found: dict[bytes, int] = {}
        for mark in marks():
            row = self._db.execute("SELECT at FROM tombstone WHERE mark = ?", (mark,)).fetchone()
            if row is not None:
                found[mark] = row[0]
        return found
