"""Ranking referrals, and its peers in the same run: `python -m bench.rank [--edges N ...] [--json]`. Prints a table of figures.

Each block runs in a process of its own, so that peak memory is its own; compiled code is loaded before the clock starts. networkx
and GDS get the sizes that they end in a minute, and the ratio is against our time at the same size. GDS runs where
ROOTID_NEO4J_URL, _USER and _PASSWORD name a server.
"""

import argparse
import json
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from algorithms import betweenness, components, csr, depth, edges, forest, pagerank, ranking
from algorithms.csr import Labels
from algorithms.gds import Gds
from intake.edge_lists import read_edges

Graph = tuple[int, Labels, Labels]
ROOTS = 20
"""Persons of the forest who came without a referral, of a thousand."""


def forest_links(links: int, seed: int = 7) -> Graph:
    """Referrals one inviter a person, in no order: whoever comes is brought by somebody before, the busy more often."""
    rng = np.random.default_rng(seed)
    persons = links * 1_000 // (1_000 - ROOTS) + 1
    parent = (rng.random(persons) ** 1.5 * np.arange(persons)).astype(np.int32)
    came = rng.permutation(np.arange(1, persons, dtype=np.int32))[:links]
    names = rng.permutation(persons).astype(np.int32)
    return persons, names[parent[came]], names[came]


def web_links(persons: int, each: int, seed: int = 7) -> Graph:
    """A graph with rings, where about everybody reaches everybody."""
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, persons, (2, persons * each), dtype=np.int32)
    return persons, ends[0], ends[1]


