"""How much a worker has to do. Must not decide what becomes of a request."""

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

WATCH_SECONDS: Final = 0.05
LATEST: Final = 1.0
"""Seconds that a worker may be late with what is due before one more request would only wait."""

MOST_WAITS: Final = 1_000
"""Requests of a worker that may wait for something to happen."""


class Load:
    """How much a worker has to do."""

    def __init__(self, most: int, deadline: float) -> None:
        self.most = most
        self.deadline = deadline
        self.in_flight = self.waits = 0
        self.lag = 0.0

    @property
    def too_much(self) -> bool:
        """Whether one more request would only wait."""
        return self.in_flight >= self.most or self.waits >= MOST_WAITS or self.lag > LATEST

    @contextmanager
    def waiting(self) -> Generator[None]:
        """Within, a request only waits for something to happen, so that it takes nobody's place."""
        self.in_flight -= 1
        self.waits += 1
        try:
            yield
        finally:
            self.waits -= 1
            self.in_flight += 1

    async def watch(self) -> None:
        """Measure, until cancelled, how late the loop is: many small requests are a queue that nobody can see otherwise."""
        while True:
            due = time.monotonic() + WATCH_SECONDS
            await asyncio.sleep(WATCH_SECONDS)
            self.lag = max(0.0, time.monotonic() - due)
