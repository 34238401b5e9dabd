"""The driver, transactions, and what goes wrong with them. The one place in graph/ that imports neo4j; knows no statement."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import neo4j
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from cypher import load
from graph.errors import StoreBusyError, StoreError, StoreInterruptedError
from graph.stores.neo4j.effects import accounted, changes, rests_on

BUSY_SECONDS: Final = 30.0
"""How long a writer waits for its turn before it gives up."""

_PATIENCE_SECONDS: Final = 10.0
_LONGEST_SECONDS: Final = 600.0
_SCHEMES: Final = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
_OLDEST: Final = (5, 26)
_NEEDED: Final = "rootid needs Neo4j 5.26 or later"
_VERSION: Final = re.compile(r"Neo4j/(\d+)\.(\d+)")
_STOPPED: Final = tuple(
    f"Neo.DatabaseError.Transaction.Transaction{what}" for what in ("LogError", "StartFailed", "CommitFailed")
)
"""How a server answers whose database gave itself up: at the write that it couldn't do, and from then on."""
_QUIET: Final = neo4j.NotificationMinimumSeverity.OFF

EngineError = (DriverError, Neo4jError)
"""What the driver raises."""

Row = neo4j.Record


class Credentials(BaseSettings):
    """Who logs in; never part of a URL, since URLs get into logs."""

    model_config = SettingsConfigDict(env_prefix="ROOTID_NEO4J_", env_file=".env", extra="ignore")

    user: str = Field(default="neo4j", description="User of the Neo4j store.")
    password: SecretStr | None = Field(default=None, description="Password of the Neo4j store.")


Ask = Callable[..., Awaitable[Row]]
"""Asks a statement by name on a connection of its own."""

Values = Callable[[], Awaitable[dict[str, Any]]]
"""Makes the parameters of a statement when it is its turn."""


class Before(Protocol):
    """The write before, of which it is known what it leaves, while its statements are still under way."""

    @property
    def changed(self) -> AbstractSet[str]:
        """What it changes, as graph/stores/neo4j/effects.py tells it apart."""
        ...

    async def landed(self) -> None:
        """Wait for its commit. Raises StoreInterruptedError where there won't be one."""
        ...


