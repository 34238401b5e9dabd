"""What people who were brought bought, and who was recruited to bring people. Must not change who brings whom."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from examples.brand.identifiers import ABSENT, Ints
from examples.brand.people import DAY, END
from examples.brand.referrals import STATUSES, Referrals

_BUY: Final = 0.5
_REFUNDED: Final = 0.06
_SOON: Final = 21 * DAY
_GOOD: Final = 3
"""Persons whom somebody has brought who is recruited."""

PROGRAMME: Final = "koc-circle"


@dataclass(slots=True)
class Purchases:
    """One row an order in the order of time (Unix seconds), in fen; `refunded_at` is ABSENT for what wasn't refunded.

    `recruited` are rows of the referrals with which somebody was recruited who made them, one row a person.
    """

    subject: list[tuple[str, int]]
    at: Ints
    amount: Ints
    campaign: Ints
    refunded_at: Ints
    recruited: Ints

    def __len__(self) -> int:
        return len(self.at)


def purchase(seed: int, persons: int, referrals: Referrals) -> Purchases:
    """Orders of people who were brought, soon after; and those recruited, in the middle of bringing people.

    All that is drawn has a source of its own, so that the rest of a world is the same without it.
    """
    rng = np.random.default_rng([seed, 511])
    brought = np.flatnonzero(referrals.status == STATUSES.index("accepted"))
    row = brought[rng.random(len(brought)) < _BUY]
    at = np.minimum(referrals.at[row] + rng.integers(600, _SOON, len(row)), END - 2)
    order = np.argsort(at, kind="stable")
    row, at = row[order], at[order]
    amount = np.maximum(990, rng.lognormal(9.9, 0.6, len(row)).astype(np.int64) // 10 * 10)
    back = np.minimum(at + rng.integers(DAY, 14 * DAY, len(row)), END - 1)
    refunded_at = np.where(rng.random(len(row)) < _REFUNDED, back, ABSENT)
    return Purchases(
        [referrals.referee[place] for place in row.tolist()],
        at,
        amount,
        referrals.campaign[row],
        refunded_at,
        _recruited(rng, max(3, persons // 600), referrals),
    )


def _recruited(rng: np.random.Generator, most: int, referrals: Referrals) -> Ints:
    """The row of each one's _GOOD-th referral."""
    person, count = np.unique(referrals.by, return_counts=True)
    chosen = rng.permutation(np.flatnonzero(count >= _GOOD))[:most]
    rows = [np.flatnonzero(referrals.by == person[place])[_GOOD - 1] for place in chosen.tolist()]
    return np.sort(np.array(rows, np.int64))
