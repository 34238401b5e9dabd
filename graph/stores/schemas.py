"""The schema of a store on a server: apply it, verify it. An embedded store makes its own."""

from dataclasses import dataclass

from graph.errors import StoreError
from graph.stores import is_server


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


async def apply(url: str) -> tuple[str, ...]:
    """Make what is missing; answers what was made. Raises StoreError. Safe to run twice."""
    from graph.stores.neo4j import schema  # noqa: PLC0415 - each engine is loaded only where it is used
    from graph.stores.neo4j.connection import Server  # noqa: PLC0415 - likewise

    server = Server(_of_a_server(url))
    try:
        return tuple(await schema.apply(server))
    finally:
        await server.close()


async def verify(url: str) -> SchemaState:
    """Look at what is there. Raises StoreError."""
    from graph.stores.neo4j import schema  # noqa: PLC0415 - likewise
    from graph.stores.neo4j.connection import Server  # noqa: PLC0415 - likewise

    server = Server(_of_a_server(url))
    try:
        version = await schema.version_of(server)
        return SchemaState(version, schema.SCHEMA_VERSION, tuple(await schema.missing(server)))
    finally:
        await server.close()


def _of_a_server(url: str) -> str:
    if not is_server(url):
        raise StoreError("a store in a file makes its schema itself; this command is for a store on a Neo4j server")
    return url
