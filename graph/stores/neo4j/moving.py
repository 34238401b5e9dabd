"""Dumps every row: a kind is one statement, in cypher/move/. Holds no rule."""

from collections.abc import AsyncIterator
from typing import Any

from graph.stores.neo4j.reading import Neo4jReading


class Neo4jDumping(Neo4jReading):
    """Reads everything."""

    async def dump(self, kind: str) -> AsyncIterator[dict[str, Any]]:
        async for row in self._tx.rows(f"move/dump_{kind}"):
            yield row["row"]
