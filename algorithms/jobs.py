"""Scoring as a job: read a network, score it, keep the outcome. The last good one answers until the new one is whole."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import orjson

from algorithms import traces
from algorithms.amending import amended, amended_trace, held_of
from algorithms.csr import Floats, Pointers
from algorithms.scoring import TOLD, Scored, Told, calibration_of, moments, score_network
from graph.errors import StoppedError
from graph.gathering import isin
from graph.network import Network
from graph.service import Service
from graph.stores.scored import LinkColumns, ScoredColumns, StoredScoring
from graph.touched import Part

ROWS: Final = 20_000
"""Rows in one transaction, so that others write in between."""

CLEARED: Final = 50_000
"""Rows of an outcome that counts no more which are removed in one transaction."""

LEAST: Final = 1_000
"""So many people may be scored again by themselves, however small the network is; and in a large one a quarter of all,"""

MOST: Final = 50_000
"""but never more than that: what is written for them is one transaction."""


@dataclass(frozen=True, slots=True)
class Last:
    """The scoring that counts, its summary, and what it left."""

    scoring: StoredScoring
    summary: dict[str, Any]
    trace: traces.Trace

    @property
    def compared(self) -> traces.Last:
        """What the next one is compared with."""
        return traces.Last(self.scoring.as_of, self.summary["figures"]["all"][0]["k"], self.trace)

    def same_day(self, as_of: int) -> bool:
        """Whether a scoring of that time is of the same moments."""
        return moments(as_of) == moments(self.scoring.as_of)


@dataclass(frozen=True, slots=True)
class Amendment:
    """What changes in a scoring that was made again in part: figures and links that go, and that come; and what it tells then."""

    gone: Pointers
    persons: Pointers
    figures: Floats
    unlinked: Pointers
    links: LinkColumns
    after: StoredScoring
    trace: str


async def score(
    service: Service,
    purpose: str | None = None,
    told: Told | None = None,
    stopped: Callable[[], bool] | None = None,
    *,
    whole: bool = False,
) -> StoredScoring:
    """Score the network of a purpose and put the outcome in the place of the last one.

    The first scoring of a day (UTC) is of everybody. After it only those are read and scored again whom something touched that
    was recorded since, with all who hang together with them, and what changed is written in one transaction; unless they are
    too many. `whole` asks for everybody, from nothing. What is found of each person is the same.

    `told` hears the step and the share of the work that is done; where `stopped` says so, the work ends before the next step with
    StoppedError. Then, and where the process dies, the last outcome stays, and the next job clears away what this one left.
    """

    def step(name: str, share: float) -> None:
        if stopped is not None and stopped():
            raise StoppedError("the scoring was stopped; the last good one stays in place")
        if told is not None:
            told(name, share)

    step("reading", 0.0)
    while await service.sweep_due():
        pass
    name = service.asked(purpose, 0)
    last = await _last(service, name)
    found = None if last is None or whole else await _again(service, last, step)
    return found or await _all(service, name, last, step, anew=whole)


async def _last(service: Service, purpose: str) -> Last | None:
    async with service.store.reading() as reading:
        scoring = await reading.scoring(purpose)
        text = None if scoring is None else await reading.trace(scoring.job)
    trace = traces.read(text)
    return None if scoring is None or trace is None else Last(scoring, orjson.loads(scoring.summary), trace)


async def _again(service: Service, last: Last, step: Told) -> StoredScoring | None:
    """Score again whom something touched since; None where everybody has to be scored."""
    if last.trace.policy != service.policy.version or not last.same_day(service.now()):
        return None
    most = min(MOST, max(LEAST, len(last.trace.persons) // 4))
    part = await service.fission.part(last.scoring, last.trace.stamp, most)
    if part is None or not last.same_day(part.network.as_of):
        return None
    found = await asyncio.to_thread(amendment, last, part, lambda name, share: step(name, 0.2 + 0.6 * share))
    if found is None:
        return None
    step("writing", 0.9)
    async with service.store.writing() as tx:
        job = last.scoring.job
        if not await tx.amend_scoring(last.scoring, found.after, found.trace):
            raise StoppedError("another scoring of the same purpose was made meanwhile; that one counts")
        await tx.drop_scores(job, found.gone)
        await tx.keep_scores(job, found.persons, found.figures)
        await tx.drop_links(job, found.unlinked)
        await tx.keep_links(job, found.links)
    return found.after


def amendment(last: Last, part: Part, told: Told) -> Amendment | None:
    """What scoring a part again changes; None where that can't be told from the part."""
    network, scoring = part.network, last.scoring
    held = held_of(last.trace, part)
    if held is None:
        return None
    found = score_network(network, told, calibration=calibration_of(last.summary))
    trace = amended_trace(last.trace, held.trace, found.trace)
    new_orders = int(np.count_nonzero(network.orders.of > last.trace.stamp))
    day, _ = moments(network.as_of)
    summary = amended(last.summary, held, found, trace, new_orders, day)
    if summary is None:
        return None
    k = summary["figures"]["all"][0]["k"]
    since = traces.since(last.compared, k, held.trace, network.referrals.of, found.projection)
    summary |= {"opted_out": part.opted_out, **since, "history": _history(last.summary, network.as_of, since)}
    gone, changed = _changed(part.scores, found)
    unlinked, links = _relinked(part.links, found.links)
    made = max(network.as_of, scoring.made + 1)
    after = StoredScoring(scoring.job, scoring.purpose, made, network.as_of, network.cursor, _text(summary))
    figures = found.figures[changed]
    return Amendment(gone, found.persons[changed], figures, unlinked, links, after, traces.written(trace))


