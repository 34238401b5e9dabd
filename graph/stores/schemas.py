"""The schema of a store: apply it, upgrade it, verify it. An embedded store that is new makes its own."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.errors import StoreError
from graph.stores import is_server, sqlite_path

if TYPE_CHECKING:
    from graph.stores.neo4j.connection import Server
    from graph.stores.sqlite.connection import Connection


@dataclass(frozen=True, slots=True)
class SchemaState:
    """What is there and what should be: the version on record (None: no schema), and what is missing, by name."""

    version: int | None
    needed: int
    missing: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether a store can be opened."""
        return self.version == self.needed and not self.missing


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done: versions that the store was taken through, and what was made, by name."""

    versions: tuple[int, ...]
    made: tuple[str, ...]


async def apply(url: str) -> Applied:
    """Upgrade what is older, make what is missing. Raises StoreError, StoreMismatchError for what is newer. Safe to run twice."""
    if is_server(url):
        from graph.stores.neo4j import schema as on_server  # noqa: PLC0415 - each engine is loaded only where it is used

        async with _server(url) as server:
            versions, made = await on_server.apply(server)
    else:
        from graph.stores.sqlite import schema as in_file  # noqa: PLC0415 - likewise

        async with _file(url) as db:
            versions, made = in_file.apply(db, sqlite_path(url))
    return Applied(tuple(versions), tuple(made))


async def verify(url: str) -> SchemaState:
    """Look at what is there. Raises StoreError."""
    if is_server(url):
        from graph.stores.neo4j import schema as on_server  # noqa: PLC0415 - likewise

        async with _server(url) as server:
            version = await on_server.version_of(server)
            return SchemaState(version, on_server.CHAIN.needed, tuple(await on_server.missing(server)))
    from graph.stores.sqlite import schema as in_file  # noqa: PLC0415 - likewise

    async with _file(url) as db:
        return SchemaState(in_file.version_of(db, sqlite_path(url)), in_file.CHAIN.needed, tuple(in_file.missing(db)))


@asynccontextmanager
async def _server(url: str) -> AsyncGenerator["Server"]:
    from graph.stores.neo4j.connection import Server  # noqa: PLC0415 - likewise

    server = Server(url)
    try:
        yield server
    finally:
        await server.close()


@asynccontextmanager
async def _file(url: str) -> AsyncGenerator["Connection"]:
    from graph.stores.sqlite.connection import EngineError, connect, translated  # noqa: PLC0415 - likewise

    if not url.startswith("sqlite:///") or not sqlite_path(url).exists():
        raise StoreError(f"there is no store at {url.rsplit('@', maxsplit=1)[-1]}; a new one in a file makes its schema itself")
    path = sqlite_path(url)
    try:
        db = connect(path, 64)
        try:
            yield db
        finally:
            db.close()
    except EngineError as error:
        raise translated(error, path) from None
