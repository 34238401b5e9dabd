"""How far a network grows by itself: K, secondary fission, fan-out, cycle time and generations of each group. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from algorithms.csr import Labels, Pointers
from algorithms.edges import NO_TIME
from algorithms.forest import Forest
from algorithms.groups import Groups, everything
from algorithms.projection import BECAME, DAY, OTHER_INVITER, Projection
from algorithms.referrals import Mask
from algorithms.survival import Curve, kaplan_meier

WINDOW: Final = 30 * DAY
"""How long somebody is looked at after coming, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one group. Times are microseconds; None stands for a figure that nobody could have.

    What happened: `referrals` rows in it, `set_apart` of them by reason, `new_users` whom the others brought (one inviter each),
    `active_referrers` who brought them, `mean_new_users` and `max_new_users` of these, `seeds` of them who weren't brought in the
    group themselves, `value` of the rows that brought somebody. `generations[k-1]` of the new users are k steps below a seed.

    What became of the new users: the `cohort` is all of them, `mature` those who came a window ago or longer, `censored` those
    who came later and are left out, `undated` those of whom nobody knows when they came, left out too. Of the mature ones,
    `secondary` brought somebody within a window of coming: `secondary_rate` is their share (二次裂变率), `fan_out` the mean
    number each of them brought in that time, and `k` how many a mature one brought: k = secondary_rate · fan_out.

    How fast: `cycle` is the curve of the time from coming to the first one brought, of all dated new users, of whom those who
    brought nobody yet are censored; `cycle_median` and `cycle_p90` are of those who did, so they look faster than the curve.
    """

    group: str
    referrals: int
    set_apart: Mapping[str, int]
    new_users: int
    active_referrers: int
    mean_new_users: float | None
    max_new_users: int
    seeds: int
    value: float
    generations: tuple[int, ...]
    cohort: int
    mature: int
    censored: int
    undated: int
    secondary: int
    secondary_rate: float | None
    fan_out: float | None
    k: float | None
    cycle: Curve
    cycle_median: float | None
    cycle_p90: float | None


@dataclass(frozen=True, slots=True)
class _Brought:
    """Everybody who was brought, sorted by group: number, inviter, whether that one is a seed of the group, group, generation in
    it, time of coming, how many they brought within the window, and when the first one ever (NO_TIME: nobody)."""

    person: Labels
    inviter: Labels
    by_seed: Mask
    group: Labels
    generation: Labels
    came: Pointers
    within: Labels
    first: Pointers


def fission(projection: Projection, groups: Groups, *, now: int, window: int | None = WINDOW) -> tuple[Figures, ...]:
    """The figures of every group, in their order, as known at `now`.

    Without a window nobody is too young or undated: everybody brought is mature, and all they ever brought counts. That is
    for lists without times; on dated ones it makes late cohorts look worse than they are. O(m log m).
    """
    brought = _brought(projection, groups, window)
    count = len(groups.names)
    ends = np.searchsorted(brought.group, np.arange(count + 1))
    of_row = groups.of_row
    apart = np.zeros((count, len(BECAME)), np.int64)
    np.add.at(apart, (of_row[of_row >= 0], projection.became[of_row >= 0]), 1)
    value = np.bincount(brought.group, projection.rows.value[projection.brought_by[brought.person]], minlength=count)
    return tuple(
        _figures(name, brought, slice(ends[number], ends[number + 1]), apart[number].tolist(), float(value[number]), now, window)
        for number, name in enumerate(groups.names)
    )


def overall(projection: Projection, *, now: int, window: int | None = WINDOW) -> Figures:
    """The figures of all referrals together."""
    return fission(projection, everything(projection.rows), now=now, window=window)[0]


def _brought(projection: Projection, groups: Groups, window: int | None) -> _Brought:
    parent, rows = projection.forest.parent, projection.rows
    person = np.flatnonzero(projection.brought_by >= 0).astype(np.int32)
    group = np.full(rows.persons, -1, np.int32)
    group[person] = groups.of_row[projection.brought_by[person]]
    person = person[group[person] >= 0]
    if len(groups.names) > 1:
        person = person[np.argsort(group[person], kind="stable")]
    inviter = parent[person]
    same = group[inviter] == group[person]
    inside = np.full(rows.persons, -1, np.int32)
    inside[person[same]] = inviter[same]
    came = projection.came
    follows = same if groups.closed else group[inviter] >= 0
    younger, older = person[follows], inviter[follows]
    dated = (came[younger] != NO_TIME) & (came[older] != NO_TIME)
    soon = np.ones(len(younger), np.bool_) if window is None else dated & (came[younger] - came[older] <= window)
    within = np.bincount(older[soon], minlength=rows.persons).astype(np.int32)
    never = np.iinfo(np.int64).max
    first = np.full(rows.persons, never)
    np.minimum.at(first, older[dated], came[younger[dated]])
    first[first == never] = NO_TIME
    generation = Forest(inside).depth[person] + 1
    return _Brought(person, inviter, ~same, group[person], generation, came[person], within[person], first[person])


def _figures(name: str, brought: _Brought, part: slice, became: list[int], value: float, now: int, window: int | None) -> Figures:
    each = _each(brought.inviter[part])
    came, within, first = brought.came[part], brought.within[part], brought.first[part]
    dated = came != NO_TIME
    old = np.ones(len(came), np.bool_) if window is None else dated & (came <= now - window)
    mature, secondary = int(np.count_nonzero(old)), int(np.count_nonzero(within[old]))
    followers = int(within[old].sum())
    did = first[dated] != NO_TIME
    waited = np.maximum(0, np.where(did, first[dated], now) - came[dated])
    generations = np.bincount(brought.generation[part])[1:].tolist()
    return Figures(
        group=name,
        referrals=sum(became),
        set_apart={
            reason: number
            for code, (reason, number) in enumerate(zip(BECAME, became, strict=True))
            if code > OTHER_INVITER and number
        },
        new_users=len(came),
        active_referrers=len(each),
        mean_new_users=len(came) / len(each) if len(each) else None,
        max_new_users=int(each.max(initial=0)),
        seeds=len(_each(brought.inviter[part][brought.by_seed[part]])),
        value=value,
        generations=tuple(generations),
        cohort=len(came),
        mature=mature,
        censored=0 if window is None else int(np.count_nonzero(dated & ~old)),
        undated=0 if window is None else int(np.count_nonzero(~dated)),
        secondary=secondary,
        secondary_rate=secondary / mature if mature else None,
        fan_out=followers / secondary if secondary else None,
        k=followers / mature if mature else None,
        cycle=kaplan_meier(waited, did),
        cycle_median=float(np.median(waited[did])) if did.any() else None,
        cycle_p90=float(np.quantile(waited[did], 0.9)) if did.any() else None,
    )


def _each(persons: Labels) -> Pointers:
    """How often each of those persons is there who are at all."""
    if len(persons) * 8 > persons.max(initial=0):
        counts = np.bincount(persons)
        return counts[counts > 0]
    return np.unique(persons, return_counts=True)[1]
