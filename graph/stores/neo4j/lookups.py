"""Point lookups: sent at once while few are under way, else with those that came meanwhile. Holds no rule and no statement."""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Any, Final

from graph.errors import StoreBusyError
from graph.keys import KEY_BYTES
from graph.stores.columns import Found, Looked
from graph.stores.neo4j.connection import Server
from graph.stores.standing import Standing

_MOST: Final = 500
"""Keys in one statement."""

_AT_ONCE: Final = 2
"""Statements under way for one purpose. One costs as much as thirty keys do, so that more of them answer fewer keys."""

_MOMENT: Final = 0.001
"""Seconds that a single key waits for others."""

_FRESH: Final = 0.25
"""Seconds for which it is taken as known when something changes by itself next."""

_KEY_DIGITS: Final = 2 * KEY_BYTES
_LONGEST: Final = 0.1
_ATTEMPTS: Final = 60


class _Line:
    """Statements under one purpose: how many are sent or wait for their turn, and the one that takes more keys."""

    def __init__(self) -> None:
        self.turn = asyncio.Semaphore(_AT_ONCE)
        self.under_way = 0
        self.open: tuple[list[bytes], asyncio.Task[Looked]] | None = None


class Lookups:
    """Gathers lookups of one process."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._lines: dict[str, _Line] = {}
        self._due: tuple[int | None, float] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._writes = 0

    async def ask(self, purpose: str, keys: Sequence[bytes]) -> Looked:
        """What is on record of keys, in the same order, and how the store stood after that."""
        if not keys:
            return Looked([], None)
        self._refresh()
        if len(keys) <= _MOST:
            return await self._page(purpose, keys)
        while True:
            pages = [keys[start : start + _MOST] for start in range(0, len(keys), _MOST)]
            looked = await asyncio.gather(*(self._page(purpose, page) for page in pages))
            standings = [one.standing for one in looked if one.standing is not None]
            if len({standing.covers for standing in standings}) < 2:
                return Looked([found for one in looked for found in one.found], standings[0] if standings else None)

    async def _page(self, purpose: str, keys: Sequence[bytes]) -> Looked:
        """The same for keys of one statement: one that hasn't gone out yet, or their own."""
        line = self._lines.get(purpose) or self._lines.setdefault(purpose, _Line())
        if line.open is None or len(line.open[0]) + len(keys) > _MOST:
            asked: list[bytes] = []
            single = len(keys) == 1
            task = asyncio.create_task(self._asked(purpose, line, asked, _MOMENT if single else 0.0))
            if single or line.under_way >= _AT_ONCE:
                line.open = asked, task
            line.under_way += 1
        else:
            asked, task = line.open
        start = len(asked)
        asked += keys
        looked = await asyncio.shield(task)
        return Looked(looked.found[start : start + len(keys)], looked.standing)

    async def _asked(self, purpose: str, line: _Line, keys: list[bytes], moment: float) -> Looked:
        """The answer of one statement, after a moment, in its turn; until then others may add keys."""
        try:
            await asyncio.sleep(moment)
            async with line.turn:
                if line.open is not None and line.open[0] is keys:
                    line.open = None
                return await self._answers(purpose, keys)
        finally:
            line.under_way -= 1

    async def _answers(self, purpose: str, keys: Sequence[bytes]) -> Looked:
        """Asks, and asks again for what a commit was just moving."""
        found: list[Found | None] = [None] * len(keys)
        wanted = list(range(len(keys)))
        for attempt in range(_ATTEMPTS):
            row = await self._server.ask("read/lookup", purpose=purpose, keys=[keys[at].hex() for at in wanted])
            wanted = _take(row["found"], wanted, found)
            if not wanted:
                return Looked(found, Standing.read(row["standing"]) if None in found else None)
            await asyncio.sleep(min(_LONGEST, 0.001 * 2**attempt))
        raise StoreBusyError(f"{self._server.place}: what was asked for kept being moved")

    async def due_by(self, now: int) -> bool:
        """Whether something has changed by itself by now, as known a moment ago."""
        asking = self._refresh()
        while asking is not None:
            await asyncio.shield(asking)
            asking = self._refresh() if self._due is None else None
        due = self._due[0] if self._due else None
        return due is not None and due <= now

    def _refresh(self) -> asyncio.Task[None] | None:
        """The question what is due, under way beside the lookups; None where that is known."""
        if self._due is not None and monotonic() - self._due[1] <= _FRESH:
            return None
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_due())
            # Who only looks up doesn't wait for it: its error isn't told then, nor warned about.
            self._asking.add_done_callback(lambda asked: asked.cancelled() or asked.exception())
        return self._asking

    async def _ask_due(self) -> None:
        writes = self._writes
        due = (await self._server.ask("read/due"))["due"]
        if writes == self._writes:
            self._due = due, monotonic()

    def forget_due(self) -> None:
        """This process has written: what was known may be old."""
        self._due = None
        self._writes += 1


def _take(rows: list[list[Any]], wanted: list[int], found: list[Found | None]) -> list[int]:
    """Fill in what was answered; answers what is to be asked again: all, where rows can't be told apart."""
    if len(rows) != len(wanted):
        return wanted
    torn: list[int] = []
    for at, row in zip(wanted, rows, strict=True):
        if None in row:
            torn.append(at)
        elif row:
            own, root, mask, settled = row
            found[at] = Found(own, None if len(root) == _KEY_DIGITS else root, mask, settled)
    return torn
