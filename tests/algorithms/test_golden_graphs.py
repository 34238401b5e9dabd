"""Graphs with published or independently computed answers: LDBC Graphalytics, wiki-Vote, Bitcoin-OTC and its forest."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from algorithms import csr
from algorithms.components import weak
from algorithms.edges import from_frame
from algorithms.forest import as_forest
from algorithms.inviters import first_inviters
from algorithms.pagerank import pagerank
from algorithms.ranking import raw_ranking
from intake.edge_lists import read_edges
from tests.algorithms.graphs import Known, known

EXAMPLE = "1 3 5\n2 4 5 10\n3 1 5 8 10\n4\n5 3 4 8\n6 3 4\n7 4\n8 1\n9 4\n10\n"
"""`example-directed-input` of LDBC Graphalytics (github.com/ldbc/ldbc_graphalytics, validation-graphs, Apache License 2.0)."""

EXAMPLE_PR = [
    *(1.477629166666667e-01, 4.753375e-02, 1.550469444444444e-01, 1.597573611111111e-01, 1.4624e-01),
    *(4.753375e-02, 4.753375e-02, 1.135740277777778e-01, 4.753375e-02, 8.748375000000001e-02),
]
"""`example-directed-PR` of the same, after two steps."""


def arcs(text: str) -> tuple[list[str], np.ndarray, np.ndarray]:
    """LDBC's form: a vertex, then the vertices its arcs lead to; a vertex may appear as a target only."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    names = sorted({name for line in lines for name in line}, key=int)
    number = {name: at for at, name in enumerate(names)}
    pairs = [(number[line[0]], number[target]) for line in lines for target in line[1:]]
    ends = np.array(pairs, np.int32).reshape(-1, 2)
    return names, ends[:, 0].copy(), ends[:, 1].copy()


def values(text: str) -> dict[str, float]:
    return {name: float(value) for name, value in (line.split() for line in text.splitlines() if line.strip())}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "answer", "steps"),
    [
        ("pr-dir-input", "pr-dir-output", 14),
        ("pr-undir-input", "pr-undir-output", 26),
        ("example-directed-input", "example-directed-PR", 2),
        ("example-undirected-input", "example-undirected-PR", 2),
    ],
)
def test_ldbc_pagerank_after_its_number_of_steps(shared: Path, name: str, answer: str, steps: int) -> None:
    folder = shared / "data" / "graphs" / "ldbc"
    names, referee, referrer = arcs((folder / name).read_text("utf-8"))
    expected = values((folder / answer).read_text("utf-8"))
    found = pagerank(len(names), referrer, referee, tolerance=0, max_iterations=steps)
    assert dict(zip(names, found.tolist(), strict=True)) == pytest.approx(expected, rel=2e-6)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("wcc-dir-input", "wcc-dir-output"),
        ("wcc-undir-input", "wcc-undir-output"),
        ("example-directed-input", "example-directed-WCC"),
        ("example-undirected-input", "example-undirected-WCC"),
    ],
)
def test_ldbc_components_are_the_same_partition(shared: Path, name: str, answer: str) -> None:
    folder = shared / "data" / "graphs" / "ldbc"
    names, one, other = arcs((folder / name).read_text("utf-8"))
    expected = values((folder / answer).read_text("utf-8"))
    labels = weak(len(names), one, other).tolist()
    assert sorted(expected) == sorted(names)
    pairs = {(label, expected[name]) for name, label in zip(names, labels, strict=True)}
    assert len(pairs) == len(set(labels)) == len(set(expected.values()))


@pytest.fixture(scope="module", params=["wiki-vote", "bitcoin-otc", "bitcoin-otc-first"])
def answered(request: pytest.FixtureRequest, shared: Path) -> tuple[Known, pl.DataFrame]:
    """A graph with its answers, and our rows in the same order."""
    graph = known(shared, request.param)
    rows = raw_ranking(graph.table).rows
    return graph, graph.answers.select(person=pl.col("node").cast(pl.String)).join(rows, on="person", maintain_order="left")


@pytest.mark.shared
def test_raw_figures_are_those_that_igraph_and_networkx_found(answered: tuple[Known, pl.DataFrame]) -> None:
    graph, rows = answered
    assert rows["pagerank"].to_list() == pytest.approx(graph.answers["pagerank"].to_list(), rel=1e-8)
    assert rows["betweenness"].to_list() == pytest.approx(graph.answers["betweenness"].to_list(), rel=1e-9, abs=1e-9)
    assert rows["component"].cast(int).to_list() == graph.answers["component"].to_list()
    for column in {"direct", "second", "reach", "depth"} & set(graph.answers.columns):
        assert rows[column].to_list() == graph.answers[column].to_list()


@pytest.mark.shared
def test_columns_swapped_the_published_pageranks_are_on_top(shared: Path) -> None:
    """The values of SNAP's and networkx's users, where a vote is a walk to the candidate."""
    graph = known(shared, "wiki-vote")
    found = pagerank(graph.table.persons, graph.table.referee, graph.table.referrer)
    top = np.argsort(-found)[:3]
    assert graph.table.names.gather(top).to_list() == ["4037", "15", "6634"]
    assert found[top] == pytest.approx([0.00460717, 0.00367986, 0.00358685], rel=1e-5)


@pytest.mark.shared
def test_the_first_inviters_of_bitcoin_otc_are_its_first_vouchers(shared: Path) -> None:
    folder = shared / "data" / "graphs"
    table = from_frame(read_edges(folder / "bitcoin-otc.referrals.csv.gz"))
    names, found = table.names.to_list(), first_inviters(table)
    expected = read_edges(folder / "bitcoin-otc-first.referrals.csv.gz", ())
    inviters = {names[person]: names[above] for person, above in enumerate(found.parent.tolist()) if above >= 0}
    assert inviters == dict(zip(expected["referee"], expected["referrer"], strict=True))
    assert found.set_apart == {"no_weight": 3_563, "was_there_before": 26_134, "later_inviter": 1_011}


@pytest.mark.shared
def test_the_sizes_of_trees_are_those_of_the_trees(shared: Path) -> None:
    graph = known(shared, "bitcoin-otc-first")
    forest = as_forest(csr.from_edges(*graph.graph))
    assert forest is not None
    trees = pl.read_csv(shared / "data" / "graphs" / "bitcoin-otc-first.trees.csv")
    names = graph.table.names.cast(int).to_list()
    roots = np.flatnonzero(forest.parent < 0)
    sizes = {names[root]: int(forest.tree_size[root]) for root in roots.tolist()}
    assert sizes == dict(zip(trees["root"], trees["size"], strict=True))


def test_the_example_of_ldbc_after_two_steps() -> None:
    names, referee, referrer = arcs(EXAMPLE)
    assert (names, len(referee)) == ([str(vertex) for vertex in range(1, 11)], 17)
    assert pagerank(10, referrer, referee, tolerance=0, max_iterations=2) == pytest.approx(EXAMPLE_PR, rel=1e-12)
    assert weak(10, referrer, referee).tolist() == [0] * 10