class Transaction:
    """One transaction under way. Statements are named.

    What `send` sends, the server works at in that order while the caller goes on. What is asked meanwhile, and rests on nothing
    that this transaction has changed, is asked on another connection (see effects.py); all else waits for what was sent.

    One that follows another doesn't hold the turn yet. What is sent waits until it does, but for what may be done before.
    """

    def __init__(self, beside: Ask, tx: neo4j.AsyncTransaction | None = None, before: Before | None = None) -> None:
        self._given = tx
        self._beside = beside
        self._before = before
        self._sent: asyncio.Task[None] | None = None
        self._turn: Callable[[], Awaitable[None]] | None = None
        self._begun = tx is not None
        self._asking = asyncio.Lock()
        self._blind: set[str] = set()
        self.changed: set[str] = set()
        """What it has changed so far."""

    @property
    def _tx(self) -> neo4j.AsyncTransaction:
        if self._given is None:
            raise StoreError("a statement was sent before its transaction had begun")  # a mistake in this file
        return self._given

    @property
    def begun(self) -> bool:
        """Whether it holds the turn, so that what it rests on is true."""
        return self._begun

    @property
    def accountable(self) -> bool:
        """Whether `Changed` holds all that it has changed."""
        return not self._blind

    def begin(self, opening: Callable[[], Awaitable["Transaction"]], turn: Callable[[], Awaitable[None]]) -> None:
        """Take the place of one that is being opened, and the turn before anything that may not be done earlier."""

        async def opened() -> None:
            self._given = (await opening())._given

        self._turn = turn
        self._sent = asyncio.create_task(opened())

    def forget_before(self) -> None:
        """Let go of the write before."""
        self._before = None

    def _take_turn(self) -> None:
        """Let the turn be taken after what was sent so far, unless it is taken already."""
        if self._turn is None:
            return
        turn, before, self._turn = self._turn, self._sent, None

        async def taken() -> None:
            if before is not None:
                await before
            await turn()
            self._begun = True

        self._sent = asyncio.create_task(taken())

    async def send(self, name: str, **values: Any) -> None:
        """Have a statement done whose answer nobody needs. What goes wrong with it is told by a later call."""

        async def given() -> dict[str, Any]:
            return values

        await self.send_later(name, given)

    async def send_later(
        self, name: str, values: Values, then: Callable[[Row], None] | None = None, *, early: bool = False
    ) -> None:
        """The same with parameters that are made when it is its turn; `then` gets the only record of the answer.

        `early`: it may be done before the turn is taken, as it touches nothing that the write before does.
        """
        if not early:
            self._take_turn()
        self.changed |= changes(name)
        if not accounted(name):
            self._blind |= changes(name)
        self._sent = asyncio.create_task(self._done(self._sent, name, values, then))
        await asyncio.sleep(0)  # so that it is on its way before the caller goes on

    async def _done(
        self, before: "asyncio.Task[None] | None", name: str, values: Values, then: Callable[[Row], None] | None
    ) -> None:
        if before is not None:
            await before
        given = await values()
        if then is not None:
            then(await self.within(name, **given))
            return
        async with self._asking:
            await self._tx.run(load(name), given)

    async def settled(self) -> None:
        """Wait for what was sent. Raises what went wrong with it."""
        self._take_turn()
        if (sent := self._sent) is not None:
            await sent
            if self._sent is sent:
                self._sent = None

    async def give_up(self) -> None:
        """Let go of what was sent: nobody wants to know any more what becomes of it."""
        sent, self._sent, self._turn = self._sent, None, None
        if sent is not None:
            if not self._begun:
                sent.cancel()
            await asyncio.gather(sent, return_exceptions=True)

    async def one(self, name: str, **values: Any) -> Row:
        """The only record of an answer."""
        rests = rests_on(name)
        if rests is not None and self._is_busy() and self.changed.isdisjoint(rests):
            if self._before is not None and not self._before.changed.isdisjoint(rests):
                await self._before.landed()
            return await self._beside(name, **values)
        await self._next(name)
        return await self.within(name, **values)

    async def under(self, name: str, **values: Any) -> tuple[Row, bool]:
        """The same for a caller who can lay over an answer what was changed; and whether that is left to do."""
        rests = rests_on(name)
        if rests is not None and self._is_busy() and self._blind.isdisjoint(rests):
            return await self._beside(name, **values), True
        await self._next(name)
        return await self.within(name, **values), False

    async def within(self, name: str, **values: Any) -> Row:
        """The only record of an answer, asked now: by what is made when it is its turn."""
        async with self._asking:
            return await (await self._tx.run(load(name), values)).single(strict=True)

    async def maybe(self, name: str, **values: Any) -> Row | None:
        """The only record of an answer, None where there is none."""
        await self._next(name)
        async with self._asking:
            return await (await self._tx.run(load(name), values)).single()

    async def rows(self, name: str, **values: Any) -> AsyncIterator[Row]:
        """All records of an answer, as they come."""
        await self._next(name)
        async for record in await self._tx.run(load(name), values):
            yield record

    async def _next(self, name: str) -> None:
        """Wait until it is the turn of a statement that is answered within the transaction."""
        await self.settled()
        if not name.startswith("read/"):
            self.changed |= changes(name)
            if not accounted(name):
                self._blind |= changes(name)

    def _is_busy(self) -> bool:
        return not self._begun or self._asking.locked() or (self._sent is not None and not self._sent.done())


