"""What the trees of a network look like: ring, star, chain, bridge, multi-hub or branching, with the numbers behind. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from algorithms import kernels
from algorithms.csr import Floats, Labels, Pointers
from algorithms.edges import NO_TIME
from algorithms.forest import Forest
from algorithms.groups import Groups
from algorithms.projection import INVITER, MUTUAL, RING, Projection
from algorithms.referrals import Codes, Mask

SMALLEST: Final = 5
"""Persons that a tree must have to be given a pattern."""

PATTERNS: Final = ("ring", "star", "chain", "bridge", "multi_hub", "branching")
"""In the order of their codes, which is that of the rules: the first that fits."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a pattern fits; shares are of the persons of the tree, those of fan-out and depth without the root.

    `ring`: so many lie on rings. `star`: one brought so many of them. `chain`: the tree is so deep. `hub`: a hub brought so many,
    and 3 at least. `bridge`: two hubs, and somebody who is none and has two or three links parts off that many twice.
    """

    ring: float = 0.5
    star: float = 0.75
    chain: float = 0.6
    hub: float = 0.15
    bridge: float = 0.25


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees of groups: `person` and `group` of each node of `forest`, and when it was brought (NO_TIME: a root, or not known).

    Somebody who was brought in one group and brings in another is a node of both, a root in the latter. Who neither brought
    anybody nor was brought is no node. `on_ring` are those on a ring, whose referrals are not ranked but show in the shape.
    """

    forest: Forest
    person: Labels
    group: Labels
    brought_at: Pointers
    on_ring: Mask


@dataclass(frozen=True, slots=True)
class Shapes:
    """The pattern of t trees and the numbers that it follows from; each array t long.

    `pattern` is a place in PATTERNS. `root` and `group` as numbers of person and group; `began` when the first one was brought,
    NO_TIME where not known. `width` is the most persons at one depth. `structural_virality` is the mean distance of two persons:
    about 2 in a star, a third of the size in a chain (Goel, Anderson, Hofman and Watts, The structural virality of online
    diffusion, 2016). `star_share` is the largest fan-out over size - 1, `hubs` how many hubs there are, `idle_share` the share
    who brought nobody, `bridge_share` the smaller of the two largest parts that the best bridge parts, `gini` how unevenly
    fan-out is spread over the persons, `ring_share` the share on rings.
    """

    pattern: Codes
    root: Labels
    group: Labels
    began: Pointers
    size: Labels
    max_depth: Labels
    width: Labels
    structural_virality: Floats
    largest_fan_out: Labels
    star_share: Floats
    hubs: Labels
    idle_share: Floats
    bridge_share: Floats
    gini: Floats
    ring_share: Floats


def trees(projection: Projection, groups: Groups) -> Trees:
    """The trees of each group: its links, and those of its rings but the last, so that a ring can be seen as one."""
    rows = projection.rows
    links = np.flatnonzero((projection.became == INVITER) & (groups.of_row >= 0))
    rings = np.flatnonzero(((projection.became == RING) | (projection.became == MUTUAL)) & (groups.of_row >= 0))
    order = np.append(links, rings)
    _, ends = kernels.first_inviters(rows.persons, rows.referrer[order], rows.referee[order])
    order = order[ends == 0]
    child, inviter, group = rows.referee[order], rows.referrer[order], groups.of_row[order]
    node = np.full(rows.persons, -1, np.int32)
    node[child] = np.arange(len(order), dtype=np.int32)
    own = np.full(rows.persons, -1, np.int32)
    own[child] = group
    foreign = own[inviter] != group
    key = group[foreign].astype(np.int64) * max(1, rows.persons) + inviter[foreign]
    seeds, seed = np.unique(key, return_inverse=True)
    parent = np.append(node[inviter], np.full(len(seeds), -1)).astype(np.int32)
    parent[np.flatnonzero(foreign)] = len(order) + seed
    seed_group, seed_person = np.divmod(seeds, max(1, rows.persons))
    on_ring = np.zeros(rows.persons, np.bool_)
    on_ring[rows.referrer[rings]] = True
    person = np.append(child, seed_person).astype(np.int32)
    return Trees(
        Forest(parent),
        person,
        np.append(group, seed_group).astype(np.int32),
        np.append(rows.at[order], np.full(len(seeds), NO_TIME)),
        on_ring[person],
    )


