"""GDS on the real server agrees with networkx on small random graphs, by our conventions, and leaves nothing behind."""

from collections.abc import Iterator

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from algorithms.gds import Gds, by_first_occurrence
from deploy.neo4j.connection import Connection
from graph.errors import StoreError

pytestmark = pytest.mark.neo4j

# The server is one for all examples, and each costs it a few milliseconds to tens of them.
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def links(draw: st.DrawFn) -> tuple[int, np.ndarray, np.ndarray]:
    """A graph of 1 to 12 nodes, with isolated nodes, repeated links and links to oneself."""
    nodes = draw(st.integers(1, 12))
    node = st.integers(0, nodes - 1)
    pairs = draw(st.lists(st.tuples(node, node), max_size=30))
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return nodes, ends[:, 0].copy(), ends[:, 1].copy()


@pytest.fixture(scope="module")
def gds(server: Connection) -> Iterator[Gds]:
    with Gds(server.url, server.user, server.password()) as opened:
        yield opened


@few
@given(links())
def test_components_are_the_same_partition(gds: Gds, graph: tuple[int, np.ndarray, np.ndarray]):
    nodes, ends, other_ends = graph
    labels = gds.components(nodes, ends, other_ends)
    expected = list(nx.connected_components(_simple(nx.Graph(), *graph)))
    assert {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels)} == {frozenset(c) for c in expected}


@few
@given(links())
def test_component_labels_count_up_by_first_occurrence(gds: Gds, graph: tuple[int, np.ndarray, np.ndarray]):
    labels = gds.components(*graph)
    assert labels.dtype == np.int64
    assert list(dict.fromkeys(labels.tolist())) == list(range(len(set(labels.tolist()))))


@few
@given(links(), st.sampled_from([0.5, 0.85]))
def test_pagerank_walks_from_referee_to_referrer_and_sums_to_one(
    gds: Gds, graph: tuple[int, np.ndarray, np.ndarray], damping: float
):
    nodes, referrers, referees = graph
    weights = 1.0 + np.arange(len(referrers)) % 3
    scores = gds.pagerank(nodes, referrers, referees, weights, damping=damping)
    walk = nx.DiGraph()
    walk.add_nodes_from(range(nodes))
    for referrer, referee, weight in zip(referrers.tolist(), referees.tolist(), weights.tolist(), strict=True):
        before = walk.get_edge_data(referee, referrer, {"weight": 0.0})["weight"]
        walk.add_edge(referee, referrer, weight=before + weight)
    expected = nx.pagerank(walk, alpha=damping, tol=1e-14, max_iter=2000)
    assert scores == pytest.approx([expected[node] for node in range(nodes)], abs=1e-9)
    assert scores.sum() == pytest.approx(1.0)


def test_who_brought_many_ranks_above_whom_they_brought(gds: Gds):
    scores = gds.pagerank(4, np.array([0, 0, 1]), np.array([1, 2, 3]))
    assert np.argsort(-scores).tolist()[:2] == [0, 1]


@few
@given(links(), st.booleans())
def test_betweenness_counts_shares_of_shortest_paths(gds: Gds, graph: tuple[int, np.ndarray, np.ndarray], directed: bool):
    nodes = graph[0]
    expected = nx.betweenness_centrality(_simple(nx.DiGraph() if directed else nx.Graph(), *graph), normalized=False)
    scores = gds.betweenness(*graph, directed=directed)
    assert scores == pytest.approx([expected[node] for node in range(nodes)], abs=1e-9)


def test_a_graph_without_links_has_as_many_parts_as_nodes(gds: Gds):
    nothing = np.empty(0, dtype=np.int64)
    assert gds.components(3, nothing, nothing).tolist() == [0, 1, 2]
    assert gds.pagerank(2, nothing, nothing).tolist() == [0.5, 0.5]
    assert gds.betweenness(2, nothing, nothing).tolist() == [0.0, 0.0]


def test_a_graph_without_nodes_has_no_scores(gds: Gds):
    nothing = np.empty(0, dtype=np.int64)
    assert gds.components(0, nothing, nothing).size == 0
    assert gds.pagerank(0, nothing, nothing).size == 0
    assert gds.betweenness(0, nothing, nothing).size == 0


def test_a_link_to_no_node_is_refused_before_the_server_sees_it(gds: Gds):
    with pytest.raises(ValueError, match="nodes are 0 to 1"):
        gds.components(2, np.array([0]), np.array([2]))


def test_nothing_stays_in_the_servers_memory_even_after_a_failure(gds: Gds):
    gds.components(2, np.array([0]), np.array([1]))
    with pytest.raises(Exception, match="dampingFactor"):
        gds.pagerank(2, np.array([0]), np.array([1]), damping=2.0)
    assert gds.graphs() == []


def test_a_server_that_is_not_there_is_told_in_one_sentence():
    with pytest.raises(StoreError, match=r"can't be reached at bolt://127\.0\.0\.1:1"):
        Gds("bolt://127.0.0.1:1", "neo4j", "irrelevant")


def test_a_refused_password_is_told(server: Connection):
    with pytest.raises(StoreError, match="unauthorized"):
        Gds(server.url, server.user, "not-the-password")


def test_a_server_without_gds_is_told(server: Connection, monkeypatch: pytest.MonkeyPatch):
    def unknown(*_: object, **__: object) -> None:
        raise RuntimeError("Unknown function 'gds.version'")

    monkeypatch.setattr("graphdatascience.query_runner.neo4j_query_runner.Neo4jQueryRunner.call_function", unknown)
    with pytest.raises(StoreError, match="has no Graph Data Science: install the plugin"):
        Gds(server.url, server.user, server.password())


def test_labels_by_first_occurrence_keep_the_partition():
    assert by_first_occurrence(np.array([7, 3, 7, 9, 3])).tolist() == [0, 1, 0, 2, 1]


def _simple(empty: nx.Graph, nodes: int, ends: np.ndarray, other_ends: np.ndarray) -> nx.Graph:
    empty.add_nodes_from(range(nodes))
    empty.add_edges_from((a, b) for a, b in zip(ends.tolist(), other_ends.tolist(), strict=True) if a != b)
    return empty
