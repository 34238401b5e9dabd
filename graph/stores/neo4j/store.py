"""One database on a Neo4j server: whose turn it is to write, consistent views, lookups. Holds no rule."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from time import monotonic
from typing import Any, Final

from graph.access import ApiKey
from graph.errors import StoreBusyError, StoreError, StoreInterruptedError, StoreMismatchError
from graph.stores.columns import Changing, Looked
from graph.stores.neo4j import schema
from graph.stores.neo4j.callers import api_key
from graph.stores.neo4j.connection import BUSY_SECONDS, Row, Server, Transaction
from graph.stores.neo4j.flight import Flight
from graph.stores.neo4j.lookups import Lookups
from graph.stores.neo4j.reports import Neo4jReports
from graph.stores.neo4j.writing import Neo4jWriting
from graph.stores.protocol import Flight as AnyFlight
from graph.stores.standing import Standing

CONSIDERATE_SECONDS: Final = 30.0
"""How long nothing is written early after it was in vain: whoever else writes would meet with it again."""


class Neo4jStore:
    """One database. Every write and every consistent view takes the turn first (docs/decisions/0203)."""

    embedded = False

    def __init__(self, server: Server) -> None:
        self._server = server
        self._queue = asyncio.Lock()
        self._waiting = 0
        self._considerate_until = 0.0
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
        async with self._in_line(), self._server.transaction(keep=keep) as tx:
            yield tx, await self._taken(tx)

    @asynccontextmanager
    async def _in_line(self) -> AsyncGenerator[None]:
        """Who is the next in this process to ask for the turn. Raises StoreBusyError where that takes too long."""
        self._waiting += 1
        try:
            async with asyncio.timeout(BUSY_SECONDS):
                await self._queue.acquire()
        except TimeoutError:
            raise StoreBusyError(f"another writer has held {self._server.place} for more than {BUSY_SECONDS:.0f} s") from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._queue.release()

    async def _taken(self, tx: Transaction) -> Row:
        turn = await tx.within("write/turn")
        schema.CHAIN.check(self._server.place, turn["schema"])
        return turn

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Neo4jReports]:
        async with self._turn() as (tx, turn):
            yield Neo4jReports(tx, turn)

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[Neo4jWriting]:
        async with AsyncExitStack() as stack:
            tx, turn = await stack.enter_async_context(self._turn(keep=True))
            async with self._flying(stack, tx, Neo4jWriting(tx, turn)) as write:
                yield write

    @asynccontextmanager
    async def following(self, before: AnyFlight) -> AsyncGenerator[Neo4jWriting]:
        if not isinstance(before, Flight) or before.left is None:
            raise StoreInterruptedError("nothing may follow that write before its end")
        early = self._waiting == 0 and monotonic() >= self._considerate_until
        try:
            async with self._begun_after(before, before.left, early=early) as write:
                yield write
        except StoreInterruptedError:
            self._considerate_until = monotonic() + CONSIDERATE_SECONDS
            raise

    @asynccontextmanager
    async def _begun_after(self, before: Flight, left: Mapping[str, Any], *, early: bool) -> AsyncGenerator[Neo4jWriting]:
        """A write that takes the turn after another; `early`: what touches nothing that the other one does is written at once.

        Who writes early holds locks while he waits for the other one, so he is the next in line in this process. Another process
        may meet with him all the same: then the server gives up one of the two.
        """
        async with AsyncExitStack() as lines, AsyncExitStack() as stack:
            line = asyncio.create_task(lines.enter_async_context(self._queue)) if early else None

            async def opening() -> Transaction:
                if line is None:
                    await before.landed()
                    await lines.enter_async_context(self._in_line())
                return await stack.enter_async_context(self._server.transaction(keep=True))

            async def turn() -> None:
                if line is not None:
                    await _soon(before)
                    await line
                before.meets(await self._taken(tx))

            tx = Transaction(self._server.ask_leader, before=before)
            tx.begin(opening, turn)
            try:
                async with self._flying(stack, tx, Neo4jWriting(tx, left, before.write)) as write:
                    yield write
            except Exception as error:  # whatever it is, it may come of answers between which somebody else wrote
                if tx.begun:
                    raise
                # What is wrong with the write itself is told when it is done again.
                raise StoreInterruptedError(f"a write was given up before its turn ({type(error).__name__})") from None
            finally:
                if line is not None and not line.done():
                    line.cancel()
                    await asyncio.wait([line])

    @asynccontextmanager
    async def _flying(self, stack: AsyncExitStack, tx: Transaction, write: Neo4jWriting) -> AsyncGenerator[Neo4jWriting]:
        """A write to its commit, which is the end of `stack`; another may follow as soon as it is known."""
        flight = write.flight = Flight(write)
        try:
            yield write
            await write.finish()
            flight.know()
            await tx.settled()
            await stack.aclose()
            flight.end(landed=True)
        except BaseException:  # raised again: nothing of it is under way any more when the transaction is rolled back
            await tx.give_up()
            raise
        finally:
            flight.end(landed=False)
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


async def _soon(before: Flight) -> None:
    """Wait for the end of a write, as long as one may with locks that it could want."""
    try:
        async with asyncio.timeout(BUSY_SECONDS):
            await before.landed()
    except TimeoutError:
        raise StoreInterruptedError("the write before takes long; nothing of this one was kept") from None
