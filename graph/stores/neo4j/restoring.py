"""Puts back what was dumped: a kind is one statement, in cypher/move/. Holds no rule."""

from collections.abc import Sequence
from typing import Any

from graph.stores.neo4j.erasing import Neo4jErasing


class Neo4jRestoring(Neo4jErasing):
    """Puts back what was dumped."""

    _restored = False

    async def restore(self, kind: str, rows: Sequence[dict[str, Any]]) -> None:
        self._restored = True
        await self._tx.send(f"move/restore_{kind}", rows=list(rows))
