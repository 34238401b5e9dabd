"""The rows that `rootid rank` writes."""

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given

from algorithms.edges import EdgeTable, from_frame
from algorithms.ranking import first_inviter_ranking, raw_ranking
from tests.algorithms.graphs import Graph, digraph, golden, links

COLUMNS = ["person", "pagerank", "betweenness", "component", "direct", "second", "reach", "depth"]


TEXT = {"referrer": pl.String, "referee": pl.String}


def table(graph: Graph) -> EdgeTable:
    """The persons who are in some link."""
    _, referrer, referee = graph
    return from_frame(pl.DataFrame({"referrer": referrer.astype(str), "referee": referee.astype(str)}, schema_overrides=TEXT))


def test_the_columns_are_these_in_this_order() -> None:
    for ranking in (raw_ranking(table(golden())), first_inviter_ranking(table(golden()))):
        assert ranking.rows.columns == COLUMNS
        assert ranking.rows.schema["person"] == ranking.rows.schema["component"] == pl.String


def test_the_golden_forest_raw() -> None:
    ranking = raw_ranking(table(golden()))
    rows = {row["person"]: row for row in ranking.rows.to_dicts()}
    assert [rows[str(person)]["betweenness"] for person in range(9)] == [0, 3, 0, 0, 0, 0, 0, 0, 0]
    assert [rows[str(person)]["component"] for person in range(9)] == list("000000677")
    assert (ranking.forest, ranking.components, ranking.referrals, ranking.set_apart) == (True, 3, 6, {"self_referral": 1})


def test_the_golden_forest_has_a_campaign_above_its_roots() -> None:
    rows = {row["person"]: row for row in first_inviter_ranking(table(golden())).rows.to_dicts()}
    assert [rows[str(person)]["betweenness"] for person in range(9)] == [5, 6, 0, 0, 0, 0, 0, 1, 0]


def test_the_highest_pagerank_is_first_and_equals_are_in_natural_order() -> None:
    assert raw_ranking(table(golden())).rows["person"].to_list() == ["0", "1", "7", "2", "3", "4", "5", "6", "8"]


def test_raw_sets_apart_loops_and_repeated_links_only() -> None:
    there_and_back = (2, np.array([0, 1, 0, 0], np.int32), np.array([1, 0, 1, 0], np.int32))
    ranking = raw_ranking(table(there_and_back))
    assert (ranking.referrals, ranking.set_apart, ranking.forest) == (2, {"self_referral": 1, "repeated": 1}, False)
    assert (
        ranking.rows.drop("pagerank", "person").to_dicts()
        == [{"betweenness": 0.0, "component": "0", "direct": 1, "second": 0, "reach": 1, "depth": 0}] * 2
    )


@given(links())
def test_raw_is_networkx_on_the_links_as_they_are(graph: Graph) -> None:
    shape = digraph(graph)
    shape.remove_nodes_from(set(shape) - {*graph[1].tolist(), *graph[2].tolist()})
    rows = raw_ranking(table(graph)).rows
    answers = {
        "pagerank": nx.pagerank(shape.reverse(), tol=1e-14, max_iter=20_000) if len(shape) else {},
        "betweenness": nx.betweenness_centrality(shape, normalized=False),
        "component": {person: min(group) for group in nx.weakly_connected_components(shape) for person in group},
        "direct": dict(shape.out_degree()),
        "reach": {person: len(nx.descendants(shape, person)) for person in shape},
    }
    assert sorted(rows["person"].cast(int).to_list()) == sorted(shape)
    for name, answer in answers.items():
        assert rows[name].cast(float).to_list() == pytest.approx([answer[int(person)] for person in rows["person"]], abs=1e-9)


def test_nobody_is_ranked_where_there_is_nobody() -> None:
    empty = from_frame(pl.DataFrame(schema=TEXT))
    assert raw_ranking(empty).rows.shape == (0, 8)
    assert first_inviter_ranking(empty).rows.shape == (0, 8)
