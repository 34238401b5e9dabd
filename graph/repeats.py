"""Answers that are kept for a day, for callers who name their requests. Names and requests are kept as keyed digests only."""

import hmac
from collections.abc import Callable, Iterable
from typing import Final

from graph import instants
from graph.aside import aside
from graph.errors import IdempotencyKeyError
from graph.keys import Keyring
from graph.stores import Store

KEPT: Final = instants.DAY


class Repeats:
    """The answers that a store keeps."""

    def __init__(self, store: Store, keyring: Keyring, clock: Callable[[], int]) -> None:
        self._store = store
        self._secret = keyring.derived(b"rootid repeats")
        self._clock = clock

    async def find(self, name: Iterable[bytes], request: bytes) -> bytes | None:
        """The answer to a request of this name, if there was one lately. Raises IdempotencyKeyError where it was another."""
        async with self._store.reading() as reading:
            held = await reading.kept_answer(self._digest(name))
        if held is None:
            return None
        if not hmac.compare_digest(held[0], self._digest([request])):
            raise IdempotencyKeyError("the Idempotency-Key named another request before")
        return held[1]

    async def keep(self, name: Iterable[bytes], request: bytes, body: bytes) -> None:
        """Keep the answer to a request."""
        key, digest, now = self._digest(name), self._digest([request]), self._clock()

        async def write() -> None:
            async with self._store.writing() as tx:
                await tx.keep_answer(key, digest, body, now, now - KEPT)

        await aside(self._store, write())

    def _digest(self, parts: Iterable[bytes]) -> bytes:
        lengths = b"".join(len(part).to_bytes(8) + part for part in parts)
        return hmac.digest(self._secret, lengths, "sha256")