def clocked(work: Callable[..., Any], *values: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work(*values)
    return time.perf_counter() - start, found


def warm() -> None:
    """Load (or make) the compiled code."""
    for graph in (forest_links(50), web_links(50, 3)):
        figures(graph)
    edges.from_frame(pl.DataFrame({"referrer": ["a"], "referee": ["b"]}))


def figures(graph: Graph) -> dict[str, float]:
    """Seconds of each step that a row of `rootid rank --raw` needs."""
    spent: dict[str, float] = {}
    spent["links"], links = clocked(csr.from_edges, *graph)
    spent["components"], _ = clocked(components.weak, *graph)
    spent["forest"], trees = clocked(forest.as_forest, links)
    if trees is None:
        spent["pagerank"], _ = clocked(pagerank.of_graph, links)
        spent["betweenness, reach, second"], _ = clocked(betweenness.shortest_paths, links)
        spent["depth"], _ = clocked(depth.depth, links)
    else:
        spent["pagerank"], _ = clocked(pagerank.of_forest, trees)
        spent["columns"], _ = clocked(lambda: (trees.direct, trees.second, trees.reach, trees.depth))
        spent["betweenness"], _ = clocked(lambda: betweenness.forest(trees, virtual_root=True))
    spent["all"] = sum(spent.values())
    return spent


def run_forest(links: int) -> dict[str, float]:
    """Our time on a forest, and the whole command from a file."""
    warm()
    graph = forest_links(links)
    before = _peak()
    spent = figures(graph)
    spent["peak GB"] = _peak()
    spent["of these with nothing loaded but code and links"] = before
    return spent


def run_file(links: int) -> dict[str, float]:
    """From a CSV file of referrals with names to rows."""
    warm()
    _, referrer, referee = forest_links(links)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edges.csv"
        frame = pl.DataFrame({"referrer": referrer, "referee": referee})
        frame.select(pl.format("person-{}", pl.all()).name.keep()).write_csv(path)
        spent: dict[str, float] = {}
        spent["read"], frame = clocked(read_edges, path)
        spent["number persons"], table = clocked(edges.from_frame, frame)
        spent["rank, first inviters"], _ = clocked(ranking.first_inviter_ranking, table)
        spent["rank, raw"], _ = clocked(ranking.raw_ranking, table)
    spent["peak GB"] = _peak()
    return spent


def run_web(persons: int, each: int) -> dict[str, float]:
    """Our time on a graph that is no forest."""
    warm()
    return figures(web_links(persons, each))


def run_scipy(links: int) -> dict[str, float]:
    """Components and PageRank with scipy alone, against ours, at the same size."""
    warm()
    graph = forest_links(links)
    ours = figures(graph)
    found: dict[str, float] = {}
    found["components"], _ = clocked(_scipy_components, *graph)
    found["pagerank"], expected = clocked(_scipy_pagerank, *graph)
    assert np.abs(expected - pagerank.pagerank(*graph)).sum() < 1e-9
    return _with_ratios(found, {"components": ours["components"], "pagerank": ours["links"] + ours["forest"] + ours["pagerank"]})


def run_networkx(links: int) -> dict[str, float]:
    """Components, PageRank and (on a smaller graph with rings) betweenness with networkx, against ours."""
    warm()
    graph = forest_links(links)
    ours = figures(graph)
    found: dict[str, float] = {}
    made: nx.DiGraph[int] = nx.DiGraph()
    made.add_nodes_from(range(graph[0]))
    made.add_edges_from(zip(graph[1].tolist(), graph[2].tolist(), strict=True))
    found["components"], _ = clocked(lambda: list(nx.weakly_connected_components(made)))
    back = made.reverse()
    found["pagerank"], _ = clocked(lambda: nx.pagerank(back, tol=1e-12 / graph[0], max_iter=1_000))
    same = {"components": ours["components"], "pagerank": ours["links"] + ours["forest"] + ours["pagerank"]}
    web = web_links(800, 6)
    rings: nx.DiGraph[int] = nx.DiGraph(list(zip(web[1].tolist(), web[2].tolist(), strict=True)))
    found["betweenness of 800"], _ = clocked(lambda: nx.betweenness_centrality(rings, normalized=False))
    same["betweenness of 800"], _ = clocked(lambda: betweenness.directed(*web))
    return _with_ratios(found, same)


def run_gds(links: int) -> dict[str, float]:
    """The twin on a server: with the way there and back, as a caller sees it."""
    warm()
    graph = forest_links(links)
    ours = figures(graph)
    nodes, referrer, referee = graph[0], graph[1].astype(np.int64), graph[2].astype(np.int64)
    found: dict[str, float] = {}
    with Gds(
        os.environ["ROOTID_NEO4J_URL"], os.environ.get("ROOTID_NEO4J_USER", "neo4j"), os.environ["ROOTID_NEO4J_PASSWORD"]
    ) as gds:
        found["components"], _ = clocked(gds.components, nodes, referrer, referee)
        found["pagerank"], _ = clocked(gds.pagerank, nodes, referrer, referee)
        found["betweenness"], _ = clocked(gds.betweenness, nodes, referrer, referee)
    trees = ours["links"] + ours["forest"]
    same = {"pagerank": trees + ours["pagerank"], "betweenness": trees + ours["columns"] + ours["betweenness"]}
    return _with_ratios(found, {"components": ours["components"], **same})


def _scipy_components(nodes: int, referrer: Labels, referee: Labels) -> Any:
    matrix = csr_array((np.ones(len(referrer), np.int8), (referrer, referee)), shape=(nodes, nodes))
    return connected_components(matrix, directed=True, connection="weak")


def _scipy_pagerank(nodes: int, referrer: Labels, referee: Labels) -> Any:
    """Power iteration over a sparse matrix, as textbooks have it; a forest has one referrer a person."""
    steps = csr_array((np.ones(len(referrer)), (referrer, referee)), shape=(nodes, nodes))
    lost = np.bincount(referee, minlength=nodes) == 0
    rank, change = np.full(nodes, 1 / nodes), 1.0
    while change > 1e-12:
        again = 0.85 * (steps @ rank) + (0.85 * rank[lost].sum() + 0.15) / nodes
        change, rank = np.abs(again - rank).sum(), again
    return rank


def _with_ratios(theirs: dict[str, float], ours: dict[str, float]) -> dict[str, float]:
    return {**theirs, **{f"{name}, times ours": theirs[name] / ours[name] for name in theirs}}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def _apart(work: Callable[..., dict[str, float]], *values: Any) -> dict[str, float]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return {name: round(value, 4) for name, value in pool.apply(work, values).items()}


def main() -> None:
    """Run all and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, nargs="+", default=[1_000_000, 5_000_000])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    found: dict[str, Any] = {}
    small = min(arguments.edges)
    for size in arguments.edges:
        found[f"forest of {size:,}"] = _apart(run_forest, size)
    found[f"file of {small:,}"] = _apart(run_file, small)
    found["rings: 5,000 persons, 50,000 links"] = _apart(run_web, 5_000, 10)
    found[f"scipy, forest of {small:,}"] = _apart(run_scipy, small)
    found[f"networkx, forest of {small // 10:,}"] = _apart(run_networkx, small // 10)
    if "ROOTID_NEO4J_URL" in os.environ:
        found[f"GDS, forest of {small // 50:,}"] = _apart(run_gds, small // 50)
    if arguments.json:
        print(json.dumps(found, indent=2))
        return
    for name, values in found.items():
        print(name)
        for key, value in values.items():
            print(f"    {key:32} {value:10,.3f}")


if __name__ == "__main__":
    main()
