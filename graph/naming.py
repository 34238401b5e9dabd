"""Step 5: which id a part answers with, and what a change is called. Pure; the only step that looks at what was before."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from graph.plain import DEVICE, Rules
from graph.stores.columns import Members, OwnIds
from graph.tables import Bools, Ints


@dataclass(slots=True)
class Naming:
    """Leader (by local index, -1: in no part) and own id of each node, and who gave an id away to a newcomer."""

    leader: Ints
    own: OwnIds
    gave: Ints
    took: Ints


@dataclass(frozen=True, slots=True)
class Event:
    """A merge, split or move: local indices of the leader that answers now (or answered before, for a split) and of the others.

    merge: `others` led parts before and answer with `leader` now. split: `others` became roots, before they answered with
    `leader`. move: `others` answer with `leader` now.
    """

    kind: str
    leader: int
    others: tuple[int, ...]


def name_parts(rules: Rules, members: Members, label: Ints, fresh: Bools, spare: OwnIds) -> Naming:
    """Leaders of parts (`label` >= 0), and passing on.

    `fresh` marks identifiers that this batch names for the first time. A fresh leader of a part that holds a leader of
    before takes over the id of the best of those, who gets the next of `spare`.
    """
    n = len(label)
    order = _by_strength(rules, members, label, np.arange(n))
    leader = _leaders(order, label)
    led = (members.leader == members.ids) & (label >= 0)
    own = members.own.copy()
    former = np.flatnonzero(led & (leader >= 0) & fresh[leader])
    former = former[np.argsort(_rank_in(order, n)[former], kind="stable")]
    _, best = np.unique(leader[former], return_index=True)
    gave = former[best]
    took = leader[gave]
    own[took] = members.own[gave]
    own[gave] = spare[: len(gave)]
    return Naming(leader, own, gave, took)


def strongest(rules: Rules, members: Members, label: Ints) -> Ints:
    """The leader (by local index) of each node's part, -1 where it is in none (`label` -1)."""
    return _leaders(_by_strength(rules, members, label, np.arange(len(label))), label)


def _leaders(order: Ints, label: Ints) -> Ints:
    first = np.r_[True, label[order][1:] != label[order][:-1]] if len(label) else np.zeros(0, np.bool_)
    heads = order[first]
    of_label = np.full(int(label.max(initial=-1)) + 2, -1, np.int64)
    of_label[label[heads]] = heads
    of_label[-1] = -1
    return np.where(label >= 0, of_label[label], -1)


def _by_strength(rules: Rules, members: Members, label: Ints, nodes: Ints) -> Ints:
    """By part, then person before device, unique before others, the smaller rank, the elder own id."""
    place = members.place[nodes]
    device = rules.kind[place] == DEVICE
    keys = (members.own[nodes, 1], members.own[nodes, 0], rules.rank[place], ~rules.unique[place], device, label[nodes])
    return nodes[np.lexsort(keys)]


def _rank_in(order: Ints, n: int) -> Ints:
    position = np.empty(n, np.int64)
    position[order] = np.arange(n)
    return position


def events_of(members: Members, naming: Naming, fresh: Bools, heirs: Mapping[int, int]) -> list[Event]:
    """Merges, splits and moves between what is on record (`members`) and `naming`: one record per surviving root.

    `heirs` are the successors of erased leaders, by handle: what answered with the erased one answered with its heir, and the
    heir itself has only taken its place.
    """
    ids, before, n = members.ids, members.leader, len(members.ids)
    leader = naming.leader
    now = np.where(leader >= 0, ids[leader], 0)
    changed = np.flatnonzero((before != 0) & (before != now) & ~fresh)
    if not len(changed):
        return []
    led = np.zeros(n, np.bool_)
    led[before == ids] = True
    gave = np.zeros(n, np.bool_)
    gave[naming.gave] = True
    index_of = {handle: index for index, handle in enumerate(ids.tolist())}
    merged: dict[int, list[int]] = {}
    split: dict[int, list[int]] = {}
    moved: dict[int, list[int]] = {}
    absorbed = {node for node in changed.tolist() if led[node] and leader[node] != node}
    took = dict(zip(naming.gave.tolist(), naming.took.tolist(), strict=True))
    for node in changed.tolist():
        was = int(before[node])
        old = index_of.get(heirs.get(was, was), -1)
        if was in heirs and (old == node or leader[old] == leader[node]):
            continue
        if was in heirs:
            old = int(leader[old])
        if led[node]:
            if not gave[node]:
                merged.setdefault(int(leader[node]), []).append(node)
        elif leader[node] == node:
            split.setdefault(old, []).append(node)
        elif old in took and took[old] == leader[node]:
            continue
        elif not (old in absorbed and leader[old] == leader[node]):
            moved.setdefault(int(leader[node]), []).append(node)
    found = [Event("merge", root, tuple(others)) for root, others in merged.items()]
    found += [Event("split", root, tuple(others)) for root, others in split.items()]
    return found + [Event("move", root, tuple(others)) for root, others in moved.items()]
