"""Counts who read or wrote what, and hands the counts to the audit log every few seconds. Never holds what it was about."""

import logging
from collections import Counter
from collections.abc import Mapping
from typing import Final

from api.callers import Entry
from graph.audit import Act
from graph.errors import StoreError
from graph.service import Service

LOG: Final = logging.getLogger("rootid.api")
FLUSH_SECONDS: Final = 5.0
"""What a worker that is killed may have counted and not yet told."""


class Tally:
    """What was asked since it was last told, by caller and call."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], Counter[str]] = {}

    def add(self, entry: Entry, call: str, status: int) -> None:
        """Count an admitted request."""
        counts = self._counts.setdefault((entry.caller.actor, call), Counter())
        counts["requests"] += 1
        counts["items"] += entry.visit.items
        counts["refused"] += status >= 400
        for purpose in entry.visit.purposes:
            counts[f"purpose {purpose}"] += 1

    async def flush(self, service: Service) -> bool:
        """Put the counts into the audit log; answers whether that worked. Where it didn't, they are told the next time."""
        if not self._counts:
            return True
        taken, self._counts = self._counts, {}
        acts = [Act(actor, f"access {call}", _plain(counts)) for (actor, call), counts in sorted(taken.items())]
        try:
            await service.note_accesses(acts)
        except StoreError as error:
            LOG.error("accesses could not be logged and are kept: %s", error.code)
            for place, counts in taken.items():
                self._counts.setdefault(place, Counter()).update(counts)
            return False
        return True


def _plain(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in sorted(counts.items()) if count}