async def _all(service: Service, purpose: str, last: Last | None, step: Told, *, anew: bool) -> StoredScoring:
    """Score everybody."""
    network = await service.fission.network(purpose)
    calibration = calibration_of(last.summary) if last is not None and last.same_day(network.as_of) and not anew else None
    compared = None if last is None else last.compared
    found = await asyncio.to_thread(
        score_network, network, lambda name, share: step(name, 0.2 + 0.6 * share), compared, calibration
    )
    history = _history({} if last is None else last.summary, network.as_of, found.summary)
    return await _keep(service, network, found, {**found.summary, "history": history}, step)


def _history(before: Mapping[str, Any], as_of: int, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The differences on record, the newest first."""
    told = {"as_of": as_of, "difference": found["difference"], "since": found["since"]}
    return [*([told] if told["difference"] else []), *before.get("history", [])][:TOLD]


def _changed(before: ScoredColumns, found: Scored) -> tuple[Pointers, Pointers]:
    """Persons whose figures go, and the rows of `found` that come: those of new ones, and other ones than before."""
    order = np.argsort(before.person)
    known, row = isin(found.persons, before.person[order]), np.zeros(len(found.persons), np.int64)
    row[known] = order[np.searchsorted(before.person[order], found.persons[known])]
    same = np.zeros(len(known), np.bool_)
    old, new = before.figures[row[known]], found.figures[known]
    same[known] = ((old == new) | (np.isnan(old) & np.isnan(new))).all(axis=1)
    return np.setdiff1d(before.person, found.persons[same]), np.flatnonzero(~same)


def _relinked(before: LinkColumns, found: LinkColumns) -> tuple[Pointers, LinkColumns]:
    """Referees whose links go, and the links that come."""
    old, new = before.rows(), found.rows()
    same = set(old) & set(new)
    gone = np.array(sorted(row[1] for row in old if row not in same), np.int64)
    return gone, found.take(np.array([place for place, row in enumerate(new) if row not in same], np.int64))


async def _keep(service: Service, network: Network, found: Scored, summary: Mapping[str, Any], step: Told) -> StoredScoring:
    store, links = service.store, found.links
    await _clear(service)
    async with store.writing() as tx:
        job = await tx.begin_scoring(network.purpose, network.as_of)
    await _clear(service)
    total = max(1, len(found.persons) + len(links))
    for start in range(0, len(found.persons), ROWS):
        step("writing", 0.8 + 0.2 * start / total)
        some = slice(start, start + ROWS)
        async with store.writing() as tx:
            await tx.keep_scores(job, found.persons[some], found.figures[some])
    for start in range(0, len(links), ROWS):
        step("writing", 0.8 + 0.2 * (len(found.persons) + start) / total)
        async with store.writing() as tx:
            await tx.keep_links(job, links[start : start + ROWS])
    text = _text(summary)
    step("writing", 1.0)
    async with store.writing() as tx:
        if not await tx.finish_scoring(job, network.as_of, network.cursor, text, traces.written(found.trace)):
            raise StoppedError("another scoring of the same purpose was begun meanwhile; that one will count")
    await _clear(service)
    return StoredScoring(job, network.purpose, network.as_of, network.as_of, network.cursor, text)


async def _clear(service: Service) -> None:
    """Remove what is left of scorings that count no more, bit by bit."""
    more = True
    while more:
        async with service.store.writing() as tx:
            more = await tx.clear_scorings(CLEARED)


def _text(summary: Mapping[str, Any]) -> str:
    return orjson.dumps(summary, option=orjson.OPT_SERIALIZE_NUMPY).decode()
