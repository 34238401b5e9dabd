"""One inviter a person: which referrals count, and why the others are set apart. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from algorithms import kernels
from algorithms.csr import Labels, Pointers
from algorithms.edges import ACCEPTED, NO_TIME, STATUSES, EdgeTable


@dataclass(frozen=True, slots=True)
class Invited:
    """Who brought each person, int32[n], -1 for nobody; and how many referrals were set apart, by reason, in this order.

    `self_referral` · `pending`, `rejected`, `refunded` · `no_weight`: a weight of 0 or below · `was_there_before`: the referee
    had referred somebody earlier, so came without this referral · `repeated`: the same two as before · `later_inviter`: the
    referee had an inviter already · `ring`: the referrer is below the referee. Reasons that no referral has are left out.
    """

    parent: Labels
    set_apart: Mapping[str, int]


def first_inviters(table: EdgeTable) -> Invited:
    """The earliest referral that counts brought a person; equal times, and those without one (last), in their own order.

    A referral whose referrer is below the referee by then is passed over, and the next one looked at: so the answer is a forest.
    """
    counts = np.ones(len(table), np.bool_)
    apart: dict[str, int] = {}

    def set_apart(reason: str, which: NDArray[np.bool_]) -> None:
        if number := int(np.count_nonzero(which & counts)):
            apart[reason] = number
            counts[which] = False

    set_apart("self_referral", table.referrer == table.referee)
    if table.status is not None:
        for code, status in enumerate(STATUSES):
            if code != ACCEPTED:
                set_apart(status, table.status == code)
    if table.weight is not None:
        set_apart("no_weight", table.weight <= 0)
    if table.at is not None:
        set_apart("was_there_before", table.at > _first_referral(table, table.at)[table.referee])
    rows = np.flatnonzero(counts)
    if table.at is not None:
        at = table.at[rows]
        rows = rows[np.argsort(np.where(at == NO_TIME, np.iinfo(np.int64).max, at), kind="stable")]
    parent, became = kernels.first_inviters(table.persons, table.referrer[rows], table.referee[rows])
    ends = np.bincount(became, minlength=4).tolist()
    apart.update({reason: ends[code] for code, reason in enumerate(("repeated", "later_inviter", "ring"), 1) if ends[code]})
    return Invited(parent, apart)


def _first_referral(table: EdgeTable, at: Pointers) -> Pointers:
    """When each person first referred another, whatever became of it; the end of time for who never did at a known time."""
    first = np.full(table.persons, np.iinfo(np.int64).max)
    told = (at != NO_TIME) & (table.referrer != table.referee)
    np.minimum.at(first, table.referrer[told], at[told])
    return first
