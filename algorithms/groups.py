"""Referrals by campaign, channel or time, each in one group: what figures are asked for. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

import numpy as np

from algorithms.csr import Labels
from algorithms.edges import NO_TIME
from algorithms.projection import DAY
from algorithms.referrals import ReferralRows

Unit = Literal["day", "week", "month"]

EVERYTHING: Final = "all"


@dataclass(frozen=True, slots=True)
class Groups:
    """`of_row[m]` is the place of a row's group in `names`, -1 for none, int32[m].

    `closed` says that what people of a group do counts there only where it is in the same group: what a campaign brought is what
    it brought in it. In a group that isn't closed (those who came in March) it counts whenever and wherever they did it.
    """

    names: Sequence[str]
    of_row: Labels
    closed: bool


def everything(rows: ReferralRows) -> Groups:
    """One group."""
    return Groups((EVERYTHING,), np.zeros(len(rows), np.int32), closed=False)


def campaigns(rows: ReferralRows) -> Groups:
    """A group a campaign."""
    return Groups(rows.campaigns, rows.campaign, closed=True)


def channels(rows: ReferralRows) -> Groups:
    """A group a channel."""
    return Groups(rows.channels, rows.channel, closed=True)


def periods(rows: ReferralRows, unit: Unit, offset: int = 0) -> Groups:
    """A group a day (2026-03-01), week (2026-W09, by ISO 8601) or month (2026-03); rows without a time are in none.

    The people of a period are those who were brought in it, so its figures are also those of a cohort. `offset` is how far the
    local clock is ahead of UTC, in microseconds.
    """
    told = rows.at != NO_TIME
    days = np.where(told, (rows.at + offset) // DAY, 0)
    if unit == "day":
        number, name = days, _day
    elif unit == "week":
        number, name = (days + 3) // 7, _week  # the first of January 1970 was a Thursday
    else:
        number, name = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64), _month
    found, place = np.unique(number[told], return_inverse=True)
    of_row = np.full(len(rows), -1, np.int32)
    of_row[told] = place
    return Groups(tuple(name(value) for value in found.tolist()), of_row, closed=False)


def _day(number: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=number)).date().isoformat()


def _week(number: int) -> str:
    year, week, _ = (date(1969, 12, 29) + timedelta(weeks=number)).isocalendar()
    return f"{year}-W{week:02}"


def _month(number: int) -> str:
    return f"{1970 + number // 12}-{1 + number % 12:02}"
