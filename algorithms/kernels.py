"""Loops that numpy can't do, compiled by numba: its only importer. Must not check what comes in; callers do.

Compiled code is kept beside this module, or in the user's cache (`NUMBA_CACHE_DIR` names another place); where neither can be
written, every process compiles anew.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba  # pyright: ignore[reportMissingTypeStubs]  # numba has no stubs
import numpy as np
from numpy.typing import NDArray

from algorithms.csr import Floats, Labels, Pointers

F = TypeVar("F", bound=Callable[..., Any])


def _compiled(loop: F) -> F:
    """Compiled at the first call, with the types of that call."""
    try:
        return cast("F", numba.njit(cache=True)(loop))  # pyright: ignore[reportUnknownMemberType] - numba has no types here
    except RuntimeError:  # no place for the cache
        return cast("F", numba.njit(loop))  # pyright: ignore[reportUnknownMemberType]  # likewise


@_compiled
def smallest_members(nodes: int, source: Labels, target: Labels) -> Labels:
    """The smallest node of each node's weakly connected component.

    Union-find with path halving where the smaller root wins (Tarjan and van Leeuwen, Worst-case analysis of set union
    algorithms, 1984), so that a root is the smallest member.
    """
    up = np.arange(nodes).astype(np.int32)
    for link in range(len(source)):
        one, other = source[link], target[link]
        while up[one] != one:
            up[one] = up[up[one]]
            one = up[one]
        while up[other] != other:
            up[other] = up[up[other]]
            other = up[other]
        if one < other:
            up[other] = one
        else:
            up[one] = other
    for node in range(nodes):
        up[node] = up[up[node]]
    return up


@_compiled
def parents_first(parent: Labels, children: Labels) -> tuple[Labels, int]:
    """An order with every parent before its children, by taking leaves away from the end; and how many nodes it holds.

    Fewer than all where parents go in a ring: then the front of the order is not filled.
    """
    nodes = len(parent)
    order = np.empty(nodes, np.int32)
    left = children.copy()
    free = nodes
    for leaf in range(nodes - 1, -1, -1):
        if children[leaf] == 0:
            free -= 1
            order[free] = leaf
    at = nodes - 1
    while at >= free:
        above = parent[order[at]]
        at -= 1
        if above >= 0:
            left[above] -= 1
            if left[above] == 0:
                free -= 1
                order[free] = above
    return order, nodes - free


@_compiled
def below_and_above(parent: Labels, order: Labels) -> tuple[Labels, Labels, Labels]:
    """Of each node of a forest: how many are below it, how many steps it is from its root, and that root."""
    nodes = len(parent)
    reach, depth, root = np.zeros(nodes, np.int32), np.zeros(nodes, np.int32), np.empty(nodes, np.int32)
    for at in range(nodes - 1, -1, -1):
        node = order[at]
        if parent[node] >= 0:
            reach[parent[node]] += reach[node] + 1
    for at in range(nodes):
        node = order[at]
        above = parent[node]
        if above >= 0:
            depth[node] = depth[above] + 1
            root[node] = root[above]
        else:
            root[node] = node
    return reach, depth, root


@_compiled
def nearest_above(parent: Labels, order: Labels, marked: NDArray[np.bool_]) -> Labels:
    """Of each node of a forest the nearest marked one above it, not itself; -1 where there is none."""
    nearest = np.full(len(parent), -1, np.int32)
    for at in range(len(order)):
        node = order[at]
        above = parent[node]
        if above >= 0:
            nearest[node] = above if marked[above] else nearest[above]
    return nearest


@_compiled
def summed_up(parent: Labels, order: Labels, own: Floats, factor: float) -> Floats:
    """Of each node of a forest: its own value, and those below it, each times `factor` for every step between."""
    total = own.copy()
    for at in range(len(order) - 1, -1, -1):
        node = order[at]
        if parent[node] >= 0:
            total[parent[node]] += factor * total[node]
    return total


@_compiled
def walk(
    indptr: Pointers,
    referees: Labels,
    referrers_of: Pointers,
    restart: Floats,
    damping: float,
    tolerance: float,
    most: int,
) -> tuple[Floats, int, float]:
    """Power iteration of PageRank against the links, from `restart`; with the steps taken and the change of the last (L1).

    It ends when the change is at most `tolerance`, or after `most` steps.
    """
    nodes = len(restart)
    rank, handed = restart.copy(), np.empty(nodes)
    change, steps = np.inf, 0
    while steps < most and not change <= tolerance:
        lost = 0.0
        for node in range(nodes):
            if referrers_of[node]:
                handed[node] = damping * rank[node] / referrers_of[node]
            else:
                lost += rank[node]
        again = damping * lost + 1.0 - damping
        change = 0.0
        for node in range(nodes):
            got = again * restart[node]
            for at in range(indptr[node], indptr[node + 1]):
                got += handed[referees[at]]
            change += abs(got - rank[node])
            rank[node] = got
        steps += 1
    return rank, steps, change


@_compiled
def hanging(indptr: Pointers, targets: Labels, into: Pointers) -> Labels:
    """Of each node the one it hangs on, -1 for none: a node hangs where one link leads to it and all below it hang too.

    `into` counts the links that lead to each node.
    """
    nodes = len(indptr) - 1
    above, left = np.full(nodes, -1, np.int32), np.empty(nodes, np.int32)
    queue, tail = np.empty(nodes, np.int32), 0
    for node in range(nodes):
        left[node] = indptr[node + 1] - indptr[node]
        for at in range(indptr[node], indptr[node + 1]):
            above[targets[at]] = node
        if not left[node]:
            queue[tail] = node
            tail += 1
    on, head = np.full(nodes, -1, np.int32), 0
    while head < tail:
        node = queue[head]
        head += 1
        if into[node] == 1:
            on[node] = above[node]
            left[above[node]] -= 1
            if not left[above[node]]:
                queue[tail] = above[node]
                tail += 1
    return on


@_compiled
def shortest_paths(
    indptr: Pointers,
    targets: Labels,
    first: int,
    after: int,
    hang: Labels,
    next_to: Labels,
    betweenness: Floats,
    within: Labels,
    second: Labels,
    reached_by: Labels,
) -> None:
    """Brandes' betweenness of the paths that begin at the nodes first to after-1, added to `betweenness`.

    Brandes, A faster algorithm for betweenness centrality (2001), unweighted, end points not counted. Each of these nodes
    also gets its number of descendants in `within`, how many of them are exactly two steps away added to `second`, and each
    node that it reaches, itself too, one more in `reached_by`. Only what a node reaches is touched.

    Nodes that hang on others aren't in the graph: each node stands for all the `hang` nodes that hang below it too, of which
    `next_to` are one step away.
    """
    nodes = len(indptr) - 1
    steps, paths, share = np.full(nodes, -1, np.int32), np.zeros(nodes), np.zeros(nodes)
    queue = np.empty(nodes, np.int32)
    for source in range(first, after):
        steps[source], paths[source] = 0, 1.0
        queue[0], head, tail = source, 0, 1
        while head < tail:
            node = queue[head]
            head += 1
            for at in range(indptr[node], indptr[node + 1]):
                target = targets[at]
                if steps[target] < 0:
                    steps[target] = steps[node] + 1
                    queue[tail] = target
                    tail += 1
                if steps[target] == steps[node] + 1:
                    paths[target] += paths[node]
        below = hang[source]
        for last in range(tail - 1, 0, -1):
            node = queue[last]
            found = 0.0
            for at in range(indptr[node], indptr[node + 1]):
                target = targets[at]
                if steps[target] == steps[node] + 1:
                    found += (1.0 + hang[target] + share[target]) / paths[target]
            share[node] = found * paths[node]
            betweenness[node] += share[node] + hang[node]
            below += 1 + hang[node]
            if steps[node] == 1:
                second[source] += next_to[node]
            elif steps[node] == 2:
                second[source] += 1
        within[source] = below
        for last in range(tail):
            node = queue[last]
            reached_by[node] += 1
            steps[node], paths[node], share[node] = -1, 0.0, 0.0


@_compiled
def first_inviters(nodes: int, referrer: Labels, referee: Labels) -> tuple[Labels, Labels]:
    """Links in their order to a forest: the parent of each node (-1 for none), and what became of each link.

    0: it is a link of the forest; 1: the same two once more; 2: the referee has another referrer already; 3: the referrer
    is below the referee, so that it would close a ring.
    """
    parent, up = np.full(nodes, -1, np.int32), np.arange(nodes).astype(np.int32)
    became = np.empty(len(referrer), np.int32)
    for link in range(len(referrer)):
        above, below = referrer[link], referee[link]
        if parent[below] >= 0:
            became[link] = 1 if parent[below] == above else 2
            continue
        top = above
        while up[top] != top:
            up[top] = up[up[top]]
            top = up[top]
        if top == below:
            became[link] = 3
        else:
            parent[below] = above
            up[below] = top
            became[link] = 0
    return parent, became
