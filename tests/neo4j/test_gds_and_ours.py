"""GDS on the real server and our own measures answer the same, once GDS's PageRank sums to 1."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from algorithms.betweenness import directed
from algorithms.components import weak
from algorithms.gds import Gds, by_first_occurrence
from algorithms.pagerank import pagerank
from deploy.neo4j.connection import Connection
from tests.algorithms.graphs import Graph, golden, links, of_parents, parents

pytestmark = pytest.mark.neo4j

few = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def gds(server: Connection) -> Iterator[Gds]:
    with Gds(server.url, server.user, server.password()) as opened:
        yield opened


def same(gds: Gds, graph: Graph) -> None:
    nodes, referrer, referee = graph
    wide = referrer.astype(np.int64), referee.astype(np.int64)
    once = np.unique(np.stack(wide)[:, wide[0] != wide[1]], axis=1)  # GDS counts a repeated link twice, and one to oneself
    assert by_first_occurrence(weak(*graph)).tolist() == gds.components(nodes, *wide).tolist()
    assert pagerank(*graph) == pytest.approx(gds.pagerank(nodes, once[0], once[1]), rel=1e-6)
    assert directed(*graph) == pytest.approx(gds.betweenness(nodes, *wide), abs=1e-6)


@few
@given(links())
def test_on_any_graph(gds: Gds, graph: Graph) -> None:
    same(gds, graph)


@few
@given(parents())
def test_on_a_forest(gds: Gds, parent: np.ndarray) -> None:
    same(gds, of_parents(parent))


def test_on_the_golden_forest(gds: Gds) -> None:
    same(gds, golden())