class Server:
    """A driver to one database on one server."""

    def __init__(self, url: str) -> None:
        """Raises StoreError where the URL is none of a Neo4j, or no password is set. Connects later."""
        self.place, address, self._database = _parts(url)
        known = Credentials()
        if known.password is None:
            raise StoreError(f"{self.place} needs a password: set ROOTID_NEO4J_PASSWORD (and ROOTID_NEO4J_USER)")
        try:
            self._driver = neo4j.AsyncGraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType]  # its **config is untyped
                address,
                auth=(known.user, known.password.get_secret_value()),
                connection_timeout=_PATIENCE_SECONDS,
                connection_acquisition_timeout=BUSY_SECONDS,
                liveness_check_timeout=60.0,
                telemetry_disabled=True,
                notifications_min_severity=_QUIET,
            )
        except (ConfigurationError, ValueError) as error:
            raise StoreError(f"{self.place} is no Neo4j URL ({type(error).__name__})") from None

    @asynccontextmanager
    async def transaction(self, *, keep: bool) -> AsyncGenerator[Transaction]:
        """A transaction that is rolled back, unless it is to keep and its block ends without an error. Raises StoreError."""
        async with self._session(neo4j.WRITE_ACCESS) as session:
            tx = await session.begin_transaction(timeout=_LONGEST_SECONDS)
            under_way = Transaction(self.ask_leader, tx)
            try:
                yield under_way
                await under_way.settled()
                if keep:
                    await tx.commit()
            finally:
                await under_way.give_up()
                await tx.close()

    async def ask(self, name: str, **values: Any) -> Row:
        """The only record of one statement in a transaction of its own. Raises StoreError."""
        async with self._session(neo4j.READ_ACCESS) as session:
            return await (await session.run(load(name), values)).single(strict=True)

    async def ask_leader(self, name: str, **values: Any) -> Row:
        """The same of the server that writes, in a cluster: it never lags behind itself."""
        async with self._session(neo4j.WRITE_ACCESS) as session:
            return await (await session.run(load(name), values)).single(strict=True)

    async def all(self, name: str, **values: Any) -> list[Row]:
        """All records of one statement in a transaction of its own. Raises StoreError."""
        async with self._session(neo4j.READ_ACCESS) as session:
            return [record async for record in await session.run(load(name), values)]

    async def do(self, name: str, **values: Any) -> None:
        """One statement in a transaction of its own, without an answer. Raises StoreError."""
        async with self._session(neo4j.WRITE_ACCESS) as session:
            await (await session.run(load(name), values)).consume()

    async def check_version(self) -> None:
        """Ask which version the server is. Raises StoreError where it is too old for rootid's statements."""
        try:
            agent = (await self._driver.get_server_info()).agent  # pyright: ignore[reportUnknownMemberType]  # likewise
        except EngineError as error:
            raise self.translated(error) from None
        if (found := _VERSION.match(agent)) and (int(found[1]), int(found[2])) < _OLDEST:
            raise StoreError(f"{self.place} is Neo4j {found[1]}.{found[2]}: {_NEEDED}")

    @asynccontextmanager
    async def _session(self, access: str) -> AsyncGenerator[neo4j.AsyncSession]:
        try:
            async with self._driver.session(  # pyright: ignore[reportUnknownMemberType]  # likewise
                database=self._database, default_access_mode=access, fetch_size=10_000
            ) as session:
                yield session
        except EngineError as error:
            raise self.translated(error) from None

    def translated(self, error: Exception) -> StoreError:
        """The error of this service for one of the driver's; never holds a value of a statement."""
        place = self.place
        code = error.code if isinstance(error, Neo4jError) else None
        if isinstance(error, AuthError):
            return StoreError(f"{place} refuses the user or the password (ROOTID_NEO4J_USER, ROOTID_NEO4J_PASSWORD)")
        if isinstance(error, IncompleteCommit):
            return StoreError(f"{place} went away while it committed: send the same events again, none is recorded twice")
        if code == "Neo.ClientError.Database.DatabaseNotFound":
            return StoreError(f"{place} has no database '{self._database}'")
        if code in ("Neo.ClientError.Transaction.TransactionTimedOut", "Neo.TransientError.Transaction.LockAcquisitionTimeout"):
            return StoreBusyError(f"{place}: a transaction took longer than is allowed; nothing of it was kept")
        if code and "ReadOnly" in code:
            return StoreError(
                f"{place} takes no writes now ({code}): is its disk full? Kill the server, make room, start it", passing=True
            )
        if code == "Neo.TransientError.General.DatabaseUnavailable":
            return StoreError(
                f"{place} is up without its database: if that stays so, the server's debug.log says why", passing=True
            )
        if isinstance(error, TransientError | SessionExpired):
            return StoreInterruptedError(
                f"{place} gave up a transaction ({code or type(error).__name__}); nothing of it was kept"
            )
        if isinstance(error, ServiceUnavailable):
            return StoreError(f"nothing answers at {place}: is the server up, and is the URL right?", passing=True)
        if isinstance(error, ClientError) and code == "Neo.ClientError.Statement.SyntaxError":
            return StoreError(f"{place} doesn't understand rootid's statements: {_NEEDED}")
        if isinstance(error, ConfigurationError):
            return StoreError(f"{place} doesn't speak as rootid's driver does: {_NEEDED}")
        if code in _STOPPED:
            return StoreError(
                f"{place} has stopped its database ({code}): is its disk full? Kill the server, make room, start it", passing=True
            )
        if code and "OutOfMemory" in code:
            return StoreError(f"{place} is out of memory; nothing of this write was kept")
        return StoreError(f"{place}: {code or type(error).__name__}")

    async def close(self) -> None:
        """Let go of all connections."""
        await self._driver.close()


def _parts(url: str) -> tuple[str, str, str | None]:
    """What messages call the server, the address for the driver, and the database (None: the server's own default)."""
    split = urlsplit(url)
    if split.scheme not in _SCHEMES or not split.hostname:
        raise StoreError("not a store: a Neo4j URL is neo4j://HOST[:PORT][/DATABASE], or with bolt:// or neo4j+s://")
    if split.username or split.password:
        raise StoreError("no user or password in a store's URL: set ROOTID_NEO4J_USER and ROOTID_NEO4J_PASSWORD")
    host = f"[{split.hostname}]" if ":" in split.hostname else split.hostname
    try:
        where = f"{split.scheme}://{host}{f':{split.port}' if split.port else ''}"
    except ValueError:
        raise StoreError("not a store: the port of a Neo4j URL is a number below 65536") from None
    database = split.path.strip("/") or None
    return f"{where}{f'/{database}' if database else ''}", where, database
