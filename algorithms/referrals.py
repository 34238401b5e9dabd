"""Referrals between persons as arrays, as they come from a store under one purpose. Pure; must not judge any of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from algorithms.csr import Floats, Labels, Pointers
from algorithms.edges import ACCEPTED, NO_TIME, EdgeTable

Codes = NDArray[np.int8]
Mask = NDArray[np.bool_]

NOBODY = -1
"""Stands for a person who may not be used for the purpose, and for no campaign, no channel, no code."""


@dataclass(frozen=True, slots=True)
class ReferralRows:
    """m referrals among n persons, in the order in which they were recorded, each array as long as its axis.

    `referrer` and `referee` are numbers of persons, 0 to n-1, NOBODY where that end may not be used for the purpose.
    `referrer_id` and `referee_id` are the identifiers that the referral named (any integers, equal where the identifier is), so
    that two accounts of one person can be told apart. `first_seen` is when each person was first seen at all, NO_TIME where that
    is not known. Times are microseconds since 1970.
    """

    persons: int
    referrer: Labels
    referee: Labels
    referrer_id: Pointers
    referee_id: Pointers
    at: Pointers
    status: Codes
    """Place in edges.STATUSES."""
    campaign: Labels
    channel: Labels
    code: Labels
    value: Floats
    first_seen: Pointers
    campaigns: Sequence[str] = ()
    """The name of each campaign number."""
    channels: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.referrer)

    def take(self, which: Mask | Pointers) -> "ReferralRows":
        """Some of the rows; persons keep their numbers."""
        per_row = ("referrer", "referee", "referrer_id", "referee_id", "at", "status", "campaign", "channel", "code", "value")
        return replace(self, **{name: getattr(self, name)[which] for name in per_row})


def referral_rows(
    persons: int,
    referrer: Labels,
    referee: Labels,
    *,
    referrer_id: Pointers | None = None,
    referee_id: Pointers | None = None,
    at: Pointers | None = None,
    status: Codes | None = None,
    campaign: Labels | None = None,
    channel: Labels | None = None,
    code: Labels | None = None,
    value: Floats | None = None,
    first_seen: Pointers | None = None,
    campaigns: Sequence[str] = (),
    channels: Sequence[str] = (),
) -> ReferralRows:
    """Rows where what isn't told is: each person one identifier, no time, accepted, no campaign, channel or code, a value of 0.

    ValueError where arrays don't fit each other or a number is no person.
    """
    if not len(referrer) == len(referee):
        raise ValueError("there must be as many referrers as referees")
    if len(referrer) and not (min(referrer.min(), referee.min()) >= NOBODY and max(referrer.max(), referee.max()) < persons):
        raise ValueError(f"a referral has an end that is no person: persons are 0 to {persons - 1}, {NOBODY} for nobody")
    rows = len(referrer)

    def column(array: NDArray[Any] | None, kind: type[np.generic], missing: float, length: int = rows) -> NDArray[Any]:
        if array is None:
            return np.full(length, missing, kind)
        if array.shape != (length,):
            raise ValueError(f"a column has {len(array)} values instead of {length}")
        return np.ascontiguousarray(array, kind)

    return ReferralRows(
        persons,
        np.ascontiguousarray(referrer, np.int32),
        np.ascontiguousarray(referee, np.int32),
        column(referrer if referrer_id is None else referrer_id, np.int64, 0),
        column(referee if referee_id is None else referee_id, np.int64, 0),
        column(at, np.int64, NO_TIME),
        column(status, np.int8, ACCEPTED),
        column(campaign, np.int32, NOBODY),
        column(channel, np.int32, NOBODY),
        column(code, np.int32, NOBODY),
        column(value, np.float64, 0.0),
        column(first_seen, np.int64, NO_TIME, persons),
        campaigns,
        channels,
    )


def of_table(table: EdgeTable) -> ReferralRows:
    """The rows of an edge list, in which each name is a person. Rows of a weight of 0 or below, distrust, are left out."""
    rows = referral_rows(
        table.persons,
        table.referrer,
        table.referee,
        at=table.at,
        status=table.status,
        campaign=table.campaign,
        value=table.value,
        campaigns=table.campaigns,
    )
    return rows if table.weight is None else rows.take(table.weight > 0)
