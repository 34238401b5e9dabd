"""Ranking referrals, and its peers in the same run: `python -m bench.rank [--edges N ...] [--json]`. Prints a table of figures.

Each block runs in a process of its own, so that peak memory is its own; compiled code is loaded before the clock starts. networkx
and GDS get the sizes that they end in a minute, and the ratio is against our time at the same size. GDS runs where
ROOTID_NEO4J_URL, _USER and _PASSWORD name a server; without them that block is left out.
"""

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from algorithms import betweenness, components, csr, depth, edges, forest, groups, pagerank, ranking
from algorithms.csr import Labels
from algorithms.edges import ACCEPTED, STATUSES
from algorithms.fission import fission, overall
from algorithms.gds import Gds
from algorithms.patterns import shapes, trees
from algorithms.projection import DAY, OTHER_INVITER, project
from algorithms.referrals import ReferralRows, referral_rows
from algorithms.standing import again, stand
from bench.figures import tell
from intake.edge_lists import read_edges

Graph = tuple[int, Labels, Labels]
YEAR = 365 * DAY
CPU = "ROOTID_BENCH_CPU"
"""Set for the processes of a run that counts seconds of a core instead of those that pass."""

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


def told_rows(links: int, seed: int = 7) -> ReferralRows:
    """A year of referrals, as a store hands them over: 95 of a hundred are those of a forest, and then there are second inviters,
    own second accounts, refunds and mutual pairs."""
    rng = np.random.default_rng(seed)
    tree = links * 95 // 100
    persons, referrer, referee = forest_links(tree, seed)
    parent = np.full(persons, -1, np.int32)
    parent[referee] = referrer
    order = forest.Forest(parent).order
    place = np.empty(persons, np.int64)
    place[order] = np.arange(persons)
    came = (place * (YEAR / persons)).astype(np.int64)
    more = links - tree
    again = rng.integers(0, tree, more)
    # A second inviter was there before, as the first was.
    others = order[(rng.random(more) * place[referee[again]]).astype(np.int64)]
    kind = rng.integers(0, 3, more)
    one = np.where(kind == 0, others, np.where(kind == 1, referee[again], referrer[again])).astype(np.int32)
    two = np.where(kind == 0, referee[again], np.where(kind == 1, referrer[again], referrer[again])).astype(np.int32)
    at = np.append(came[referee], came[referee[again]])
    told = np.argsort(at, kind="stable")
    status = np.where(rng.random(links) < 0.03, STATUSES.index("refunded"), ACCEPTED).astype(np.int8)
    return referral_rows(
        persons,
        np.append(referrer, one)[told],
        np.append(referee, two)[told],
        at=at[told],
        status=status,
        campaign=rng.integers(0, 12, links, dtype=np.int32),
        campaigns=tuple(f"campaign {number}" for number in range(12)),
        value=rng.random(links),
    )


def many_trees(links: int, seed: int = 7) -> ReferralRows:
    """Referrals in trees of all sizes, as those that a store holds: nobody's network is one tree."""
    rng = np.random.default_rng(seed)
    seeds = links // 20
    persons = links + seeds
    came = np.arange(seeds, persons)
    parent = (rng.random(links) ** 1.5 * came).astype(np.int32)
    names = rng.permutation(persons).astype(np.int32)
    return referral_rows(persons, names[parent], names[came], at=np.linspace(0, YEAR, links).astype(np.int64))


def web_links(persons: int, each: int, seed: int = 7) -> Graph:
    """A graph with rings, where about everybody reaches everybody."""
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, persons, (2, persons * each), dtype=np.int32)
    return persons, ends[0], ends[1]


def clocked(work: Callable[..., Any], *values: Any) -> tuple[float, Any]:
    clock = time.process_time if CPU in os.environ else time.perf_counter
    start = clock()
    found = work(*values)
    return clock() - start, found


def warm() -> None:
    """Load (or make) the compiled code."""
    for graph in (forest_links(50), web_links(50, 3)):
        figures(graph)
    rows = told_rows(200)
    fission(project(rows), groups.campaigns(rows), now=YEAR)
    shapes(trees(project(rows), groups.everything(rows)))
    again(stand(rows), replace(rows, referee=rows.referee[::-1].copy()))
    betweenness.directed(rows.persons, rows.referrer, rows.referee)
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


