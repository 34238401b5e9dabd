"""GDS, straight on what the store holds, finds the same parts and scores as ours and networkx do on the facts."""

import asyncio
from collections.abc import Iterator

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from algorithms.betweenness import directed
from algorithms.components import weak
from algorithms.gds import Gds
from algorithms.pagerank import pagerank
from algorithms.usable import Evidence, usable_evidence
from deploy.neo4j.connection import Connection
from graph import instants
from graph.evidence import Usability, case_of, usable_links
from graph.model import Kind
from graph.policy import DEFAULT_POLICY, Policy, load
from graph.service import Service
from tests.graph.stage import SECRET, Stage, stage
from tests.graph.worlds import Step, worlds
from tests.neo4j.brand import live

pytestmark = pytest.mark.neo4j


@pytest.fixture(scope="module")
def gds(server: Connection) -> Iterator[Gds]:
    with Gds(server.url, server.user, server.password()) as opened:
        yield opened


async def evidence_of(service: Service, gds: Gds, purpose: str, as_of: int) -> Evidence:
    return await usable_evidence(service, purpose, await asyncio.to_thread(gds.backings), as_of)


async def raw(service: Service, purpose: str, as_of: int) -> tuple[list[int], list[tuple[int, int]]]:
    """Persons and devices on record, and the usable links between them, by the rules themselves."""
    async with service.store.reading() as reading:
        facts = await reading.facts()
    case = case_of(facts, service.policy, as_of)
    links, _ = usable_links(case, service.policy, Usability(service.policy, case.consents, purpose, as_of), as_of)
    nodes = [n for n, known in case.nodes.items() if service.policy.space(known.namespace).kind is not Kind.ATTRIBUTE]
    return nodes, [pair for pair in links if set(pair) <= set(nodes)]


def partition(handles: np.ndarray, labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(handles[labels == label].tolist()) for label in set(labels.tolist())}


async def same_parts(service: Service, gds: Gds, purpose: str, as_of: int) -> None:
    nodes, links = await raw(service, purpose, as_of)
    handles, labels = gds.raw_parts(await evidence_of(service, gds, purpose, as_of))
    walk = nx.Graph(links)
    walk.add_nodes_from(nodes)
    order = np.array(sorted(nodes), np.int64)
    ends = np.searchsorted(order, np.array(links, np.int64).reshape(-1, 2)).astype(np.int32)
    ours = weak(len(order), ends[:, 0].copy(), ends[:, 1].copy())
    assert partition(handles, labels) == {frozenset(part) for part in nx.connected_components(walk)}
    assert partition(handles, labels) == partition(order, ours)
    assert list(dict.fromkeys(labels.tolist())) == list(range(len(set(labels.tolist()))))


@settings(max_examples=3, deadline=None)
@given(world=worlds())
def test_raw_parts_are_the_same_partition_under_every_purpose(gds: Gds, neo4j_url: str, world: tuple[Policy, list[Step]]):
    policy, steps = world

    async def play() -> None:
        async with stage(policy, neo4j_url) as scene:
            for step in steps:
                await scene.play(step)
            for purpose in policy.purposes:
                await same_parts(scene.service, gds, purpose, scene.now[0])

    asyncio.run(play())


def test_scores_of_referrals_are_those_of_the_network(gds: Gds, neo4j_url: str):
    async def compare() -> None:
        async with stage(load(DEFAULT_POLICY), neo4j_url) as _:
            await live(neo4j_url)
        service = await Service.open(neo4j_url, load(DEFAULT_POLICY), secret=SECRET)
        try:
            for purpose, referrals in (("service", 5), ("marketing", 0)):
                await same_scores(Stage(service), gds, purpose, referrals)
                await same_parts(service, gds, purpose, instants.now())
        finally:
            await service.close()

    asyncio.run(compare())


async def same_scores(scene: Stage, gds: Gds, purpose: str, referrals: int) -> None:
    network = await scene.service.fission.network(purpose)
    rows = network.referrals.counted & (network.referrals.referrer != network.referrals.referee)
    pairs = np.unique(np.stack([network.referrals.referrer[rows], network.referrals.referee[rows]]), axis=1)
    assert pairs.shape[1] == referrals
    places, ends = np.unique(pairs, return_inverse=True)
    referrer, referee = ends.reshape(2, -1).astype(np.int32)
    evidence = await evidence_of(scene.service, gds, purpose, network.as_of)
    leaders, rank = gds.referral_pagerank(evidence)
    assert leaders.tolist() == network.persons[places].tolist()
    assert rank == pytest.approx(pagerank(len(places), referrer, referee), rel=1e-6)
    leaders, between = gds.referral_betweenness(evidence)
    assert leaders.tolist() == network.persons[places].tolist()
    assert between == pytest.approx(directed(len(places), referrer, referee), abs=1e-9)
    assert gds.graphs() == []
