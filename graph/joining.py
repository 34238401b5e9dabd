"""What new evidence does to parts in which no rule bit, without reading their links: each of them is one node.

An *uncontested* part has no refused and no past link and needed no rule one by one. So its persons hang together by themselves,
its devices belong to them, and every usable link of its members stays inside or leads to a mass value or a shared device. New
evidence can then only add to it, and what it makes of several such parts and newcomers is their union, unless a cap, a count or
a second person on a device could bite there. Where one could, nothing is decided here: the links are gathered and resolved.

A law test holds both ways together.
"""

import asyncio
from dataclasses import dataclass

import numpy as np

from graph.naming import strongest
from graph.plain import ATTRIBUTE, DEVICE, PERSON, Rules, components
from graph.policy import Policy
from graph.stores.columns import Members, Pieces
from graph.stores.protocol import Reading
from graph.tables import Bools, Ints

_UNBOUNDED = np.iinfo(np.int64).max


@dataclass(slots=True)
class Joined:
    """Identifiers that may change (sorted by handle) with the part label of each, -1 for none; and those left to the long way."""

    members: Members
    label: Ints
    left: Ints


async def join(
    reading: Reading, policy: Policy, rules: Rules, purpose: str, now: int, touched: Members, pieces: Pieces, wary: Bools
) -> Joined:
    """Join what is plain.

    `touched` are identifiers (sorted), newcomers among them with the own ids they shall have; `pieces` is the new evidence that
    counts, all of its ends in `touched`; `wary` marks identifiers to leave to the long way.
    """
    former = np.unique(touched.leader[touched.leader > 0])
    absent = former[~np.isin(former, touched.ids)]
    leaders, (leader, member, place) = await asyncio.gather(reading.members(purpose, absent), reading.led(purpose, former))
    nodes = Members.concat([touched, leaders])
    order = np.argsort(nodes.ids)
    nodes = nodes[order]
    left = np.concatenate([wary, np.zeros(len(absent), np.bool_)])[order] | nodes.contested
    leads = _Graph(rules, nodes, now, pieces)
    left[leads.ambiguous] = True
    component = leads.component
    census = _Census(rules, nodes, component, component[np.searchsorted(nodes.ids, leader)], place)
    over = census.over(policy.max_size)
    over |= leads.several_persons(len(over))
    over[component[leads.may_count(policy, census)]] = True
    over[component[left]] = True
    kind = rules.kind[nodes.place]
    easy = ~over[component] & (nodes.settled == 0)
    label = np.where(easy & (kind != ATTRIBUTE), component, -1)

    heads = strongest(rules, nodes, label)
    lost = easy & (nodes.leader == nodes.ids) & (heads != np.arange(len(nodes)))
    followers = member[np.isin(leader, nodes.ids[lost])]
    followers = np.sort(followers[~np.isin(followers, nodes.ids)])
    rest = await reading.members(purpose, followers)
    chosen = np.flatnonzero(easy)
    members = Members.concat([nodes[chosen], rest])
    label = np.r_[label[chosen], component[np.searchsorted(nodes.ids, rest.leader)]]
    order = np.argsort(members.ids)
    return Joined(members[order], label[order], nodes.ids[over[component] & np.isin(nodes.ids, touched.ids)])


class _Graph:
    """Touched identifiers and their leaders as nodes; a link from each to its leader, and the new links."""

    def __init__(self, rules: Rules, nodes: Members, now: int, pieces: Pieces) -> None:
        self._rules, self._nodes = rules, nodes
        place = nodes.place
        one, other = np.searchsorted(nodes.ids, pieces.a), np.searchsorted(nodes.ids, pieces.b)
        age = rules.age[place]
        alive = pieces.last + np.minimum(age[one], age[other]) >= now
        alive &= (nodes.settled[one] == 0) & (nodes.settled[other] == 0)
        one, other = one[alive], other[alive]
        kind = rules.kind[place]
        attribute = kind == ATTRIBUTE
        telling = attribute & rules.unique[place]
        self.ambiguous = np.r_[one[telling[other]], other[telling[one]]]
        """Nodes that a link to a unique attribute may forbid something."""

        clear = ~attribute[one] & ~attribute[other]
        self.one, self.other = one[clear], other[clear]
        held = np.flatnonzero(nodes.leader > 0)
        head = np.searchsorted(nodes.ids, nodes.leader[held])
        n = len(nodes)
        self.component = components(n, np.r_[held, self.one], np.r_[head, self.other])
        persons = (kind[self.one] == PERSON) & (kind[self.other] == PERSON)
        own = kind[held] == PERSON
        self._person = components(n, np.r_[held[own], self.one[persons]], np.r_[head[own], self.other[persons]])

    def several_persons(self, count: int) -> Bools:
        """Components in which links between persons don't join all persons: a device may have to choose."""
        is_person = self._rules.kind[self._nodes.place] == PERSON
        lowest, highest = np.full(count, _UNBOUNDED), np.full(count, -1)
        np.minimum.at(lowest, self.component[is_person], self._person[is_person])
        np.maximum.at(highest, self.component[is_person], self._person[is_person])
        return highest > lowest

    def may_count(self, policy: Policy, census: "_Census") -> Ints:
        """Nodes that the new links could make a mass value or a shared device.

        All that such a node is linked to is in its part, but for mass values. So what could be one is not counted, and of the
        rest the part holds no fewer than are linked to the node.
        """
        rules, place = self._rules, self._nodes.place
        node, by = np.r_[self.one, self.other], place[np.r_[self.other, self.one]]
        at = place[node]
        person = rules.kind[by] == PERSON
        mass = person & (rules.kind[at] == PERSON) & (rules.holders[at] > 0) & (rules.rank[by] < rules.rank[at])
        shared = person & (rules.kind[at] == DEVICE) & rules.unique[by]
        bound = np.where(mass, rules.holders[at], policy.shared_after - 1)
        asked = mass | shared
        node, by, bound = node[asked], by[asked], bound[asked]
        return node[(rules.holders[by] > 0) | (census.count(self.component[node], by) > bound)]


class _Census:
    """How many identifiers of each place a component holds."""

    def __init__(self, rules: Rules, nodes: Members, component: Ints, of: Ints, place: Ints) -> None:
        """`of` and `place` tell component and place of each member of a part of before."""
        self._rules, self._width = rules, len(rules.kind)
        self._components = int(component.max(initial=-1)) + 1
        new = (nodes.leader == 0) & (nodes.settled == 0) & (rules.kind[nodes.place] != ATTRIBUTE)
        code = np.r_[of * self._width + place, component[new] * self._width + nodes.place[new]]
        self._code, self._count = np.unique(code, return_counts=True)

    def count(self, component: Ints, place: Ints) -> Ints:
        """Identifiers of a place in a component, one answer for each pair."""
        code = component * self._width + place
        at = np.minimum(np.searchsorted(self._code, code), max(0, len(self._code) - 1))
        return np.where(self._code[at] == code, self._count[at], 0) if len(self._code) else np.zeros(len(code), np.int64)

    def over(self, max_size: int | None) -> Bools:
        """Components that break a cap or the size."""
        found = np.zeros(self._components, np.bool_)
        component, place = self._code // self._width, self._code % self._width
        cap = self._rules.cap[place]
        found[component[(cap > 0) & (self._count > cap)]] = True
        if max_size is not None:
            found |= np.bincount(component, self._count, minlength=self._components) > max_size
        return found