def run_fission(links: int) -> dict[str, float]:
    """All of it from the rows of a store: who invited whom, components, PageRank, betweenness of two kinds, fission figures."""
    warm()
    before = _peak()
    rows = told_rows(links)
    loaded = _peak()
    spent: dict[str, float] = {}
    spent["one inviter a person"], found = clocked(project, rows)
    counted = found.became <= OTHER_INVITER
    links = rows.persons, rows.referrer[counted], rows.referee[counted]
    spent["components"], _ = clocked(components.weak, *links)
    spent["pagerank"], _ = clocked(pagerank.of_forest, found.forest)
    spent["betweenness, campaign above"], _ = clocked(lambda: betweenness.forest(found.forest, virtual_root=True))
    spent["betweenness, with links beside the trees"], _ = clocked(betweenness.directed, *links)
    spent["fission, all"], whole = clocked(lambda: overall(found, now=YEAR))
    spent["fission, by campaign"], _ = clocked(lambda: fission(found, groups.campaigns(rows), now=YEAR))
    spent["fission, by month"], _ = clocked(lambda: fission(found, groups.periods(rows, "month"), now=YEAR))
    spent["all"] = sum(spent.values())
    assert sum(whole.generations) == whole.new_users
    told = rows.status == ACCEPTED
    spent["betweenness, rings too"], _ = clocked(betweenness.directed, rows.persons, rows.referrer[told], rows.referee[told])
    spent["patterns of trees"], _ = clocked(lambda: shapes(trees(found, groups.everything(rows))))
    spent["peak GB"] = _peak()
    spent["of these with nothing loaded but code"] = before
    spent["of these with the rows loaded"] = loaded
    return spent


def run_merge(links: int) -> dict[str, float]:
    """Scoring again after two persons turned out to be one, against scoring everything from nothing."""
    warm()
    rows = many_trees(links)
    spent: dict[str, float] = {}
    spent["from nothing"], standing = clocked(stand, rows)
    rng = np.random.default_rng(1)
    times: list[float] = []
    for _ in range(31):
        gone, into = rng.integers(0, rows.persons, 2).tolist()
        ends = (np.where(end == gone, into, end).astype(np.int32) for end in (rows.referrer, rows.referee))
        after = replace(rows, **dict(zip(("referrer", "referee"), ends, strict=True)))
        times.append(clocked(again, standing, after)[0])
    spent["after a merge, median"], spent["after a merge, p90"] = np.quantile(times, [0.5, 0.9]).tolist()
    largest = np.bincount(standing.component).argmax()
    some = np.flatnonzero(standing.component == largest)[:2].tolist()
    ends = (np.where(end == some[0], some[1], end).astype(np.int32) for end in (rows.referrer, rows.referee))
    after = replace(rows, **dict(zip(("referrer", "referee"), ends, strict=True)))
    spent["after a merge in the largest tree"], found = clocked(again, standing, after)
    spent["persons of the largest tree"] = found.touched
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
    """The twin on a server: with the way there and back, as a caller sees it; so in seconds that pass."""
    os.environ.pop(CPU, None)
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
    parser.add_argument("--cpu", action="store_true", help="seconds of a core, on machines that others use too (not for GDS)")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.cpu:
        os.environ[CPU] = "yes"
    found: dict[str, Any] = {}
    small = min(arguments.edges)
    for size in arguments.edges:
        found[f"forest of {size:,}"] = _apart(run_forest, size)
        found[f"all figures of {size:,} referrals"] = _apart(run_fission, size)
    found[f"one merge among {small:,} referrals"] = _apart(run_merge, small)
    found[f"file of {small:,}"] = _apart(run_file, small)
    found["rings: 5,000 persons, 50,000 links"] = _apart(run_web, 5_000, 10)
    found[f"scipy, forest of {small:,}"] = _apart(run_scipy, small)
    found[f"networkx, forest of {small // 10:,}"] = _apart(run_networkx, small // 10)
    if "ROOTID_NEO4J_URL" in os.environ:
        found[f"GDS, forest of {small // 50:,}"] = _apart(run_gds, small // 50)
    tell(found, as_json=arguments.json)


if __name__ == "__main__":
    main()
