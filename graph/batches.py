"""Batch after batch: each is resolved while a server still writes the one before. Holds no rule of resolution."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType

from graph.answers import TableReceipt
from graph.aside import aside
from graph.errors import PolicyChangedError, StoreInterruptedError
from graph.in_force import InForce
from graph.stores import Store
from graph.stores.protocol import Flight
from graph.tables import Batch


@dataclass(slots=True)
class _Step:
    """A batch on its way."""

    flight: Flight | None = None
    boarded: asyncio.Event = field(default_factory=asyncio.Event)

    def board(self, flight: Flight | None) -> None:
        """The write of the batch has begun (None: in a store where nothing can follow it before its end)."""
        self.flight = flight
        self.boarded.set()

    async def known(self) -> None:
        """Wait until another batch may follow; forever where none may before the end."""
        await self.boarded.wait()
        if self.flight is None or not await self.flight.known():
            await asyncio.Event().wait()


class Batches:
    """Records batches in the order in which they are started, each in one transaction.

    What a batch does is found out while the one before is being written, if the store is a server. Where that turns out to be in
    vain, as somebody else wrote in between, it is found out again after that.
    """

    def __init__(self, store: Store, in_force: InForce, clock: Callable[[], int]) -> None:
        self._store, self._in_force, self._clock = store, in_force, clock
        self._under_way: list[tuple[_Step, asyncio.Task[TableReceipt]]] = []

    async def __aenter__(self) -> "Batches":
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Wait for what is under way; after an error, give up what isn't being committed yet."""
        tasks = [task for _, task in self._under_way]
        for task in tasks if error is not None else ():
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def start(self, batch: Batch) -> Awaitable[TableReceipt]:
        """Begin with a batch; returns when the next one may be started. Its receipt comes with the commit.

        The receipt raises what recording raises, also for a batch that was started after one that failed.
        """
        before = self._under_way[-1] if self._under_way else None
        step = _Step()
        task = asyncio.create_task(self._record(batch, step, before))
        self._under_way = [*self._under_way[-1:], (step, task)]
        known = asyncio.create_task(step.known())
        try:
            await asyncio.wait([task, known], return_when=asyncio.FIRST_COMPLETED)
            if before is not None:
                await asyncio.wait([before[1]])
        finally:
            known.cancel()
        return task

    async def _record(self, batch: Batch, step: _Step, before: tuple[_Step, asyncio.Task[TableReceipt]] | None) -> TableReceipt:
        if before is not None:
            ahead, earlier = before
            if ahead.flight is not None and not earlier.done():
                try:
                    return await self._in_force.recorder.batch_after(ahead.flight, batch, self._clock(), step.board)
                except (StoreInterruptedError, PolicyChangedError):
                    pass  # it is told again below, if it is still so
            await earlier
        return await self._in_force.recorded(
            lambda: aside(self._store, self._in_force.recorder.batch(batch, self._clock(), step.board))
        )
