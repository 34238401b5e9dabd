"""One database on a Neo4j server: whose turn it is to write, consistent views, lookups. Holds no rule."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from graph.access import ApiKey
from graph.errors import StoreBusyError, StoreError, StoreMismatchError
from graph.stores.columns import Changing, Looked
from graph.stores.neo4j import schema
from graph.stores.neo4j.callers import api_key
from graph.stores.neo4j.connection import BUSY_SECONDS, Row, Server, Transaction
from graph.stores.neo4j.lookups import Lookups
from graph.stores.neo4j.reports import Neo4jReports
from graph.stores.neo4j.writing import Neo4jWriting
from graph.stores.standing import Standing


class Neo4jStore:
    """One database. Every write and every consistent view takes the turn first (docs/decisions/0203)."""

    embedded = False

    def __init__(self, server: Server) -> None:
        self._server = server
        self._queue = asyncio.Lock()
        self._lookups = Lookups(server)

    @classmethod
    async def open(cls, url: str) -> "Neo4jStore":
        """A store whose schema is that of this rootid. Raises StoreError, or StoreMismatchError for another schema."""
        server = Server(url)
        try:
            version = await schema.version_of(server)
            if version is None:
                raise StoreMismatchError(f"{server.place} has no schema of rootid: 'rootid schema apply' puts it there")
            schema.CHAIN.check(server.place, version)
        except BaseException:  # raised again: whatever ends the opening lets go of the server
            await server.close()
            raise
        return cls(server)

    @asynccontextmanager
    async def _turn(self, *, keep: bool = False) -> AsyncGenerator[tuple[Transaction, Row]]:
        """A transaction that holds the turn. Within this process those who wait don't hold connections."""
        try:
            async with asyncio.timeout(BUSY_SECONDS):
                await self._queue.acquire()
        except TimeoutError:
            raise StoreBusyError(f"another writer has held {self._server.place} for more than {BUSY_SECONDS:.0f} s") from None
        try:
            async with self._server.transaction(keep=keep) as tx:
                turn = await tx.one("write/turn")
                schema.CHAIN.check(self._server.place, turn["schema"])
                yield tx, turn
        finally:
            self._queue.release()

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Neo4jReports]:
        async with self._turn() as (tx, turn):
            yield Neo4jReports(tx, turn)

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[Neo4jWriting]:
        try:
            async with self._turn(keep=True) as (tx, turn):
                write = Neo4jWriting(tx, turn)
                yield write
                await write.finish()
        finally:
            self._lookups.forget_due()

    @asynccontextmanager
    async def trying(self) -> AsyncGenerator[Neo4jWriting]:
        async with self._turn() as (tx, turn):
            yield Neo4jWriting(tx, turn)

    async def lookup(self, purpose: str, keys: Sequence[bytes]) -> Looked:
        return await self._lookups.ask(purpose, keys)

    async def policy(self) -> tuple[str | None, Changing | None]:
        row = await self._server.ask("read/policy")
        return row["body"], Changing.parse(row["changing"])

    async def overdue(self, now: int) -> bool:
        return await self._lookups.due_by(now)

    async def standing(self) -> Standing:
        return Standing.read((await self._server.ask("read/standing"))["standing"])

    async def api_keys(self) -> list[ApiKey]:
        return [api_key(row["key"]) for row in await self._server.all("read/api_keys")]

    async def compact(self) -> None:
        raise StoreError(
            f"{self._server.place} can't be compacted while it serves: back it up and restore it into an empty database"
        )

    async def close(self) -> None:
        await self._server.close()
