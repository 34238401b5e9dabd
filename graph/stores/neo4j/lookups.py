"""Point lookups: those of one moment go out as one statement. Holds no rule and no statement."""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Any, Final

from graph.errors import StoreBusyError
from graph.keys import KEY_BYTES
from graph.stores.columns import Found
from graph.stores.neo4j.connection import Server
from graph.stores.neo4j.values import uuid_bytes

_MOMENT: Final = 0.001
"""Seconds that a lookup waits for others."""

_MOST: Final = 1_000
"""Keys in one statement."""

_FRESH: Final = 0.02
"""Seconds for which it is taken as known when something changes by itself next."""

_KEY_DIGITS: Final = 2 * KEY_BYTES
_LONGEST: Final = 0.1
_ATTEMPTS: Final = 60

Answers = list[Found | None]


class _Moment:
    """Keys asked for under one purpose in one moment."""

    def __init__(self) -> None:
        self.keys: list[bytes] = []
        self.task: asyncio.Task[Answers] | None = None


class Lookups:
    """Gathers lookups of one process. Several keys at once don't wait for others."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._open: dict[str, _Moment] = {}
        self._due: tuple[int | None, float] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._writes = 0

    async def ask(self, purpose: str, keys: Sequence[bytes]) -> Answers:
        """What is on record of keys, in the same order."""
        if not keys:
            return []
        self._refresh()
        if len(keys) > 1:
            pages = [keys[start : start + _MOST] for start in range(0, len(keys), _MOST)]
            return [found for page in pages for found in await self._answers(purpose, page)]
        moment = self._open.get(purpose)
        if moment is None or moment.task is None or len(moment.keys) >= _MOST:
            self._open[purpose] = moment = _Moment()
            moment.task = asyncio.create_task(self._gathered(purpose, moment))
        at = len(moment.keys)
        moment.keys.append(keys[0])
        return [(await asyncio.shield(moment.task))[at]]

    async def _gathered(self, purpose: str, moment: _Moment) -> Answers:
        await asyncio.sleep(_MOMENT)
        if self._open.get(purpose) is moment:
            del self._open[purpose]
        return await self._answers(purpose, moment.keys)

    async def _answers(self, purpose: str, keys: Sequence[bytes]) -> Answers:
        """Asks, and asks again for what a commit was just moving."""
        answers: Answers = [None] * len(keys)
        wanted = list(range(len(keys)))
        for attempt in range(_ATTEMPTS):
            row = await self._server.ask("read/lookup", purpose=purpose, keys=[keys[at].hex() for at in wanted])
            wanted = _take(row["found"], wanted, answers)
            if not wanted:
                return answers
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


def _take(found: list[list[Any]], wanted: list[int], answers: Answers) -> list[int]:
    """Fill in what was answered; answers what is to be asked again: all, where rows can't be told apart."""
    if len(found) != len(wanted):
        return wanted
    torn: list[int] = []
    for at, row in zip(wanted, found, strict=True):
        if None in row:
            torn.append(at)
        elif row:
            own, root, mask, settled = row
            answers[at] = Found(uuid_bytes(own), None if len(root) == _KEY_DIGITS else uuid_bytes(root), mask, settled)
    return torn
