"""The API keys as a worker knows them, never older than half a second. Must not decide who may what."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from graph.access import ApiKey
from graph.errors import StoreError
from graph.keybook import KeyBook

FRESH_SECONDS: Final = 0.5
"""How long a worker may not know of a key that was made or revoked: well below the second that is promised."""


class KnownKeys:
    """Every key of the store by its id, never older than FRESH_SECONDS when a request is looked at."""

    def __init__(self, keybook: KeyBook, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._keybook = keybook
        self._monotonic = monotonic
        self._by_id: dict[str, ApiKey] = {}
        self._stale_at = float("-inf")
        self._turn = asyncio.Lock()
        self.failure: StoreError | None = None
        """Why nobody can be known now."""

    @property
    def any(self) -> bool:
        """Whether a key was ever made: from then on everybody needs one."""
        return bool(self._by_id)

    def get(self, identity: str) -> ApiKey | None:
        """The key of an id, live or not."""
        return self._by_id.get(identity)

    def now(self) -> int:
        """The time by which keys expire."""
        return self._keybook.now()

    async def refresh(self) -> None:
        """Read them anew where they may be stale; where that fails, `failure` says so until it succeeds."""
        if self._monotonic() < self._stale_at:
            return
        async with self._turn:
            if self._monotonic() < self._stale_at:
                return
            asked = self._monotonic()
            try:
                self._by_id = {key.id: key for key in await self._keybook.all()}
                self.failure = None
            except StoreError as error:
                self.failure = error
            self._stale_at = asked + FRESH_SECONDS
