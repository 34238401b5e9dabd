"""Figures of a forest against a walk by hand over its links."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given

from algorithms import csr
from algorithms.components import weak
from algorithms.forest import Forest, as_forest
from tests.algorithms.graphs import Graph, digraph, golden, links, of_parents, parents


@given(parents())
def test_the_figures_are_those_of_a_walk_over_the_links(parent: np.ndarray) -> None:
    graph, forest = digraph(of_parents(parent)), Forest(parent)
    for person in range(len(parent)):
        above = nx.ancestors(graph, person)
        below = nx.single_source_shortest_path_length(graph, person)
        assert forest.depth[person] == len(above)
        assert forest.root[person] == next((one for one in above if parent[one] < 0), person)
        assert forest.direct[person] == sum(steps == 1 for steps in below.values())
        assert forest.second[person] == sum(steps == 2 for steps in below.values())
        assert forest.reach[person] == len(below) - 1
        assert forest.tree_size[person] == forest.reach[forest.root[person]] + 1
    assert forest.component.tolist() == weak(*of_parents(parent)).tolist()


@given(parents())
def test_the_order_has_everybody_once_and_parents_first(parent: np.ndarray) -> None:
    order = Forest(parent).order
    place = np.argsort(order)
    assert sorted(order.tolist()) == list(range(len(parent)))
    assert all(place[above] < place[person] for person, above in enumerate(parent.tolist()) if above >= 0)


@given(parents())
def test_children_of_all_are_as_many_as_those_who_have_a_parent(parent: np.ndarray) -> None:
    forest = Forest(parent)
    assert forest.direct.sum() == np.count_nonzero(parent >= 0)
    assert forest.reach.sum() == forest.depth.sum()  # both count pairs of ancestor and descendant


@given(links())
def test_a_graph_is_a_forest_where_nobody_has_two_parents_and_there_is_no_ring(graph: Graph) -> None:
    shape = digraph(graph)
    expected = nx.is_directed_acyclic_graph(shape) and all(degree < 2 for _, degree in shape.in_degree())
    found = as_forest(csr.from_edges(*graph))
    assert (found is not None) == expected
    if found is not None:
        assert {(found.parent[node], node) for node in range(graph[0]) if found.parent[node] >= 0} == set(shape.edges)


def test_the_golden_forest() -> None:
    forest = as_forest(csr.from_edges(*golden()))
    assert forest is not None
    assert forest.direct.tolist() == [2, 3, 0, 0, 0, 0, 0, 1, 0]
    assert forest.second.tolist() == [3, 0, 0, 0, 0, 0, 0, 0, 0]
    assert forest.reach.tolist() == [5, 3, 0, 0, 0, 0, 0, 1, 0]
    assert forest.depth.tolist() == [0, 1, 1, 2, 2, 2, 0, 0, 1]


def test_a_chain_of_a_hundred_thousand_is_no_recursion() -> None:
    chain = np.arange(-1, 99_999, dtype=np.int32)
    forest = Forest(chain)
    assert forest.depth[-1] == forest.reach[0] == 99_999


def test_parents_in_a_ring_are_refused() -> None:
    with pytest.raises(ValueError, match="2 nodes are in a ring"):
        Forest(np.array([1, 0, 0, -1], np.int32))
    with pytest.raises(ValueError, match="in a ring"):
        Forest(np.array([0], np.int32))


def test_parents_that_are_nobody_are_refused() -> None:
    with pytest.raises(ValueError, match="nodes are 0 to 0"):
        Forest(np.array([1], np.int32))
    with pytest.raises(ValueError, match="one dimension"):
        Forest(np.zeros((1, 1), np.int32))
