"""Stores behind one protocol, opened by URL."""

from pathlib import Path
from typing import Final

from graph.errors import StoreError
from graph.stores.protocol import Store

DEFAULT_STORE: Final = "sqlite:///data/rootid.db"


def sqlite_path(url: str) -> Path:
    """The file of an embedded store: `sqlite:///relative.db` or `sqlite:////absolute.db`. Raises StoreError for no file."""
    name = url.removeprefix("sqlite:///")
    if not Path(name).name or "\0" in name:
        raise StoreError("not a store: sqlite:/// needs a file's name")
    return Path(name)


def secret_file(url: str) -> Path:
    """Where the HMAC key of a store lies unless the settings say otherwise: beside a database file, in `data/` for a server."""
    if url.startswith("sqlite:///"):
        path = sqlite_path(url)
        return path.with_name(path.name + ".key")
    return Path("data/rootid.key")


def is_server(url: str) -> bool:
    """Whether a store is on a Neo4j server."""
    return url.partition("://")[0] in {"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"}


async def open_store(url: str) -> Store:
    """Open a store. Raises StoreError with one clear message where that can't be done."""
    if url.startswith("sqlite:///"):
        from graph.stores.sqlite import SqliteStore  # noqa: PLC0415 - each engine is loaded only where it is used

        path = sqlite_path(url)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the folder of {path} can't be made: {error.strerror}") from None
        return SqliteStore(path)
    if is_server(url):
        from graph.stores.neo4j import Neo4jStore  # noqa: PLC0415 - likewise

        return await Neo4jStore.open(url)
    raise StoreError(f"not a store: '{url.rsplit('@', maxsplit=1)[-1]}'; use sqlite:///FILE or neo4j://HOST:PORT")


__all__ = ["DEFAULT_STORE", "Store", "is_server", "open_store", "secret_file", "sqlite_path"]
