"""Requests over a few connections, light enough to share two cores with the server. Open loop or closed.

Open loop: each request has a time at which it is to go out, whether earlier ones were answered or not, and its latency counts
from that time; so a server that stalls is charged for all who would have come meanwhile (no coordinated omission).
"""

import asyncio
from array import array
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import cast

import numpy as np

TICK = 0.001
PATIENCE = 30.0
"""Seconds that answers may take after the last request went out."""


@dataclass(frozen=True)
class Traffic:
    """One kind of request: its name, how many a second, and the bytes of the n-th; `good` is in every right answer."""

    name: str
    rate: float
    request: Callable[[int], bytes]
    good: bytes = b""


@dataclass
class Seen:
    """What became of one kind: when each answered request was to go out, how long it took from then; statuses; other faults."""

    due: "array[float]" = field(default_factory=lambda: array("d"))
    took: "array[float]" = field(default_factory=lambda: array("d"))
    statuses: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def errors(self) -> int:
        """Answers that were none, or not 200."""
        return sum(count for status, count in self.statuses.items() if status != 200) + self.faults.total()

    def figures(self) -> dict[str, float]:
        """Counts, and milliseconds."""
        took = np.frombuffer(self.took, np.float64) * 1000
        told = {"answered": len(took), "errors": self.errors}
        if not len(took):
            return told
        return told | {f"p{p}": round(float(np.percentile(took, p)), 2) for p in (50, 95, 99)} | {"max": round(took.max(), 1)}

    def by_minute(self) -> list[float]:
        """p95 of each minute, in milliseconds."""
        due, took = np.frombuffer(self.due, np.float64), np.frombuffer(self.took, np.float64)
        minutes = ((due - due.min(initial=0)) // 60).astype(int) if len(due) else due.astype(int)
        return [round(float(np.percentile(took[minutes == m], 95)) * 1000, 2) for m in np.unique(minutes)]


@dataclass(frozen=True)
class Task:
    """One request, and when it is to go out."""

    traffic: Traffic
    number: int
    due: float


class Line(asyncio.Protocol):
    """A connection that is kept alive and has one request under way."""

    def __init__(self, pool: "Pool") -> None:
        self._pool = pool
        self._held = b""
        self.transport: asyncio.Transport | None = None
        self.task: Task | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._held += data
        head, end, body = self._held.partition(b"\r\n\r\n")
        if not end:
            return
        place = head.lower().find(b"content-length:")
        length = int(head[place + 15 :].partition(b"\r\n")[0]) if place >= 0 else 0
        if len(body) < length:
            return
        self._held = b""
        self._pool.answered(self, int(head[9:12]), body)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._pool.lost(self)


class Pool:
    """Connections to one server, and what was seen over them."""

    def __init__(self, port: int, lines: int) -> None:
        self._port, self._most = port, lines
        self._idle: list[Line] = []
        self._lines: set[Line] = set()
        self._waiting: deque[Task] = deque()
        self._again: Callable[[], None] | None = None
        self._mending: set[asyncio.Task[None]] = set()
        self.seen: dict[str, Seen] = {}
        self.under_way = 0
        self._quiet = asyncio.Event()

    async def connect(self) -> None:
        """Open what is missing."""
        loop = asyncio.get_running_loop()
        while len(self._lines) < self._most:
            try:
                _, line = await loop.create_connection(lambda: Line(self), "127.0.0.1", self._port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            self._lines.add(line)
            self._free(line)

    def offer(self, task: Task) -> None:
        """A request that is to go out now, or as soon as a connection is free."""
        self.under_way += 1
        self._waiting.append(task)
        if self._idle:
            self._free(self._idle.pop())

    def answered(self, line: Line, status: int, body: bytes) -> None:
        """An answer has come."""
        if line.task is not None:
            task, line.task = line.task, None
            seen = self._of(task)
            seen.due.append(task.due)
            seen.took.append(perf_counter() - task.due)
            seen.statuses[status] += 1
            if status == 200 and task.traffic.good not in body:
                seen.faults["wrong answer"] += 1
            self._done()
        self._free(line)

    def lost(self, line: Line) -> None:
        """A connection ended."""
        self._lines.discard(line)
        if line in self._idle:
            self._idle.remove(line)
        if line.task is not None:
            self._of(line.task).faults["connection lost"] += 1
            self._done()
        if self._most:
            task = asyncio.get_running_loop().create_task(self.connect())
            self._mending.add(task)
            task.add_done_callback(self._mending.discard)

    def _done(self) -> None:
        self.under_way -= 1
        if self._again is not None:
            self._again()
        if not self.under_way:
            self._quiet.set()

    def _free(self, line: Line) -> None:
        if not self._waiting or line.transport is None:
            self._idle.append(line)
            return
        line.task = task = self._waiting.popleft()
        self._of(task)
        line.transport.write(task.traffic.request(task.number))

    def _of(self, task: Task) -> Seen:
        return self.seen.setdefault(task.traffic.name, Seen())

    async def offer_steadily(self, traffics: Sequence[Traffic], seconds: float) -> None:
        """Open loop: every kind at its own rate for some time; then wait for what is under way."""
        begin = perf_counter()
        sent = dict.fromkeys(range(len(traffics)), 0)
        while (now := perf_counter() - begin) < seconds:
            for at, traffic in enumerate(traffics):
                while sent[at] < min(now, seconds) * traffic.rate:
                    self.offer(Task(traffic, sent[at], begin + sent[at] / traffic.rate))
                    sent[at] += 1
            await asyncio.sleep(TICK)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._through(), PATIENCE)
        for task in [*self._waiting, *(line.task for line in self._lines if line.task)]:
            self._of(task).faults["no answer"] += 1

    async def ask_in_turn(self, traffic: Traffic, at_once: int, seconds: float) -> None:
        """Closed loop: so many under way at any time."""
        limit, numbers = perf_counter() + seconds, count()

        def again() -> None:
            if perf_counter() < limit:
                self.offer(Task(traffic, next(numbers), perf_counter()))

        self._again = again
        for _ in range(at_once):
            again()
        await self._through()
        self._again = None

    async def _through(self) -> None:
        if self.under_way:
            self._quiet.clear()
            await self._quiet.wait()

    def close(self) -> None:
        """Let go of all connections."""
        self._most = 0
        for line in self._lines:
            if line.transport is not None:
                line.transport.close()


def request(path: str, body: bytes, token: str) -> bytes:
    """The bytes of a POST."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode() + body
