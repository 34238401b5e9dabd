"""Token buckets: how many of something are let through over time, by whom. Must not know what they are or who they are."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

MOST_BUCKETS: Final = 10_000
"""Those unused for longest are dropped; a dropped one begins full."""


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an attempt to take one: `left` in the bucket, seconds until it is full again, and until one is there."""

    granted: bool
    left: int
    full_in: int
    wait: int


class Buckets:
    """One bucket for each name, all in memory of this process."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, most: int = MOST_BUCKETS) -> None:
        self._monotonic = monotonic
        self._most = most
        self._held: OrderedDict[Hashable, _Bucket] = OrderedDict()

    def take(self, name: Hashable, rate: float, size: float, *, wanted: float = 1.0) -> Taken:
        """Take `wanted` from the bucket of a name, which holds `size` and gains `rate` a second."""
        bucket = self._current(name, rate, size)
        granted = bucket.level >= max(wanted, 1.0)
        if granted:
            bucket.level -= wanted
        wait = 0 if granted else max(1, math.ceil((1.0 - bucket.level) / rate))
        return Taken(granted, int(bucket.level), math.ceil((size - bucket.level) / rate), wait)

    def _current(self, name: Hashable, rate: float, size: float) -> _Bucket:
        now = self._monotonic()
        bucket = self._held.get(name)
        if bucket is None:
            bucket = self._held[name] = _Bucket(size, now)
            if len(self._held) > self._most:
                self._held.popitem(last=False)
        else:
            self._held.move_to_end(name)
            bucket.level = min(size, bucket.level + (now - bucket.at) * rate)
            bucket.at = now
        return bucket
