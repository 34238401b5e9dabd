"""Rewards for referrals reach two levels at most, and the rows that prove it. Pure; must not know amounts.

Analysis looks at any depth. Rewards must not: paying people for those brought three levels below is a pyramid scheme in China
(State Council Order 444, Regulations on Prohibition of Pyramid Selling, 2005).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from algorithms.csr import Labels, Pointers
from algorithms.forest import Forest
from algorithms.projection import Projection
from algorithms.referrals import Mask

MOST_LEVELS: Final = 2


@dataclass(frozen=True, slots=True)
class Rewards:
    """A row a reward: who gets it, whom it is for, by which referral row, and how many levels the one is above the other."""

    beneficiary: Labels
    referee: Labels
    row: Pointers
    level: Labels


@dataclass(frozen=True, slots=True)
class Proof:
    """Every reward that was paid, beside the level it turned out to be for; -1 where the beneficiary isn't above the referee.

    `within` says that the level is 1 to MOST_LEVELS; `between` is the person in between on the second level, -1 else. The
    arrays are the rows of an export.
    """

    rewards: Rewards
    within: Mask
    between: Labels

    @property
    def holds(self) -> bool:
        """Whether no reward goes beyond."""
        return bool(self.within.all())

    @property
    def beyond(self) -> int:
        """How many do."""
        return int(np.count_nonzero(~self.within))


def due(projection: Projection, levels: int = MOST_LEVELS) -> Rewards:
    """What may be rewarded: for everybody who was brought the inviter, and with two levels that one's inviter too.

    ValueError for more than MOST_LEVELS: there is no setting that raises it.
    """
    if not 1 <= levels <= MOST_LEVELS:
        raise ValueError(f"rewards reach 1 to {MOST_LEVELS} levels")
    parent = projection.forest.parent
    referee = np.flatnonzero(parent >= 0).astype(np.int32)
    found = [(parent[referee], referee, 1)]
    if levels == MOST_LEVELS:
        second = referee[parent[parent[referee]] >= 0]
        found.append((parent[parent[second]], second, 2))
    beneficiary, referees, level = (
        np.concatenate(columns)
        for columns in zip(*((up, one, np.full(len(one), steps)) for up, one, steps in found), strict=True)
    )
    order = np.lexsort((level, referees))
    referees = referees[order]
    return Rewards(beneficiary[order], referees, projection.brought_by[referees], level[order].astype(np.int32))


def proof(projection: Projection, beneficiary: Labels, row: Pointers) -> Proof:
    """The level of each reward that was paid for a referral row. A row that brought nobody into the tree has none.

    Levels are counted in the tree as it is now: after a merge a reward may turn out to have been one to oneself.
    """
    named = projection.rows.referee[row]
    referee = np.where((named >= 0) & (projection.brought_by[named] == row), named, -1).astype(np.int32)
    return _proved(projection, beneficiary, referee, row)


def proof_of_paid(projection: Projection, beneficiary: Labels, referee: Labels) -> Proof:
    """The same of rewards that were paid for persons, whatever row brought them; -1 is a person who isn't in the network."""
    row = np.where(referee >= 0, projection.brought_by[referee], -1)
    return _proved(projection, beneficiary, np.where(row >= 0, referee, -1).astype(np.int32), row)


def _proved(projection: Projection, beneficiary: Labels, referee: Labels, row: Pointers) -> Proof:
    forest = projection.forest
    level = _levels(forest, beneficiary, referee)
    within = (level >= 1) & (level <= MOST_LEVELS)
    between = np.where(level == MOST_LEVELS, forest.parent[np.maximum(referee, 0)], -1).astype(np.int32)
    return Proof(Rewards(beneficiary, referee, row, level), within, between)


def _levels(forest: Forest, above: Labels, below: Labels) -> Labels:
    """How many steps the one is above the other, -1 where it isn't."""
    level = np.full(len(above), -1, np.int32)
    at, step = below.copy(), 0
    while (at >= 0).any():
        level[(at == above) & (at >= 0) & (level < 0)] = step
        at = np.where(at >= 0, forest.parent[np.maximum(at, 0)], -1)
        step += 1
    level[level == 0] = -1
    return level
