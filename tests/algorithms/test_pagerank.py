"""PageRank against networkx and a direct solution, by our conventions: referee to referrer, lost mass spread, sum 1."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.pagerank import pagerank
from tests.algorithms.graphs import Graph, digraph, golden, links, of_parents, parents

damped = st.sampled_from([0.5, 0.85, 0.99])


def solved(graph: Graph, damping: float, restart: np.ndarray) -> np.ndarray:
    """The fixed point itself, by Gaussian elimination."""
    nodes, shape = graph[0], digraph(graph).reverse()
    steps = nx.to_numpy_array(shape, nodelist=range(nodes)).T
    out = steps.sum(axis=0)
    steps = np.where(out > 0, steps / np.where(out > 0, out, 1), restart[:, None])
    return np.linalg.solve(np.eye(nodes) - damping * steps, (1 - damping) * restart)


@given(links(), damped)
def test_it_is_networkx_on_the_links_turned_round(graph: Graph, damping: float) -> None:
    expected = nx.pagerank(digraph(graph).reverse(), alpha=damping, tol=1e-14, max_iter=20_000) if graph[0] else {}
    found = pagerank(*graph, damping=damping)
    assert found == pytest.approx([expected[node] for node in range(graph[0])], rel=1e-9)


@given(links(), damped, st.sampled_from([1e-3, 1e-8, 1e-12]))
def test_the_tolerance_bounds_the_whole_error(graph: Graph, damping: float, tolerance: float) -> None:
    found = pagerank(*graph, damping=damping, tolerance=tolerance)
    if graph[0]:
        exact = solved(graph, damping, np.full(graph[0], 1 / graph[0]))
        assert np.abs(found - exact).sum() <= tolerance + 1e-12
        assert found.sum() == pytest.approx(1, abs=1e-12)


@given(st.data(), links(), damped)
def test_a_personalisation_says_where_walks_restart(data: st.DataObject, graph: Graph, damping: float) -> None:
    nodes = graph[0]
    wanted = np.array(data.draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 3.0]), min_size=nodes, max_size=nodes)), float)
    if wanted.sum():
        found = pagerank(*graph, damping=damping, personalisation=wanted)
        assert found == pytest.approx(solved(graph, damping, wanted / wanted.sum()), abs=1e-11)


@given(parents(), damped)
def test_on_a_forest_the_closed_form_is_where_the_steps_lead(parent: np.ndarray, damping: float) -> None:
    graph = of_parents(parent)
    stepwise = pagerank(*graph, damping=damping, tolerance=0, max_iterations=4_000)
    assert pagerank(*graph, damping=damping) == pytest.approx(stepwise, rel=1e-9)


def test_the_golden_forest() -> None:
    expected = [0.29922, 0.21823, *[0.06147] * 5, 0.11372, 0.06147]
    assert pagerank(*golden()).round(5).tolist() == expected


def test_the_hub_of_a_star_ranks_first() -> None:
    leaves = np.arange(1, 6, dtype=np.int32)
    assert pagerank(6, np.zeros(5, np.int32), leaves).argmax() == 0


def test_a_ring_of_three_is_below_an_honest_hub_of_three_once_its_last_link_is_taken_away() -> None:
    ring, hub = [(0, 1), (1, 2)], [(3, 4), (3, 5), (3, 6)]
    ends = np.array(ring + hub, np.int32)
    found = pagerank(7, ends[:, 0], ends[:, 1])
    assert found[:3].max() < found[3]


def test_loops_and_parallel_links_change_nothing() -> None:
    nodes, referrer, referee = golden()
    found = pagerank(nodes, np.append(referrer, [0, 3]), np.append(referee, [1, 3]))
    assert found.tolist() == pagerank(*golden()).tolist()


def test_nobody_has_no_rank() -> None:
    nobody = np.empty(0, np.int32)
    assert pagerank(0, nobody, nobody).tolist() == []
    assert pagerank(0, nobody, nobody, tolerance=0, max_iterations=3).tolist() == []


def test_too_few_steps_are_told() -> None:
    there, back = np.array([0, 0, 1], np.int32), np.array([1, 2, 0], np.int32)
    with pytest.raises(ArithmeticError, match="after 3 steps"):
        pagerank(3, there, back, max_iterations=3)


@pytest.mark.parametrize("damping", [-0.1, 1.0, float("nan")])
def test_a_damping_outside_its_range_is_refused(damping: float) -> None:
    with pytest.raises(ValueError, match="damping"):
        pagerank(*golden(), damping=damping)


@pytest.mark.parametrize("wanted", [[0.0] * 9, [1.0] * 8, [-1.0, *[1.0] * 8], [float("nan"), *[1.0] * 8], [float("inf")] * 9])
def test_a_personalisation_that_is_none_is_refused(wanted: list[float]) -> None:
    with pytest.raises(ValueError, match="personalisation"):
        pagerank(*golden(), personalisation=np.array(wanted))
