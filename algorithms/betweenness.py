"""Who stands between others: shortest paths from referrer to referee that go through a person. Pure, exact, not normalised."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from algorithms import csr, kernels
from algorithms.csr import CSR, Floats, Labels, Pointers
from algorithms.forest import Forest, as_forest

_BREATH: Final = 0.2
"""Seconds of work between two words about progress; also how long Ctrl-C waits."""

Told = Callable[[float], None]
"""Is told now and then which share of the work is done, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Paths:
    """What the shortest paths from every node tell of it, each an array of n: float64, int32, int32.

    `reach` are the nodes that it leads to over any number of links, `second` those of them that are two links away and not
    nearer; a node doesn't count itself.
    """

    betweenness: Floats
    reach: Labels
    second: Labels


def directed(nodes: int, referrer: Labels, referee: Labels, *, told: Told | None = None) -> Floats:
    """Of each person the number of ordered pairs of others whose shortest paths go through, float64[n].

    A pair with several shortest paths counts by the share of those that do. Loops are dropped, parallel links count once;
    end points don't count. On a forest a closed form in O(n), else `shortest_paths`. ValueError where the arrays don't fit
    each other or a number is no person.
    """
    graph = csr.from_edges(nodes, referrer, referee)
    trees = as_forest(graph)
    return shortest_paths(graph, told).betweenness if trees is None else forest(trees)


def forest(trees: Forest | Labels, *, virtual_root: bool = False) -> Floats:
    """The same on a forest (or its parents, -1 for roots): depth · reach, since paths are unique.

    With `virtual_root` one node more stands above all roots, a campaign that brought them, and its paths count too:
    (depth + 1) · reach. So roots, who brought the others, don't score 0.
    """
    found = trees if isinstance(trees, Forest) else Forest(trees)
    above = found.depth.astype(np.float64)
    if virtual_root:
        above += 1
    return above * found.reach


def shortest_paths(graph: CSR, told: Told | None = None) -> Paths:
    """Brandes' algorithm on any graph, and what it finds by the way.

    What hangs below a node like a tree is counted with that node, and its own figures follow in closed form; only the rest is
    walked. So time is twice the links below each node of the rest, summed over these: nodes · links at worst (about 10 ns
    each: 3 s for 7,000 persons with 100,000 links in one core, most of whom reach each other), and little where most people
    brought nobody. Memory: 60 bytes a node. ArithmeticError where a pair has more than 1e308 shortest paths.
    """
    trees = Forest(kernels.hanging(graph.indptr, graph.indices, graph.in_degree))
    rest = np.flatnonzero(trees.parent < 0)
    walked = _walked(_among(graph, trees.parent, rest), trees, rest, told)
    # Whoever reaches what a node hangs on, and everybody between the two, has one path through it to each node below.
    found = Paths(np.zeros(graph.nodes), trees.reach.copy(), trees.second.copy())
    found.betweenness[rest], found.reach[rest], found.second[rest] = walked.betweenness, walked.reach, walked.second
    reached_by = np.zeros(graph.nodes, np.int32)
    reached_by[rest] = walked.reached_by
    hung = np.flatnonzero(trees.parent >= 0)
    found.betweenness[hung] = (reached_by[trees.root[hung]] + trees.depth[hung] - 1.0) * trees.reach[hung]
    if not np.isfinite(found.betweenness).all():
        raise ArithmeticError("two persons have more shortest paths between them than a number holds")
    return found


@dataclass(frozen=True, slots=True)
class _Walked:
    """What the walks found of the rest, and how many of the rest reach each of them, itself too."""

    betweenness: Floats
    reach: Labels
    second: Labels
    reached_by: Labels


def _walked(graph: CSR, trees: Forest, rest: Pointers, told: Told | None) -> _Walked:
    """Brandes' algorithm on the rest, each with what hangs on it."""
    nodes, hang, next_to = graph.nodes, trees.reach[rest], trees.direct[rest]
    found = _Walked(np.zeros(nodes), hang.copy(), trees.second[rest], np.zeros(nodes, np.int32))
    first, some = 0, 1
    while first < nodes:
        after = min(nodes, first + some)
        begin = time.perf_counter()
        kernels.shortest_paths(
            *(graph.indptr, graph.indices, first, after, hang, next_to),
            *(found.betweenness, found.reach, found.second, found.reached_by),
        )
        spent = time.perf_counter() - begin
        some = 2 * some if spent < _BREATH / 2 else max(1, int(some * _BREATH / spent)) if spent > _BREATH else some
        first = after
        if told is not None:
            told(first / nodes)
    return found


def _among(graph: CSR, on: Labels, rest: Pointers) -> CSR:
    """The graph among the nodes that don't hang, numbered anew: few numbers lie near each other in memory."""
    kept = on[graph.indices] < 0
    number = np.zeros(graph.nodes, np.int32)
    number[rest] = np.arange(len(rest), dtype=np.int32)
    indptr = np.zeros(len(rest) + 1, np.int64)
    np.cumsum(np.bincount(number[graph.sources[kept]], minlength=len(rest)), out=indptr[1:])
    return CSR(indptr, number[graph.indices[kept]])
