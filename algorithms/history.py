"""Who had brought whom and been active by which time: what scores may look at. Pure; must not know the future of a moment."""

from dataclasses import dataclass

import numpy as np

from algorithms.csr import Floats, Labels, Pointers
from algorithms.edges import NO_TIME
from algorithms.forest import Forest
from algorithms.projection import Projection
from algorithms.referrals import Mask


@dataclass(frozen=True, slots=True)
class History:
    """n persons with the inviter of each (-1: nobody), when they were brought (NO_TIME: not known), and when first seen.

    `actor` and `acted` are parallel arrays of whatever they did by themselves: visits, orders, ratings. Who was brought at a time
    that nobody knows was there from the beginning.
    """

    parent: Labels
    brought_at: Pointers
    seen: Pointers
    actor: Labels
    acted: Pointers

    @property
    def persons(self) -> int:
        """Number of persons."""
        return len(self.parent)

    def forest(self, at: int) -> Forest:
        """The forest of those who had been brought by then."""
        return Forest(np.where(self.brought_at <= at, self.parent, -1).astype(np.int32))

    def recency(self, at: int, half_life: int) -> Floats:
        """Of each person the sum over those brought by then of 2^(-age / half-life)."""
        counted = (self.parent >= 0) & (self.brought_at <= at) & (self.brought_at != NO_TIME)
        return _summed(self.parent[counted], at - self.brought_at[counted], half_life, self.persons)

    def activity(self, at: int, half_life: int) -> Floats:
        """The same sum over what the person did by then."""
        counted = self.acted <= at
        return _summed(self.actor[counted], at - self.acted[counted], half_life, self.persons)

    def brings(self, after: int, until: int) -> Floats:
        """How many each person brought after the one moment until the other."""
        counted = self._came(after, until)
        return np.bincount(self.parent[counted], minlength=self.persons).astype(np.float64)

    def grows(self, after: int, until: int) -> Floats:
        """How many came below each person after the one moment until the other."""
        new = self._came(after, until).astype(np.float64)
        return Forest(self.parent).summed_up(new, 1.0) - new

    def _came(self, after: int, until: int) -> Mask:
        return (self.parent >= 0) & (self.brought_at > after) & (self.brought_at <= until)


def history(projection: Projection, actor: Labels | None = None, acted: Pointers | None = None) -> History:
    """The history of a projection, with what people did beside.

    A person was there from the first time told of them: first seen, named in a referral, or doing something.
    """
    rows, parent = projection.rows, projection.forest.parent
    if actor is None or acted is None:
        actor, acted = np.empty(0, np.int32), np.empty(0, np.int64)
    never = np.iinfo(np.int64).max
    seen = np.where(rows.first_seen == NO_TIME, never, rows.first_seen)
    for person, at in ((rows.referrer, rows.at), (rows.referee, rows.at), (actor, acted)):
        told = (person >= 0) & (at != NO_TIME)
        np.minimum.at(seen, person[told], at[told])
    brought = projection.brought_by >= 0
    brought_at = np.full(rows.persons, NO_TIME, np.int64)
    brought_at[brought] = rows.at[projection.brought_by[brought]]
    return History(parent, brought_at, np.where(seen == never, NO_TIME, seen), actor, acted)


def moments(first: int, last: int, shares: tuple[float, ...]) -> tuple[int, ...]:
    """Points of time between two, by their share of the way."""
    return tuple(int(first + share * (last - first)) for share in shares)


def _summed(person: Labels, age: Pointers, half_life: int, persons: int) -> Floats:
    return np.bincount(person, 2.0 ** (-(age / half_life)), persons).astype(np.float64, copy=False)
