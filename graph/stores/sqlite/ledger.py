"""Writes what accounts for what is done: the audit log, receipts. Holds no rule."""

from graph.stores.accounts import AuditRow
from graph.stores.sqlite.deeds import SqliteDeeds
from graph.tables import Ints


class SqliteLedger(SqliteDeeds):
    """Writes of accounts."""

    async def enter(self, row: AuditRow, seal: bytes) -> None:
        self._db.execute("INSERT INTO audit VALUES (?, ?, ?)", (row.seq, row.body, row.digest))
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('audit seal', ?)", (seal,))

    async def keep_answer(self, key: bytes, request: bytes, body: bytes, at: int, oldest: int) -> None:
        self._db.execute("DELETE FROM kept_answer WHERE at < ?", (oldest,))
        self._db.execute("INSERT OR IGNORE INTO kept_answer VALUES (?, ?, ?, ?)", (key, request, body, at))

    async def file(self, receipt_id: bytes, body: bytes, ids: Ints) -> None:
        number = self._db.execute("INSERT INTO receipt (id, body) VALUES (?, ?)", (receipt_id, body)).lastrowid
        self._db.executemany(
            "INSERT OR IGNORE INTO receipt_of VALUES (?, ?)", ((identifier, number) for identifier in ids.tolist())
        )

    async def keep_bookmark(self, name: str, seq: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"bookmark {name}", seq))
