"""Stores that are used once. Must not touch one in which anything is on record."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from graph.errors import StoreError
from graph.stores import is_server, sqlite_path


@asynccontextmanager
async def scratch(url: str) -> AsyncGenerator[str]:
    """A store without anything in it. Raises StoreError where there is; a server is empty again afterwards, a file stays."""
    if not is_server(url):
        path = sqlite_path(url)
        if path.exists():
            raise StoreError(f"{path} is there already; name a file that isn't")
        yield url
        return
    from graph.stores.neo4j import schema  # noqa: PLC0415 - each engine is loaded only where it is used
    from graph.stores.neo4j.connection import Server  # noqa: PLC0415 - likewise

    server = Server(url)
    try:
        await schema.version_of(server)
        if not await schema.is_empty(server):
            raise StoreError(f"{server.place} is not empty, or has no schema yet ('rootid schema apply'); nothing was played")
        try:
            yield url
        finally:
            await schema.empty(server)
    finally:
        await server.close()
