"""Who owns a group, who is an ordinary customer, and who stands behind those whom a brand recruited. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from algorithms import kernels
from algorithms.csr import Floats, Labels
from algorithms.forest import Forest
from algorithms.referrals import Codes, Mask

ROLES: Final = ("consumer", "hub", "group_owner")
"""Ordinary customer (小c); who brought many of whom some bring others; who brought many of whom hardly anybody does (大C)."""

DUNBAR: Final = 150
"""More relations than that one person hardly keeps up (Dunbar, 1992): a reason to look, not a finding."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Of n persons: the place in ROLES, and what it follows from.

    `idle_share` is the share of those whom a person brought who brought nobody themselves, 0 for who brought nobody.
    `communities` are identifiers of groups that belong to the person. `beyond_dunbar` marks who brought more than DUNBAR.
    """

    role: Codes
    direct: Labels
    idle_share: Floats
    communities: Labels
    beyond_dunbar: Mask


@dataclass(frozen=True, slots=True)
class Organic:
    """Somebody whom nobody recruited, below somebody recruited and nobody else recruited between.

    `path` leads from the recruited one down to the person, both included. `share` is the person's score in the sum of the scores
    of all organic people who stand behind the same recruited one.
    """

    recruited: int
    person: int
    path: tuple[int, ...]
    score: float
    share: float


def roles(forest: Forest, communities: Labels | None = None, *, many: int = 10, idle: float = 0.8) -> Roles:
    """A group owner brought `many`, of whom a share of `idle` brought nobody; a third as many will do with a community."""
    parent = forest.parent
    communities = np.zeros(forest.nodes, np.int32) if communities is None else communities
    leaves = (parent >= 0) & (forest.direct == 0)
    idle_share = np.bincount(parent[leaves], minlength=forest.nodes) / np.maximum(1, forest.direct)
    hub = (forest.direct >= many) | ((forest.direct >= many / 3) & (communities > 0))
    role = np.where(hub & (idle_share >= idle), ROLES.index("group_owner"), np.where(hub, ROLES.index("hub"), 0))
    return Roles(role.astype(np.int8), forest.direct, idle_share, communities, forest.direct > DUNBAR)


def behind(forest: Forest, recruited: Mask) -> Labels:
    """The nearest recruited person above each one, int32[n], -1 for none; of a recruited one too."""
    return kernels.nearest_above(forest.parent, forest.order, np.require(recruited, np.bool_, ["C"]))


def organic_behind(forest: Forest, recruited: Mask, score: Floats, most: int = 10) -> tuple[Organic, ...]:
    """The people with the highest scores behind each recruited one, at most `most` each, none of a score of 0.

    Recruited people are shown apart: they are never among those found, and what lies below another one of them is that one's.
    """
    above = behind(forest, recruited)
    found = np.flatnonzero((above >= 0) & ~recruited & (score > 0))
    total = np.bincount(above[found], score[found], forest.nodes)
    found = found[np.lexsort((found, -score[found], above[found]))]
    begin = np.flatnonzero(np.append(True, above[found[1:]] != above[found[:-1]])) if len(found) else np.empty(0, np.int64)
    place = np.arange(len(found)) - np.repeat(begin, np.diff(np.append(begin, len(found))))
    return tuple(
        Organic(
            int(above[one]), one, _path(forest, int(above[one]), one), float(score[one]), float(score[one] / total[above[one]])
        )
        for one in found[place < most].tolist()
    )


def _path(forest: Forest, top: int, person: int) -> tuple[int, ...]:
    path = [person]
    while path[-1] != top:
        path.append(int(forest.parent[path[-1]]))
    return tuple(reversed(path))
