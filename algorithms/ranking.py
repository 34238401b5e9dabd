"""The job of `rootid rank`: every figure of every person of an edge list. Pure: reads and writes no file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from algorithms import betweenness, components, csr, pagerank
from algorithms.betweenness import Told
from algorithms.csr import CSR
from algorithms.depth import depth
from algorithms.edges import EdgeTable
from algorithms.forest import Forest, as_forest
from algorithms.inviters import first_inviters


@dataclass(frozen=True, slots=True)
class Ranking:
    """The figures of n persons, and what was not ranked.

    `rows` has the columns person, pagerank, betweenness, component, direct, second, reach, depth; the highest PageRank first,
    equal ones in natural order of their names. `referrals` are the links that were ranked, `set_apart` counts the others by
    reason, and `forest` says whether everybody had one inviter at most and nobody was in a ring.
    """

    rows: pl.DataFrame
    referrals: int
    set_apart: Mapping[str, int]
    components: int
    forest: bool


def first_inviter_ranking(table: EdgeTable) -> Ranking:
    """Rank the forest of first inviters (algorithms.inviters), with a campaign above the roots in betweenness."""
    invited = first_inviters(table)
    return _of_forest(table, Forest(invited.parent), invited.set_apart, virtual_root=True)


def raw_ranking(table: EdgeTable, told: Told | None = None) -> Ranking:
    """Rank the links as they are: only loops are dropped, and parallel links count once.

    On a graph that is no forest `direct` are the different referees, `second` the persons two steps away and not nearer,
    `reach` all persons below (never oneself), and `depth` the fewest steps from a beginning (algorithms.depth). `told` is told
    about the progress of betweenness, which may take long: see `betweenness.shortest_paths`.
    """
    graph = csr.from_edges(table.persons, table.referrer, table.referee)
    loops = int(np.count_nonzero(table.referrer == table.referee))
    repeated = len(table) - loops - len(graph.indices)
    apart = {reason: number for reason, number in (("self_referral", loops), ("repeated", repeated)) if number}
    forest = as_forest(graph)
    return _of_graph(table, graph, apart, told) if forest is None else _of_forest(table, forest, apart, virtual_root=False)


def _of_forest(table: EdgeTable, forest: Forest, apart: Mapping[str, int], *, virtual_root: bool) -> Ranking:
    columns: dict[str, NDArray[Any]] = {
        "pagerank": pagerank.of_forest(forest),
        "betweenness": betweenness.forest(forest, virtual_root=virtual_root),
        "component": forest.component,
        "direct": forest.direct,
        "second": forest.second,
        "reach": forest.reach,
        "depth": forest.depth,
    }
    return _ranking(table, columns, int(np.count_nonzero(forest.parent >= 0)), apart, forest=True)


def _of_graph(table: EdgeTable, graph: CSR, apart: Mapping[str, int], told: Told | None) -> Ranking:
    paths = betweenness.shortest_paths(graph, told)
    columns: dict[str, NDArray[Any]] = {
        "pagerank": pagerank.of_graph(graph),
        "betweenness": paths.betweenness,
        "component": components.weak(graph.nodes, graph.sources, graph.indices),
        "direct": graph.out_degree.astype(np.int32),
        "second": paths.second,
        "reach": paths.reach,
        "depth": depth(graph),
    }
    return _ranking(table, columns, len(graph.indices), apart, forest=False)


def _ranking(
    table: EdgeTable, columns: dict[str, NDArray[Any]], referrals: int, apart: Mapping[str, int], *, forest: bool
) -> Ranking:
    order = np.argsort(-columns["pagerank"], kind="stable")
    label = columns["component"]
    count = int(np.count_nonzero(label == np.arange(table.persons)))
    ordered = {name: column[order] for name, column in columns.items()}
    rows = {"person": table.names.gather(order), **ordered, "component": table.names.gather(ordered["component"])}
    return Ranking(pl.DataFrame(rows), referrals, apart, count, forest)
