"""Constraints and indexes of a Neo4j store, and the version on record. Safe to apply again. Holds no statement."""

from pathlib import Path
from typing import Final

import cypher
from graph.errors import StoreMismatchError
from graph.stores.neo4j.connection import Server

SCHEMA_VERSION: Final = 1


def statements() -> list[str]:
    """Names of the statements that make constraints and indexes; each makes one of the same name."""
    folder = Path(cypher.__file__).with_name("schema")
    return [f"schema/{file.stem}" for file in sorted(folder.glob("*.cypher"))]


async def version_of(server: Server) -> int | None:
    """The schema version on record; None in an empty database. Raises StoreMismatchError in one that holds something else."""
    row = await server.ask("read/version")
    if row["strange"]:
        raise StoreMismatchError(f"{server.place} holds a database of something else")
    return row["version"]


async def missing(server: Server) -> list[str]:
    """Constraints and indexes that aren't there, or aren't ready, by name."""
    row = await server.ask("read/indexes")
    return sorted({name.removeprefix("schema/") for name in statements()} - set(row["ready"]))


async def apply(server: Server) -> list[str]:
    """Make what is missing and wait until it is ready; answers what was made."""
    await version_of(server)
    made = await missing(server)
    for name in made:
        await server.do(f"schema/{name}")
    await server.do("read/await_indexes", seconds=300)
    await server.do("write/settle", version=SCHEMA_VERSION)
    return made


async def is_empty(server: Server) -> bool:
    """Whether there is a schema and nothing is on record."""
    row = await server.ask("read/version")
    return row["version"] is not None and row["empty"]


async def empty(server: Server) -> None:
    """Take out everything that is on record, step by step. For stores that are used once."""
    await server.do("write/empty")
    await server.do("write/settle", version=SCHEMA_VERSION)
