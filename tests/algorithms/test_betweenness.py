"""Betweenness and what shortest paths tell by the way, against networkx."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given

from algorithms import csr
from algorithms.betweenness import directed, forest, shortest_paths
from algorithms.depth import depth
from algorithms.forest import Forest
from tests.algorithms.graphs import Graph, digraph, golden, links, of_parents, parents


@given(links())
def test_it_is_networkx_directed_and_not_normalised(graph: Graph) -> None:
    expected = nx.betweenness_centrality(digraph(graph), normalized=False)
    assert directed(*graph) == pytest.approx([expected[node] for node in range(graph[0])], abs=1e-9)


@given(links())
def test_reach_and_second_are_counted_in_persons_and_never_oneself(graph: Graph) -> None:
    found = shortest_paths(csr.from_edges(*graph))
    for person in range(graph[0]):
        steps = nx.single_source_shortest_path_length(digraph(graph), person)
        assert found.reach[person] == len(steps) - 1
        assert found.second[person] == sum(step == 2 for step in steps.values())


@given(links())
def test_depth_counts_from_those_whom_nobody_outside_their_ring_brought(graph: Graph) -> None:
    shape = digraph(graph)
    rings = nx.condensation(shape)
    tops = {member for ring, into in rings.in_degree() if not into for member in rings.nodes[ring]["members"]}
    expected = nx.multi_source_dijkstra_path_length(shape, tops) if tops else {}
    assert dict(enumerate(depth(csr.from_edges(*graph)).tolist())) == expected


@given(parents())
def test_on_a_forest_the_closed_form_is_what_brandes_finds(parent: np.ndarray) -> None:
    graph = csr.from_edges(*of_parents(parent))
    found = shortest_paths(graph)
    assert forest(parent).tolist() == found.betweenness.tolist()
    assert Forest(parent).reach.tolist() == found.reach.tolist()
    assert Forest(parent).second.tolist() == found.second.tolist()
    assert Forest(parent).depth.tolist() == depth(graph).tolist()


@given(parents())
def test_a_virtual_root_is_one_node_more_above_all_roots(parent: np.ndarray) -> None:
    campaign = len(parent)
    whole = np.append(np.where(parent < 0, campaign, parent), -1).astype(np.int32)
    assert forest(parent, virtual_root=True).tolist() == forest(whole)[:campaign].tolist()


def test_the_golden_forest() -> None:
    assert directed(*golden()).tolist() == [0, 3, 0, 0, 0, 0, 0, 0, 0]


def test_roots_who_brought_others_score_below_a_campaign() -> None:
    assert forest(np.array([-1, 0, 1, -1], np.int32), virtual_root=True).tolist() == [2, 2, 0, 0]


def test_progress_is_told_to_the_end() -> None:
    shares: list[float] = []
    ring = np.arange(50, dtype=np.int32)
    found = directed(50, ring, np.roll(ring, -1), told=shares.append)
    assert found == pytest.approx(np.full(50, 49 * 48 / 2))
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_more_paths_than_a_number_holds_are_told() -> None:
    layers = np.arange(2 * 1_100, dtype=np.int32).reshape(-1, 2)
    pairs = [(one, other) for above, below in pairwise(layers) for one in above for other in below]
    ends = np.array(pairs, np.int32)
    with pytest.raises(ArithmeticError, match="more shortest paths"):
        directed(layers.size, ends[:, 0], ends[:, 1])
