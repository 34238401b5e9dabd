"""Figures of what is on record, for Prometheus: parts by size, conflicts, queues. Must not count more often than it is worth."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from graph import census
from graph.census import Backlog, Census
from graph.errors import StoreError
from graph.instants import SECOND
from graph.service import Service

LEAST_AGE: Final = 60.0
"""Seconds that a count is good for at least."""

SHARE: Final = 100
"""A count is good for so many times as long as it took: counting takes a hundredth of the time at most."""

_UP_TO: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)


class Inventory(Collector):
    """The figures as they were last counted."""

    def __init__(self, service: Service, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._service = service
        self._monotonic = monotonic
        self._turn = asyncio.Lock()
        self._census: Census | None = None
        self._counted = float("-inf")
        self._took = 0.0
        self._backlog: Backlog | None = None
        self._now = 0

    async def refresh(self) -> None:
        """Look at the queue; count anew where that is due. Where the store fails, `rootid_store_up` is 0, the rest stays old."""
        async with self._turn:
            try:
                self._now = self._service.now()
                self._backlog = await census.backlog(self._service.store, self._now)
                if self._monotonic() - self._counted >= max(LEAST_AGE, SHARE * self._took):
                    start = self._monotonic()
                    self._census = await census.take(self._service.store)
                    self._counted = self._monotonic()
                    self._took = self._counted - start
            except StoreError:
                self._backlog = None

    def collect(self) -> Iterable[Metric]:
        """The figures."""
        yield _one("rootid_store_up", "Whether the store answers.", self._backlog is not None)
        if self._backlog is not None:
            lag = 0 if self._backlog.since is None else max(0, self._now - self._backlog.since) / SECOND
            yield _one("rootid_due", "Links and consents whose time has come, not worked in yet.", self._backlog.waiting)
            yield _one("rootid_sweep_lag_seconds", "For how long the eldest of them has been due.", lag)
        if self._census is None:
            return
        stats = self._census.stats
        yield _one("rootid_census_age_seconds", "Age of the figures below.", self._monotonic() - self._counted)
        yield _one("rootid_census_seconds", "How long counting them took.", self._took)
        yield _one("rootid_sightings", "Sightings on record.", stats.sightings)
        yield _one("rootid_links", "Links on record.", stats.links)
        yield _one("rootid_consents", "Consents on record.", stats.consents)
        yield _one("rootid_referrals", "Referrals on record.", stats.referrals)
        yield _by("rootid_identifiers", "Identifiers on record.", "namespace", stats.identifiers)
        yield _by("rootid_roots", "Roots.", "purpose", stats.roots)
        yield _by("rootid_largest_part", "Identifiers of the largest part.", "purpose", stats.largest)
        yield _by("rootid_mass_values", "Values that belong to nobody.", "purpose", stats.mass)
        yield _by("rootid_shared_devices", "Devices that belong to nobody.", "purpose", stats.shared)
        yield _by("rootid_change_records", "Change records on record.", "kind", stats.changes)
        conflicts = GaugeMetricFamily("rootid_conflicts", "Links that were refused or are past.", labels=("purpose", "reason"))
        for purpose, reasons in stats.refused.items():
            for reason, count in reasons.items():
                conflicts.add_metric((purpose, reason), count)
        yield conflicts
        parts = GaugeMetricFamily("rootid_parts", "Parts of at most so many identifiers.", labels=("purpose", "le"))
        for purpose, sizes in self._census.sizes.items():
            for most in _UP_TO:
                parts.add_metric((purpose, str(most)), sum(count for size, count in sizes.items() if size <= most))
            parts.add_metric((purpose, "+Inf"), sum(sizes.values()))
        yield parts


def _one(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=float(value))


def _by(name: str, text: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=(label,))
    for value, count in values.items():
        family.add_metric((value,), count)
    return family
