"""A write whose statements are on their way: what the one that follows it rests on. Holds no rule, and asks nothing."""

import asyncio
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from graph.errors import StoreInterruptedError
from graph.stores.neo4j.connection import Row
from graph.stores.neo4j.writing import Neo4jWriting

OVERTAKEN: Final = "another write came in between; nothing of this one was kept"


class Flight:
    """A write from its beginning to its commit."""

    def __init__(self, write: Neo4jWriting) -> None:
        self.write = write
        self.left: Mapping[str, Any] | None = None
        """How the turn will find the store after it; None while that isn't known, or where nobody may rest on it."""

        self._known = asyncio.Event()
        self._landed: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    @property
    def changed(self) -> AbstractSet[str]:
        """What the write changes."""
        return self.write.kinds

    async def known(self) -> bool:
        """Wait until all that the write does is known; whether another may begin now, before its commit."""
        await self._known.wait()
        return self.left is not None

    async def landed(self) -> None:
        """Wait for the commit. Raises StoreInterruptedError where there won't be one."""
        if not await asyncio.shield(self._landed):
            raise StoreInterruptedError("the write before was given up; nothing of this one was kept")

    def know(self) -> None:
        """All that it does is under way."""
        self.left = self.write.left()
        self._known.set()

    def end(self, *, landed: bool) -> None:
        """It was committed, or given up."""
        if not self._landed.done():
            self._landed.set_result(landed)
        self._known.set()
        self.write.forget_before()

    def meets(self, turn: Row) -> None:
        """Raises StoreInterruptedError where the turn finds the store otherwise than this write left it."""
        if self.left is None or {**turn, "places": sorted(turn["places"])} != self.left:
            raise StoreInterruptedError(OVERTAKEN)
