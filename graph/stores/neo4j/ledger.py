"""Writes what accounts for what is done: the audit log, receipts. Holds no rule."""

from collections.abc import Mapping
from typing import Any

from graph.stores.accounts import AuditRow
from graph.stores.neo4j.connection import Transaction
from graph.stores.neo4j.deeds import Neo4jDeeds
from graph.stores.neo4j.reading import Neo4jReading
from graph.stores.neo4j.values import uuid_text
from graph.tables import Ints


class Neo4jLedger(Neo4jDeeds):
    """Writes of accounts."""

    def __init__(self, tx: Transaction, turn: Mapping[str, Any], before: Neo4jReading | None = None) -> None:
        super().__init__(tx, turn, before)
        self._entries: list[dict[str, Any]] = []
        """New rows of the audit log; they go out with the last statement."""

    async def enter(self, row: AuditRow, seal: bytes) -> None:
        self._entries.append({"seq": row.seq, "body": row.body.decode(), "digest": row.digest.hex()})
        self._audit, self._seal = (row.seq, row.digest.hex()), seal.hex()

    async def keep_answer(self, key: bytes, request: bytes, body: bytes, at: int, oldest: int) -> None:
        await self._tx.send("write/forget_answers", before=oldest)
        await self._tx.send("write/keep_answer", key=key.hex(), request=request.hex(), body=body.decode(), at=at)

    async def file(self, receipt_id: bytes, body: bytes, ids: Ints) -> None:
        number = self._next("receipts")
        await self._tx.send("write/file", receipt_id=uuid_text(receipt_id), number=number, body=body.decode(), ids=ids.tolist())

    async def keep_bookmark(self, name: str, seq: int) -> None:
        await self._tx.send("write/keep_bookmark", receiver=name, seq=seq)
