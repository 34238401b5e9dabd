"""Figures for Prometheus, as this process counts them. Of a request no label holds anything but its route's template."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import (
    MultiProcessCollector,
    mark_process_dead,  # pyright: ignore[reportUnknownVariableType]  # the library leaves it unannotated
)
from prometheus_client.registry import Collector

from graph.answers import Receipt

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Where several workers keep their figures, so that any one of them can tell those of all."""

_SECONDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one app. An observer of its service."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self.requests = Counter("rootid_requests", "Requests answered.", ("method", "route", "status"), registry=registry)
        self.request_seconds = Histogram(
            "rootid_request_seconds", "From the request's head to the answer's end.", ("method", "route"), buckets=_SECONDS,
            registry=registry,
        )  # fmt: skip
        self.in_flight = Gauge(
            "rootid_requests_in_flight", "Requests being served.", registry=registry, multiprocess_mode="livesum"
        )
        self.loop_lag = Gauge(
            "rootid_loop_lag_seconds", "How late a worker gets to what is due.", registry=registry, multiprocess_mode="livemax"
        )
        self.items = Counter("rootid_items", "Lookups, events and records asked about.", ("route",), registry=registry)
        self.store_seconds = Histogram(
            "rootid_store_seconds", "Time in the store.", ("verb",), buckets=_SECONDS, registry=registry
        )
        self.store_failures = Counter("rootid_store_failures", "What the store didn't do.", ("verb",), registry=registry)
        self.events = Counter("rootid_events", "Events taken in.", ("outcome",), registry=registry)
        self.changes = Counter("rootid_changes", "Merges, splits and moves that events caused.", ("kind",), registry=registry)
        self.withdrawal_seconds = Histogram(
            "rootid_withdrawal_seconds", "From a withdrawal's arrival until every answer heeds it.", buckets=_SECONDS,
            registry=registry,
        )  # fmt: skip
        self.accesses_lost = Counter(
            "rootid_access_flush_failures", "Times that accesses could not be logged.", registry=registry
        )
        for kind in ("merges", "splits", "moves"):
            self.changes.labels(kind)
        self._of_answers: dict[tuple[str, str, int], tuple[Counter, Histogram, Counter]] = {}
        self._of_verbs: dict[str, Histogram] = {}

    def answered(self, method: str, route: str, status: int, seconds: float, items: int) -> None:
        """Count an answer."""
        held = self._of_answers.get((method, route, status))
        if held is None:  # looking labels up costs more than counting
            held = (
                self.requests.labels(method, route, str(status)),
                self.request_seconds.labels(method, route),
                self.items.labels(route),
            )
            self._of_answers[method, route, status] = held
        requests, request_seconds, counted = held
        requests.inc()
        request_seconds.observe(seconds)
        if items:
            counted.inc(items)

    def asked(self, verb: str, seconds: float, *, failed: bool) -> None:
        """Count what the store did."""
        held = self._of_verbs.get(verb)
        if held is None:
            held = self._of_verbs[verb] = self.store_seconds.labels(verb)
        held.observe(seconds)
        if failed:
            self.store_failures.labels(verb).inc()

    def recorded(self, receipt: Receipt, seconds: float, *, withdrawing: bool) -> None:
        """Count what was recorded."""
        for outcome in receipt.outcomes:
            self.events.labels(outcome.status).inc()
        for kind, count in (("merges", receipt.merges), ("splits", receipt.splits), ("moves", receipt.moves)):
            self.changes.labels(kind).inc(count)
        if withdrawing:
            self.withdrawal_seconds.observe(seconds)

    def page(self, more: Collector) -> bytes:
        """What Prometheus reads: the figures of every worker, and those of `more`."""
        registry = self.registry
        if folder := os.environ.get(SHARED):
            _forget_the_dead(Path(folder))
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library leaves it unannotated
        extra = CollectorRegistry()
        extra.register(more)
        return generate_latest(registry) + generate_latest(extra)


def _forget_the_dead(folder: Path) -> None:
    """Leave away how things stand at workers that are no more; what they counted stays."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            with suppress(FileNotFoundError):  # another worker does the same
                mark_process_dead(pid)  # type: ignore[no-untyped-call]  # the library leaves it unannotated
        except PermissionError:
            continue
