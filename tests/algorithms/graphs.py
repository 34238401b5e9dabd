"""Small random graphs, the same graph for networkx, and the graphs with known answers beside the project."""

from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import numpy as np
import polars as pl
from hypothesis import strategies as st

from algorithms.csr import Labels
from algorithms.edges import EdgeTable, from_frame
from algorithms.history import History
from bench.gate import dated_history

Graph = tuple[int, Labels, Labels]
"""Persons, referrers, referees."""


@st.composite
def links(draw: st.DrawFn, most: int = 9) -> Graph:
    """Graphs with rings, loops, parallel links and persons without any; also nobody at all."""
    nodes = draw(st.integers(0, most))
    node = st.integers(0, max(0, nodes - 1))
    pairs = draw(st.lists(st.tuples(node, node), max_size=3 * most if nodes else 0))
    ends = np.array(pairs, np.int32).reshape(-1, 2)
    return nodes, ends[:, 0].copy(), ends[:, 1].copy()


@st.composite
def parents(draw: st.DrawFn, most: int = 12) -> Labels:
    """The parents of a forest whose numbers are in no order; -1 for roots."""
    nodes = draw(st.integers(0, most))
    place = draw(st.permutations(range(nodes)))
    parent = np.full(nodes, -1, np.int32)
    for later in range(1, nodes):
        before = draw(st.integers(-1, later - 1))
        parent[place[later]] = place[before] if before >= 0 else -1
    return parent


def of_parents(parent: Labels) -> Graph:
    """The links of a forest."""
    below = np.flatnonzero(parent >= 0).astype(np.int32)
    return len(parent), parent[below], below


def digraph(graph: Graph) -> "nx.DiGraph[int]":
    """Referrer to referee, without loops."""
    nodes, referrer, referee = graph
    made: nx.DiGraph[int] = nx.DiGraph()
    made.add_nodes_from(range(nodes))
    made.add_edges_from((one, other) for one, other in zip(referrer.tolist(), referee.tolist(), strict=True) if one != other)
    return made


def golden() -> Graph:
    """Nine persons in three trees; 6 is only in a loop."""
    pairs = [(0, 1), (0, 2), (1, 3), (1, 4), (1, 5), (7, 8), (6, 6)]
    ends = np.array(pairs, np.int32)
    return 9, ends[:, 0].copy(), ends[:, 1].copy()


@dataclass(frozen=True, slots=True)
class Known:
    """A graph from ../shared with its answers, in the order of the persons' numbers."""

    table: EdgeTable
    answers: pl.DataFrame

    @property
    def graph(self) -> Graph:
        return self.table.persons, self.table.referrer, self.table.referee


def known(shared: Path, name: str) -> Known:
    """One of wiki-vote, bitcoin-otc, bitcoin-otc-first (their README tells whence and by whom)."""
    folder = shared / "data" / "graphs"
    edges = pl.read_csv(folder / f"{name}.referrals.csv.gz", infer_schema=False).select("referrer", "referee")
    answers = pl.read_csv(folder / f"{name}.expected.csv.gz", infer_schema_length=None).sort("node")
    table = from_frame(edges)
    assert table.names.to_list() == answers["node"].cast(pl.String).to_list()
    return Known(table, answers)


def voucher_history(shared: Path) -> tuple[History, int, int]:
    """Who first vouched for whom on Bitcoin-OTC, with all ratings given as deeds; and the times of the first and last rating."""
    folder = shared / "data" / "graphs"
    return dated_history(folder / "bitcoin-otc-first.referrals.csv.gz", folder / "bitcoin-otc.referrals.csv.gz")
