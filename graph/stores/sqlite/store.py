"""One database file: schema, connections, whose turn it is to write, lookups. Holds no rule."""

import threading
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path

from graph.access import ApiKey
from graph.errors import StoreBusyError
from graph.ownids import text
from graph.stores.columns import Changing, Found, Looked
from graph.stores.protocol import Flight
from graph.stores.sqlite import schema
from graph.stores.sqlite.callers import api_keys
from graph.stores.sqlite.connection import BUSY_SECONDS, EngineError, begun, connect, make_private, translated
from graph.stores.sqlite.reading import standing
from graph.stores.sqlite.reports import SqliteReports
from graph.stores.sqlite.writing import SqliteWriting
from graph.stores.standing import Standing


class SqliteStore:
    """One database file. Reads share one connection, writes take another one in turn."""

    embedded = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.Lock()
        if not path.exists():
            make_private(path)
        try:
            self._reader = connect(self._path, 64)
            self._writer = connect(self._path, 256)
            schema.make(self._writer, path)
        except EngineError as error:
            raise translated(error, path) from None

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[SqliteReports]:
        connection = connect(self._path, 16)
        try:
            connection.execute("BEGIN")
            yield SqliteReports(connection)
        except EngineError as error:
            raise translated(error, self._path) from None
        finally:
            connection.close()

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[SqliteWriting]:
        with self._my_turn(), begun(self._writer):
            schema.CHAIN.check(str(self._path), self._writer.execute("PRAGMA user_version").fetchone()[0])
            yield SqliteWriting(self._writer)

    def following(self, before: Flight) -> AbstractAsyncContextManager[SqliteWriting]:
        return self.writing()

    @asynccontextmanager
    async def trying(self) -> AsyncGenerator[SqliteWriting]:
        connection = connect(self._path, 64)
        try:
            connection.execute("PRAGMA cache_spill = OFF")  # what is never committed never reaches a file
            connection.execute("BEGIN IMMEDIATE")
            yield SqliteWriting(connection)
        except EngineError as error:
            raise translated(error, self._path) from None
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            connection.close()

    @contextmanager
    def _my_turn(self) -> Generator[None]:
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise StoreBusyError(f"another writer has held {self._path} for more than {BUSY_SECONDS:.0f} s")
        try:
            yield
        except EngineError as error:
            raise translated(error, self._path) from None
        finally:
            self._turn.release()

    async def policy(self) -> tuple[str | None, Changing | None]:
        body = "SELECT p.body FROM meta m JOIN policy p ON p.version = m.value WHERE m.name = 'policy'"
        changing = "SELECT value FROM meta WHERE name = 'changing'"
        try:
            body, changing = self._reader.execute(f"SELECT ({body}), ({changing})").fetchone()
            return body, Changing.parse(changing)
        except EngineError as error:
            raise translated(error, self._path) from None

    async def overdue(self, now: int) -> bool:
        try:
            return self._reader.execute("SELECT 1 FROM due WHERE at <= ? LIMIT 1", (now,)).fetchone() is not None
        except EngineError as error:
            raise translated(error, self._path) from None

    async def lookup(self, purpose: str, keys: Sequence[bytes]) -> Looked:
        statement = (
            "SELECT m.own, l.own, i.mask, m.settled FROM identifier i INDEXED BY identifier_head "
            "CROSS JOIN membership m ON m.purpose = ?1 AND m.identifier = i.id "
            "LEFT JOIN membership l ON l.purpose = ?1 AND l.identifier = m.leader WHERE i.head = ?2 AND i.key = ?3"
        )
        try:
            handle = self._reader.execute("SELECT id FROM purpose WHERE name = ?", (purpose,)).fetchone()
            asked = ((handle[0] if handle else 0, int.from_bytes(key[:8], "big", signed=True), key) for key in keys)
            rows = (self._reader.execute(statement, row).fetchone() for row in asked)
            found = [None if row is None else _found(*row) for row in rows]
            return Looked(found, standing(self._reader) if None in found else None)
        except EngineError as error:
            raise translated(error, self._path) from None

    async def standing(self) -> Standing:
        try:
            return standing(self._reader)
        except EngineError as error:
            raise translated(error, self._path) from None

    async def api_keys(self) -> list[ApiKey]:
        try:
            return api_keys(self._reader)
        except EngineError as error:
            raise translated(error, self._path) from None

    async def compact(self) -> None:
        with self._my_turn():
            self._writer.execute("VACUUM")
            busy = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise StoreBusyError(f"{self._path} is being read: its log could not be emptied")

    async def close(self) -> None:
        self._reader.close()
        self._writer.close()


def _found(own: bytes, root: bytes | None, mask: str, settled: int) -> Found:
    return Found(text(own), None if root is None else text(root), mask, settled)
