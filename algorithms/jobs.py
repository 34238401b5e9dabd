"""Scoring as a job: read a network, score it, keep the outcome. The last good one answers until the new one is whole."""

import asyncio
from collections.abc import Callable
from typing import Final

import orjson

from algorithms import traces
from algorithms.scoring import Scored, Told, score_network
from graph.errors import StoppedError
from graph.network import Network
from graph.service import Service
from graph.stores.scored import StoredScoring

ROWS: Final = 20_000
"""Rows in one transaction, so that others write in between."""


async def score(
    service: Service, purpose: str | None = None, told: Told | None = None, stopped: Callable[[], bool] | None = None
) -> StoredScoring:
    """Score the network of a purpose and put the outcome in the place of the last one.

    `told` hears the step and the share of the work that is done; where `stopped` says so, the work ends before the next step with
    StoppedError. Then, and where the process dies, the last outcome stays, and the next job clears away what this one left.
    """

    def step(name: str, share: float) -> None:
        if stopped is not None and stopped():
            raise StoppedError("the scoring was stopped; the last good one stays in place")
        if told is not None:
            told(name, share)

    step("reading", 0.0)
    network = await service.fission.network(purpose)
    before = await _last(service, network.purpose)
    found = await asyncio.to_thread(score_network, network, lambda name, share: step(name, 0.2 + 0.6 * share), before)
    return await _keep(service, network, found, step)


async def _last(service: Service, purpose: str) -> traces.Trace | None:
    """What the last scoring left to compare with."""
    async with service.store.reading() as reading:
        held = await reading.scoring(purpose)
        text = None if held is None else await reading.trace(held.job)
    if held is None:
        return None
    return traces.read(text, held.as_of, orjson.loads(held.summary)["figures"]["all"][0]["k"])


async def _keep(service: Service, network: Network, found: Scored, step: Told) -> StoredScoring:
    store, links = service.store, found.links
    async with store.writing() as tx:
        job = await tx.begin_scoring(network.purpose, network.as_of)
    total = max(1, len(found.persons) + len(links))
    for start in range(0, len(found.persons), ROWS):
        step("writing", 0.8 + 0.2 * start / total)
        some = slice(start, start + ROWS)
        async with store.writing() as tx:
            await tx.keep_scores(job, network.persons[found.persons[some]], found.figures[some])
    for start in range(0, len(links), ROWS):
        step("writing", 0.8 + 0.2 * (len(found.persons) + start) / total)
        async with store.writing() as tx:
            await tx.keep_links(job, links[start : start + ROWS])
    summary = orjson.dumps(found.summary, option=orjson.OPT_SERIALIZE_NUMPY).decode()
    step("writing", 1.0)
    async with store.writing() as tx:
        if not await tx.finish_scoring(job, network.as_of, network.cursor, summary, found.trace):
            raise StoppedError("another scoring of the same purpose was begun meanwhile; that one will count")
    return StoredScoring(job, network.purpose, network.as_of, network.as_of, network.cursor, summary)
