"""Constraints and indexes of a Neo4j store, the version on record, the way from an older one. Holds no statement."""

from pathlib import Path
from typing import Final

import cypher
from graph.errors import StoreMismatchError
from graph.retrying import again_if_interrupted
from graph.stores.neo4j.connection import Server
from graph.stores.steps import Chain

CHAIN: Final = Chain(1)


def statements() -> list[str]:
    """Names of the statements that make constraints and indexes; each makes one of the same name."""
    folder = Path(cypher.__file__).with_name("schema")
    return [f"schema/{file.stem}" for file in sorted(folder.glob("*.cypher"))]


async def version_of(server: Server) -> int | None:
    """The schema version on record; None in an empty database. Raises StoreMismatchError in one that holds something else.

    Asks the server first whether it is new enough for any statement.
    """
    await server.check_version()
    row = await server.ask("read/version")
    if row["strange"]:
        raise StoreMismatchError(f"{server.place} holds a database of something else")
    return row["version"]


async def missing(server: Server) -> list[str]:
    """Constraints and indexes that aren't there, or aren't ready, by name."""
    row = await server.ask("read/indexes")
    return sorted({name.removeprefix("schema/") for name in statements()} - set(row["ready"]))


async def apply(server: Server) -> tuple[list[int], list[str]]:
    """Take a store to the present version, make what is missing, wait until it is ready; answers versions and names.

    A server doesn't change schema and data in one transaction. So the version is noted after the last statement of a step, and
    whoever is stopped before does the step again.
    """
    version = await version_of(server)
    steps = () if version is None else CHAIN.after(server.place, version)
    do = again_if_interrupted(server.do)
    for step in steps:
        for name in step.statements:
            await do(name)
        await _wait(server)
        await do("write/step", before=step.to - 1, version=step.to)
    made = await missing(server)
    for name in made:
        await do(f"schema/{name}")
    await _wait(server)
    if version is None:
        await server.do("write/settle", version=CHAIN.needed)
    return [step.to for step in steps], made


async def is_empty(server: Server) -> bool:
    """Whether there is a schema and nothing is on record."""
    row = await server.ask("read/version")
    return row["version"] is not None and row["empty"]


async def empty(server: Server) -> None:
    """Take out everything that is on record, step by step. For stores that are used once."""
    await server.do("write/empty")
    await server.do("write/settle", version=CHAIN.needed)


async def _wait(server: Server) -> None:
    await server.do("read/await_indexes", seconds=300)