def shapes(found: Trees, thresholds: Thresholds | None = None, *, smallest: int = SMALLEST) -> Shapes:
    """The shape of each tree of at least `smallest` persons, in the order of groups and then of persons. O(n log n)."""
    thresholds = thresholds or Thresholds()
    forest = found.forest
    roots = np.flatnonzero((forest.parent < 0) & (forest.tree_size >= smallest))
    roots = roots[np.lexsort((found.person[roots], found.group[roots]))]
    place = np.full(forest.nodes, -1, np.int32)
    place[roots] = np.arange(len(roots), dtype=np.int32)
    nodes = np.flatnonzero(place[forest.root] >= 0)
    of = place[forest.root[nodes]]
    size = forest.tree_size[roots]
    count, others = len(roots), np.maximum(size - 1, 1)
    fan_out = _most(of, forest.direct[nodes], count)
    below = (forest.reach[nodes] + 1).astype(np.float64)
    distance = np.where(forest.parent[nodes] >= 0, below * (size[of] - below), 0.0)
    hub = forest.direct >= np.maximum(3, thresholds.hub * (forest.tree_size - 1))
    shape = Shapes(
        pattern=np.zeros(count, np.int8),
        root=found.person[roots],
        group=found.group[roots],
        began=_earliest(of, found.brought_at[nodes], count),
        size=size,
        max_depth=_most(of, forest.depth[nodes], count),
        width=_width(of, forest.depth[nodes], count),
        structural_virality=2 * np.bincount(of, distance, count) / (size * others.astype(np.float64)),
        largest_fan_out=fan_out,
        star_share=fan_out / others,
        hubs=np.bincount(of[hub[nodes]], minlength=count).astype(np.int32),
        idle_share=np.bincount(of[forest.direct[nodes] == 0], minlength=count) / size,
        bridge_share=_most(of, np.where(hub[nodes], 0, _parted(forest)[nodes]), count) / size,
        gini=_gini(of, forest.direct[nodes], count),
        ring_share=np.bincount(of[found.on_ring[nodes]], minlength=count) / size,
    )
    shape.pattern[:] = _pattern(shape, thresholds)
    return shape


def _pattern(shape: Shapes, thresholds: Thresholds) -> Codes:
    rules = (
        shape.ring_share >= thresholds.ring,
        shape.star_share >= thresholds.star,
        shape.max_depth >= thresholds.chain * (shape.size - 1),
        (shape.hubs >= 2) & (shape.bridge_share >= thresholds.bridge),
        shape.hubs >= 2,
    )
    return np.select(rules, np.arange(len(rules)), len(rules)).astype(np.int8)


def _parted(forest: Forest) -> Labels:
    """Of each node with two or three links the second largest part that is left when it is taken away; of others 0."""
    nodes, parent = forest.nodes, forest.parent
    child = np.flatnonzero(parent >= 0)
    size = forest.reach[child] + 1
    first = np.zeros(nodes, np.int32)
    np.maximum.at(first, parent[child], size)
    largest = np.full(nodes, -1, np.int64)
    at_first = size == first[parent[child]]
    largest[parent[child[at_first]]] = child[at_first]
    other = child != largest[parent[child]]
    second = np.zeros(nodes, np.int32)
    np.maximum.at(second, parent[child[other]], size[other])
    above = forest.tree_size - forest.reach - 1
    parted = np.maximum(second, np.minimum(first, above))
    links = forest.direct + (parent >= 0)
    return np.where((links >= 2) & (links <= 3), parted, 0).astype(np.int32)


def _most(of: Labels, value: Labels, count: int) -> Labels:
    found = np.zeros(count, np.int32)
    np.maximum.at(found, of, value)
    return found


def _earliest(of: Labels, at: Pointers, count: int) -> Pointers:
    never = np.iinfo(np.int64).max
    found = np.full(count, never)
    np.minimum.at(found, of[at != NO_TIME], at[at != NO_TIME])
    return np.where(found == never, NO_TIME, found)


def _width(of: Labels, depth: Labels, count: int) -> Labels:
    levels = int(depth.max(initial=0)) + 1
    level, many = np.unique(of.astype(np.int64) * levels + depth, return_counts=True)
    return _most((level // levels).astype(np.int32), many.astype(np.int32), count)


def _gini(of: Labels, value: Labels, count: int) -> Floats:
    """Half the mean difference of two persons' values over the mean value, in each tree; 0 where all are equal."""
    order = np.lexsort((value, of))
    tree, ascending = of[order], value[order].astype(np.float64)
    size = np.bincount(tree, minlength=count)
    rank = np.arange(len(tree)) - np.repeat(np.cumsum(size) - size, size) + 1.0
    total = np.bincount(tree, ascending, count)
    weighted = np.bincount(tree, (2 * rank - size[tree] - 1) * ascending, count)
    return np.divide(weighted, size * total, out=np.zeros(count), where=total > 0)
