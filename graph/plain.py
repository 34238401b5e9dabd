"""Resolution of many small parts at once, on arrays, where no rule bites; the rest goes through graph.resolution. Pure.

Exactly `resolve_case`, only faster: a test holds the two together. A connected component is *plain* when no decision,
no session, no attribute and no cap (`unique`, `limit`, `max_size`) can refuse anything in it; then persons are the
components of the links between persons, and each device goes to the newest (or oldest) of its persons.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from graph.evidence import Verdict
from graph.instants import LATEST
from graph.model import Kind
from graph.policy import Policy
from graph.tables import Bools, Floats, Ints

PERSON, DEVICE, ATTRIBUTE = 0, 1, 2
ALONE, MASS, SHARED = 0, 1, 2
_FEW = 64
_CODES = {Kind.PERSON: PERSON, Kind.DEVICE: DEVICE, Kind.ATTRIBUTE: ATTRIBUTE}


@dataclass(slots=True)
class Rules:
    """The policy by place: row p holds the rules of the place with handle p."""

    kind: Ints
    rank: Ints
    unique: Bools
    cap: Ints
    holders: Ints
    age: Ints

    @staticmethod
    def at(policy: Policy, places: Mapping[int, tuple[str, str]]) -> "Rules":
        """Rules for places by handle."""
        return Rules.of(policy, {handle: place[0] for handle, place in places.items()})

    @staticmethod
    def of(policy: Policy, namespaces: dict[int, str]) -> "Rules":
        """Rules for places; `namespaces` gives the namespace of each place handle."""
        size = max(namespaces, default=0) + 1
        rules = Rules(
            np.zeros(size, np.int64),
            np.full(size, 100, np.int64),
            np.zeros(size, np.bool_),
            np.zeros(size, np.int64),
            np.zeros(size, np.int64),
            np.full(size, LATEST, np.int64),
        )
        for place, name in namespaces.items():
            space = policy.space(name)
            rules.kind[place] = _CODES[space.kind]
            rules.rank[place] = space.rank
            rules.unique[place] = space.unique
            rules.cap[place] = space.cap or 0
            rules.holders[place] = space.max_holders or 0
            rules.age[place] = LATEST if space.max_age is None else space.max_age
        return rules


@dataclass(slots=True)
class Links:
    """Usable links between local indices i < j, one row each."""

    i: Ints
    j: Ints
    first: Ints
    last: Ints
    moments: Bools
    """Whether some usable piece of it carries a moment (a session may join persons)."""

    def __getitem__(self, rows: Bools) -> "Links":
        return Links(self.i[rows], self.j[rows], self.first[rows], self.last[rows], self.moments[rows])

    def __len__(self) -> int:
        return len(self.i)


@dataclass(slots=True)
class Plain:
    """Answer: a part label for each node (-1: attribute, or hard), what stands alone, and the links by what became of them."""

    label: Ints
    settled: Ints
    hard: Bools
    alive: Links
    elsewhere: Links
    """Device–person links of plain parts whose device went to another part."""


def links_of(n: int, i: Ints, j: Ints, first: Ints, last: Ints, moment: Ints, usable: Bools, age: Ints, now: int) -> Links:
    """Fold usable pieces into links and drop the expired. `age` is the longest life of a link by node."""
    i, j, first, last, moment = i[usable], j[usable], first[usable], last[usable], moment[usable]
    if not len(i):
        return Links(i, j, first, last, np.zeros(0, np.bool_))
    code = i * n + j
    order = np.argsort(code, kind="stable")
    code = code[order]
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    heads = order[starts]
    links = Links(
        i[heads],
        j[heads],
        np.minimum.reduceat(first[order], starts),
        np.maximum.reduceat(last[order], starts),
        np.maximum.reduceat(moment[order], starts) > 0,
    )
    return links[links.last + np.minimum(age[links.i], age[links.j]) >= now]


def resolve_plain(
    policy: Policy, rules: Rules, place: Ints, links: Links, settled: Ints, ruled: Bools, decided: tuple[Ints, Ints]
) -> Plain:
    """Resolve what is plain.

    `place` by node; `settled` by node what stands alone by what lies outside (ALONE: unknown); `ruled` marks nodes that a
    standing decision names; `decided` are the pairs of `same_person`, which make one component.
    """
    n = len(place)
    kind, rank = rules.kind[place], rules.rank[place]
    attribute = kind == ATTRIBUTE
    to_attribute = attribute[links.i] | attribute[links.j]
    judged_by = links[to_attribute]
    links = links[~to_attribute]
    settled = np.where(settled == ALONE, standing_alone(policy, rules, place, links), settled)
    links = links[(settled[links.i] == ALONE) & (settled[links.j] == ALONE)]

    component = components(n, np.r_[links.i, decided[0]], np.r_[links.j, decided[1]])
    persons = (kind[links.i] == PERSON) & (kind[links.j] == PERSON)
    person = components(n, links.i[persons], links.j[persons])

    hard = ruled.copy()
    unique_attribute = attribute & rules.unique[place]
    hard[judged_by.i[unique_attribute[judged_by.j]]] = True
    hard[judged_by.j[unique_attribute[judged_by.i]]] = True
    hard[links.i[links.moments]] = True
    hard &= ~attribute & (settled == ALONE)
    hard |= _over(policy, rules, place, np.where(kind == PERSON, person, -1))

    label, mixed = _devices(policy, component, person, kind, rank, links)
    hard |= mixed | _over(policy, rules, place, np.where(attribute, -1, label))
    hard_component = np.zeros(n, np.bool_)
    hard_component[component[hard]] = True
    hard = hard_component[component] & ~attribute

    label = np.where(attribute | hard, -1, label)
    rest = links[~hard[links.i]]
    return Plain(label, settled, hard, links, rest[label[rest.i] != label[rest.j]])


def components(n: int, i: Ints, j: Ints) -> Ints:
    """A label below n for the connected component of each node."""
    if len(i) <= _FEW:
        return _few_components(n, i.tolist(), j.tolist())
    graph = coo_array((np.ones(len(i), np.int8), (i, j)), shape=(n, n)).tocsr()
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _few_components(n: int, i: list[int], j: list[int]) -> Ints:
    """The same for few links, where building a sparse matrix takes longer than the work."""
    label = list(range(n))
    for a, b in zip(i, j, strict=True):
        one, other = label[a], label[b]
        if one != other:
            label = [one if known == other else known for known in label]
    return np.array(label, np.int64)


def standing_alone(policy: Policy, rules: Rules, place: Ints, links: Links) -> Ints:
    """Mass values and shared devices by node, by how many persons of one place they are linked to."""
    node, other = np.r_[links.i, links.j], np.r_[links.j, links.i]
    counted = rules.kind[place[other]] == PERSON
    node, by = node[counted], place[other[counted]]
    found = np.zeros(len(place), np.int64)
    if not len(node):
        return found
    code, count = np.unique(node * len(rules.kind) + by, return_counts=True)
    node, by = code // len(rules.kind), code % len(rules.kind)
    at = place[node]
    mass = (rules.kind[at] == PERSON) & (rules.holders[at] > 0) & (count > rules.holders[at])
    mass &= rules.rank[by] < rules.rank[at]
    shared = (rules.kind[at] == DEVICE) & rules.unique[by] & (count >= policy.shared_after)
    found[node[shared]] = SHARED
    found[node[mass]] = MASS
    return found


def _over(policy: Policy, rules: Rules, place: Ints, label: Ints) -> Bools:
    """Nodes of parts (label >= 0) that break a cap or the size."""
    over = np.zeros(len(label) + 1, np.bool_)
    inside = label >= 0
    capped = inside & (rules.cap[place] > 0)
    if capped.any():
        size = len(rules.kind)
        code, count = np.unique(label[capped] * size + place[capped], return_counts=True)
        over[(code // size)[count > rules.cap[code % size]]] = True
    if policy.max_size is not None:
        part, count = np.unique(label[inside], return_counts=True)
        over[part[count > policy.max_size]] = True
    return inside & over[label]


def _devices(policy: Policy, component: Ints, person: Ints, kind: Ints, rank: Ints, links: Links) -> tuple[Ints, Bools]:
    """Part label of every node, and which nodes lie in components that need the slow way.

    A component of one person's identifiers, or of devices only, is one part. Where several persons meet, each device goes
    to one of them by time; a tie, a device without a person, or a link between devices of two persons is left to the
    slow way.
    """
    n = len(kind)
    lowest = np.full(n, n, np.int64)
    highest = np.full(n, -1, np.int64)
    is_person = kind == PERSON
    np.minimum.at(lowest, component[is_person], person[is_person])
    np.maximum.at(highest, component[is_person], person[is_person])
    several = (highest > lowest)[component]
    label = component + n
    label[several] = person[several]
    mixed = np.zeros(n, np.bool_)
    if not several.any():
        return _compact(label), mixed
    of_device = several[links.i] & (kind[links.i] != kind[links.j])
    device = np.where(kind[links.i] == DEVICE, links.i, links.j)[of_device]
    holder = np.where(kind[links.i] == DEVICE, links.j, links.i)[of_device]
    time = -links.last[of_device] if policy.on_conflict == "newest" else links.first[of_device]
    order = np.lexsort((rank[holder], time, device))
    device, holder, time = device[order], holder[order], time[order]
    first = np.r_[True, device[1:] != device[:-1]] if len(device) else np.zeros(0, np.bool_)
    chosen = np.full(n, -1, np.int64)
    chosen[device[first]] = np.flatnonzero(first)
    label[device[first]] = person[holder[first]]
    best = chosen[device]
    tie = (time == time[best]) & (rank[holder] == rank[holder[best]]) & (person[holder] != person[holder[best]])
    mixed[device[tie]] = True
    mixed |= several & (kind == DEVICE) & (chosen < 0)
    between = several[links.i] & (kind[links.i] == DEVICE) & (kind[links.j] == DEVICE)
    torn = label[links.i[between]] != label[links.j[between]]
    mixed[links.i[between][torn]] = True
    return _compact(label), mixed


def _compact(label: Ints) -> Ints:
    return np.unique(label, return_inverse=True)[1].astype(np.int64)


def verdict_of(settled: int) -> Verdict:
    """The verdict of links to what stands alone."""
    return Verdict.MASS_VALUE if settled == MASS else Verdict.SHARED


def weights_usable(weight: Floats, policy: Policy) -> NDArray[np.bool_]:
    """Which weights count."""
    return weight >= policy.min_weight
