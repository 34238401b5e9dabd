"""Where everybody stands in the network; after a change only the touched trees are scored again. Pure."""

from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from algorithms import betweenness, components
from algorithms.csr import Floats, Labels, Pointers
from algorithms.edges import NO_TIME
from algorithms.forest import Forest
from algorithms.pagerank import DAMPING
from algorithms.projection import BECAME, Projection, Rules, project
from algorithms.referrals import NOBODY, Mask, ReferralRows

Number = TypeVar("Number", np.int32, np.int64)

_COMPARED = ("referrer", "referee", "referrer_id", "referee_id", "at", "status")
"""What a projection depends on, of each row."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A projection with the figures of its forest. Nothing in it is ever changed; `again` makes another one.

    `component` is the smallest person of all who hang together by usable rows of whatever status: nothing that happens in one
    changes anything in another. `mass` is PageRank before it is scaled to a sum of 1: the person and all below, each times the
    damping for every step. `touched` is how many persons were looked at to make it.
    """

    projection: Projection
    component: Labels
    mass: Floats
    touched: int

    @property
    def pagerank(self) -> Floats:
        """The PageRank of every person, float64[n], sum 1 (0 where nobody is).

        It is 0 for a number that is nobody's, as a merge leaves it.
        """
        rows = self.projection.rows
        usable = _usable(rows)
        there = rows.first_seen != NO_TIME
        there[rows.referrer[usable]] = True
        there[rows.referee[usable]] = True
        mass = np.where(there, self.mass, 0.0)
        return mass / max(1.0, float(mass.sum()))

    @property
    def betweenness(self) -> Floats:
        """Betweenness with a campaign above the roots, float64[n]: (depth + 1) · reach."""
        forest = self.projection.forest
        return betweenness.forest(forest, virtual_root=True)


def stand(rows: ReferralRows, rules: Rules | None = None) -> Standing:
    """Where everybody stands, from nothing."""
    projection = project(rows, rules)
    usable = _usable(rows)
    component = components.weak(rows.persons, rows.referrer[usable], rows.referee[usable])
    mass = projection.forest.summed_up(np.ones(rows.persons), DAMPING)
    return Standing(projection, component, mass, rows.persons)


def again(before: Standing, rows: ReferralRows) -> Standing:
    """The same as `stand(rows)` with the rules of before, where little has changed.

    The rows are those of before, in their order, with other persons, times or statuses here and there: a merge gives one person
    the rows of two and leaves a number without any; a split gives some rows to a number that is new or had none. Only persons
    who hang together with a change, before or after it, are looked at; the rest is copied. ValueError for another number of
    rows.
    """
    old = before.projection
    if len(rows) != len(old.rows) or rows.persons < old.rows.persons:
        raise ValueError("a change leaves all rows where they were, and no fewer persons")
    changed = _changed(old.rows, rows)
    grown = _grown(before, rows.persons)
    touched = _touched(grown, old.rows, rows, changed)
    persons = np.flatnonzero(touched).astype(np.int32)
    usable = _usable(rows)
    part = np.flatnonzero(usable & touched[rows.referrer])
    local = np.zeros(rows.persons, np.int32)
    local[persons] = np.arange(len(persons), dtype=np.int32)
    some = rows.take(part)
    some = replace(
        some,
        persons=len(persons),
        referrer=local[some.referrer],
        referee=local[some.referee],
        first_seen=rows.first_seen[persons],
    )
    found = stand(some, old.rules)
    lost = changed[~usable[changed]]
    return _joined(grown, rows, found, persons, part, lost)


def _usable(rows: ReferralRows) -> Mask:
    return (rows.referrer != NOBODY) & (rows.referee != NOBODY)


def _changed(before: ReferralRows, after: ReferralRows) -> Pointers:
    differs = np.zeros(len(before), np.bool_)
    for name in _COMPARED:
        one, other = getattr(before, name), getattr(after, name)
        if one is not other:
            differs |= one != other
    return np.flatnonzero(differs)


def _touched(before: Standing, old: ReferralRows, new: ReferralRows, changed: Pointers) -> Mask:
    """Everybody who hangs together, by what was, with somebody whose rows or first time changed."""
    some = np.zeros(new.persons + 1, np.bool_)  # the last place is nobody's
    for rows in (old, new):
        some[rows.referrer[changed]] = True
        some[rows.referee[changed]] = True
    seen = old.first_seen
    some[: len(seen)][seen != new.first_seen[: len(seen)]] = True
    some[len(seen) : -1] |= new.first_seen[len(seen) :] != NO_TIME
    components_touched = np.zeros(new.persons, np.bool_)
    components_touched[before.component[some[:-1]]] = True
    return components_touched[before.component]


def _grown(before: Standing, persons: int) -> Standing:
    """The same with more persons, who stand alone."""
    more = persons - len(before.component)
    if not more:
        return before
    old, forest = before.projection, before.projection.forest
    none, zero = np.full(more, -1, np.int32), np.zeros(more, np.int32)
    alone = np.arange(len(before.component), persons, dtype=np.int32)
    grown = Forest.known(
        np.append(forest.parent, none),
        np.append(forest.direct, zero),
        np.append(forest.second, zero),
        (np.append(forest.reach, zero), np.append(forest.depth, zero), np.append(forest.root, alone)),
    )
    projection = replace(old, forest=grown, brought_by=np.append(old.brought_by, none))
    return Standing(projection, np.append(before.component, alone), np.append(before.mass, np.ones(more)), before.touched)


def _joined(before: Standing, rows: ReferralRows, found: Standing, persons: Labels, part: Pointers, lost: Pointers) -> Standing:
    """What was found for some persons and rows, beside what was before for the others."""
    old, new = before.projection, found.projection
    became, credit, ring = old.became.copy(), old.credit.copy(), old.ring.copy()
    became[lost], credit[lost], ring[lost] = BECAME.index("no_consent"), 0.0, -1
    became[part], credit[part] = new.became, new.credit
    ring[part] = _renamed(new.ring, part)
    brought_by = old.brought_by.copy()
    brought_by[persons] = _renamed(new.brought_by, part)

    def put(whole: Labels, some: Labels) -> Labels:
        copy = whole.copy()
        copy[persons] = some
        return copy

    one, other = old.forest, new.forest
    forest = Forest.known(
        put(one.parent, _renamed(other.parent, persons)),
        put(one.direct, other.direct),
        put(one.second, other.second),
        (put(one.reach, other.reach), put(one.depth, other.depth), put(one.root, persons[other.root])),
    )
    mass = before.mass.copy()
    mass[persons] = found.mass
    projection = Projection(rows, old.rules, forest, became, brought_by, credit, ring)
    return Standing(projection, put(before.component, persons[found.component]), mass, len(persons))


def _renamed(numbers: NDArray[np.signedinteger[Any]], names: NDArray[Number]) -> NDArray[Number]:
    """The name of each number; -1 stays."""
    found = np.full(len(numbers), -1, names.dtype)
    found[numbers >= 0] = names[numbers[numbers >= 0]]
    return found
