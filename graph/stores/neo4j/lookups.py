"""Point lookups: those of one moment go out as one statement. Holds no rule and no statement."""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Final

from graph.errors import StoreBusyError
from graph.stores.columns import Found
from graph.stores.neo4j.connection import Row, Server
from graph.stores.neo4j.values import uuid_bytes

_MOMENT: Final = 0.001
"""Seconds that a lookup waits for others."""

_MOST: Final = 1_000
"""Keys in one statement."""

_FRESH: Final = 0.02
"""Seconds for which it is taken as known when something changes by itself next."""

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

    async def ask(self, purpose: str, keys: Sequence[bytes]) -> Answers:
        """What is on record of keys, in the same order."""
        if not keys:
            return []
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
            self._due = row["due"], monotonic()
            wanted = _take(row, wanted, answers)
            if not wanted:
                return answers
            await asyncio.sleep(min(_LONGEST, 0.001 * 2**attempt))
        raise StoreBusyError(f"{self._server.place}: what was asked for kept being moved")

    async def due_by(self, now: int) -> bool:
        """Whether something has changed by itself by now, as known to the last answer if that is fresh."""
        if self._due is None or monotonic() - self._due[1] > _FRESH:
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._ask_due())
            await asyncio.shield(self._asking)
        due = self._due[0] if self._due else None
        return due is not None and due <= now

    async def _ask_due(self) -> None:
        due = (await self._server.ask("read/due"))["due"]
        self._due = due, monotonic()

    def forget_due(self) -> None:
        """This process has written: what was known may be old."""
        self._due = None


def _take(row: Row, wanted: list[int], answers: Answers) -> list[int]:
    """Fill in what was answered; answers what is to be asked again."""
    torn: list[int] = []
    found: list[tuple[int, str, str, str, str, str, int, bool]] = row["found"]
    for position, own, root, namespace, scope, mask, settled, again in found:
        at = wanted[position]
        if again:
            torn.append(at)
        else:
            answers[at] = Found(uuid_bytes(own), uuid_bytes(root) if root else None, namespace, scope, mask, settled)
    return sorted({at for at in torn if answers[at] is None})
