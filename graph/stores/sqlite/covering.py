"""Puts another cover on stored digests, row by row. Holds no rule, and no secret."""

from collections.abc import Sequence
from typing import Final

from graph.stores.sqlite.restoring import SqliteRestoring
from graph.stores.standing import Digested, Standing

_STAMPED: Final[dict[Digested, tuple[str, str]]] = {"sighting": ("sighting", "stamp"), "referral": ("referral", "recorded")}
"""Table and stamp of kinds whose digests are event ids."""

_LAST_HANDLE: Final = "last handle"


class SqliteCovering(SqliteRestoring):
    """Writes of digests."""

    async def stand(self, standing: Standing) -> None:
        self._db.execute("PRAGMA secure_delete = ON")  # what is replaced stays in no free page
        handle = standing.until.get("identifier", 0) if standing.following else 0
        rows = [("standing", standing.written()), (_LAST_HANDLE, handle)]
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)

    async def last_digested(self, kind: Digested) -> int:
        if kind in _STAMPED:
            table, stamp = _STAMPED[kind]
            return self._all(f"SELECT ifnull(max({stamp}), 0) FROM {table}")[0][0]
        return self._all("SELECT ifnull(max(id), 0) FROM identifier")[0][0] if kind == "identifier" else 0

    async def digests(self, kind: Digested, after: int, most: int) -> list[tuple[int, str]]:
        if kind in _STAMPED:
            table, stamp = _STAMPED[kind]
            rows = self._all(f"SELECT {stamp}, event_id FROM {table} WHERE {stamp} > ? ORDER BY {stamp} LIMIT ?", after, most)
        elif kind == "identifier":
            rows = self._all("SELECT id, lower(hex(key)) FROM identifier WHERE id > ? ORDER BY id LIMIT ?", after, most)
        else:
            rows = self._all("SELECT 0, lower(hex(mark)) FROM tombstone")
        return [(place, stored) for place, stored in rows]

    async def put_digests(self, kind: Digested, rows: Sequence[tuple[int, str, str]]) -> None:
        if kind in _STAMPED:
            table, stamp = _STAMPED[kind]
            changed = [(new, place) for place, old, new in rows if new != old]
            self._db.executemany(f"UPDATE {table} SET event_id = ? WHERE {stamp} = ?", changed)
        elif kind == "identifier":
            keys = ((place, bytes.fromhex(new)) for place, _, new in rows)
            self._db.executemany(
                "UPDATE identifier SET key = ?, head = ? WHERE id = ?",
                ((key, int.from_bytes(key[:8], "big", signed=True), place) for place, key in keys),
            )
        else:
            marks = [(bytes.fromhex(new), bytes.fromhex(old)) for _, old, new in rows]
            self._db.executemany("UPDATE tombstone SET mark = ? WHERE mark = ?", marks)
            self._db.execute("DELETE FROM kept_answer")
