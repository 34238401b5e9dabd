"""From referrals to one inviter a person: which referrals count, and what the others are evidence of. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from algorithms import kernels
from algorithms.csr import Floats, Labels, Pointers
from algorithms.edges import ACCEPTED, NO_TIME, STATUSES
from algorithms.forest import Forest
from algorithms.referrals import NOBODY, Codes, Mask, ReferralRows

DAY: Final = 86_400_000_000
"""Microseconds."""

Attribution = Literal["first", "last", "linear", "time_decay"]

BECAME: Final = (
    "inviter",
    "other_inviter",
    "no_consent",
    "self_referral",
    "pending",
    "rejected",
    "refunded",
    "mutual",
    "ring",
    "referrer_newer",
    "known_before",
    "farmed",
    "repeated",
    "closes_ring",
)
"""What may become of a referral, in the order of their codes; docs/explanation/fission.md tells what each means."""

_CODE: Final = {name: code for code, name in enumerate(BECAME)}
INVITER: Final = _CODE["inviter"]
OTHER_INVITER: Final = _CODE["other_inviter"]
SELF_REFERRAL: Final = _CODE["self_referral"]
MUTUAL: Final = _CODE["mutual"]
RING: Final = _CODE["ring"]
FARMED: Final = _CODE["farmed"]
REFUNDED: Final = _CODE["refunded"]

_NEVER: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Rules:
    """How referrals are read. Times in microseconds.

    `attribution`: who is credited where several persons invited the same one before that one came. The first or the last; or
    all of them, alike (`linear`) or the more the later, half as much for each `half_life` earlier (`time_decay`). The tree has
    one inviter all the same: the one of the highest credit, of equal ones the first. `grace`: how long before its referral a
    referee, and after it a referrer, may have been first seen: clocks differ, and a visit comes before a form is sent.
    `tangle`: more persons than that who reach each other are no ring that somebody arranged, but a network in which links go both
    ways; in it only mutual pairs and what closes a ring are set apart.
    """

    attribution: Attribution = "first"
    half_life: int = 7 * DAY
    grace: int = 0
    tangle: int = 50


@dataclass(frozen=True, slots=True)
class Projection:
    """Persons with one inviter at most, and what became of each referral.

    `forest` has n persons. `became[m]` is a place in BECAME. `brought_by[n]` is the row that brought a person, -1 for nobody.
    `credit[m]` is which share of its referee a row brings its referrer: over the rows of one referee the sum is 1, or 0 for whom
    nobody brought. `ring[m]` tells which mutual pair, ring or tangle (persons who all reach each other) a row is within, by the
    first of its rows; -1 for none.
    """

    rows: ReferralRows
    rules: Rules
    forest: Forest
    became: Codes
    brought_by: Pointers
    credit: Floats
    ring: Labels

    @property
    def set_apart(self) -> Mapping[str, int]:
        """How many rows were set apart for each reason, in the order of BECAME; reasons that no row has are left out."""
        counts = np.bincount(self.became, minlength=len(BECAME)).tolist()
        return {name: counts[code] for code, name in enumerate(BECAME) if code > OTHER_INVITER and counts[code]}

    @property
    def came(self) -> Pointers:
        """When each person was brought, int64[n]; who wasn't: when first seen; NO_TIME where that isn't known."""
        brought = self.brought_by >= 0
        came = self.rows.first_seen.copy()
        came[brought] = self.rows.at[self.brought_by[brought]]
        return came


@dataclass(frozen=True, slots=True)
class Relations:
    """Four answers to "how many relations has this person", each int32[n].

    `accepted`: accepted referrals as they were told, own second accounts and repetitions and all. `distinct`: persons whom those
    brought, each once and never oneself; an identifier that may not be used is a person, as nobody may look who it is.
    `within_consent`: those of them who may be used for the purpose. `descendants`: all below in the forest of those who count.
    """

    accepted: Labels
    distinct: Labels
    within_consent: Labels
    descendants: Labels


def project(rows: ReferralRows, rules: Rules | None = None) -> Projection:
    """One inviter a person, by the rules. A row is set apart for the first reason in BECAME that it has, after its status.

    Equal times, and rows without one (which are last), stand in their own order. O(m log m).
    """
    rules = rules or Rules()
    became = np.full(len(rows), INVITER, np.int8)
    usable = (rows.referrer != NOBODY) & (rows.referee != NOBODY)
    away = usable & (rows.referrer != rows.referee)
    accepted = rows.status == ACCEPTED
    became[usable & ~away] = SELF_REFERRAL
    became[~usable] = _CODE["no_consent"]
    for code, status in enumerate(STATUSES):
        if code != ACCEPTED:
            became[away & (rows.status == code)] = _CODE[status]
    ring = _rings(rows, became, away & accepted, rules.tangle)
    _times(rows, became, away, rules.grace)
    order = _in_order(rows, np.flatnonzero(became == INVITER), rules)
    order = _once_a_pair(rows, became, order)
    parent, ends = kernels.first_inviters(rows.persons, rows.referrer[order], rows.referee[order])
    became[order[ends == 2]] = OTHER_INVITER
    became[order[ends == 3]] = _CODE["closes_ring"]
    brought_by = np.full(rows.persons, -1, np.int64)
    brought_by[rows.referee[order[ends == 0]]] = order[ends == 0]
    return Projection(rows, rules, Forest(parent), became, brought_by, _credit(rows, became, brought_by, rules), ring)


def relations(projection: Projection) -> Relations:
    """The four numbers of every person."""
    rows = projection.rows
    told = (rows.status == ACCEPTED) & (rows.referrer != NOBODY)
    away = told & (rows.referrer != rows.referee)
    known = away & (rows.referee != NOBODY)
    within = _different(rows.referrer[known], rows.referee[known].astype(np.int64), rows.persons)
    unknown = away & (rows.referee == NOBODY)
    beyond = _different(rows.referrer[unknown], rows.referee_id[unknown], rows.persons)
    accepted = np.bincount(rows.referrer[told], minlength=rows.persons).astype(np.int32)
    return Relations(accepted, within + beyond, within, projection.forest.reach)


def strong_components(persons: int, source: Labels, target: Labels) -> Labels:
    """The strongly connected component of each person, int32[n], any numbers."""
    links = csr_array((np.ones(len(source), np.int8), (source, target)), shape=(persons, persons))
    found: Labels = connected_components(links, directed=True, connection="strong")[1]
    return found


def _rings(rows: ReferralRows, became: Codes, counted: Mask, tangle: int) -> Labels:
    ring = np.full(len(rows), -1, np.int32)
    which = np.flatnonzero(counted)
    # Whoever nobody brought, or who brought nobody, is in no ring; without them others are in none. Hardly any row is left.
    before = len(which) + 1
    while len(which) < before:
        before = len(which)
        brings, brought = np.zeros(rows.persons, np.bool_), np.zeros(rows.persons, np.bool_)
        brings[rows.referrer[which]] = True
        brought[rows.referee[which]] = True
        which = which[brought[rows.referrer[which]] & brings[rows.referee[which]]]
    if not len(which):
        return ring
    source, target = rows.referrer[which], rows.referee[which]
    component = strong_components(rows.persons, source, target)
    within = component[source] == component[target]
    which, source, target = which[within], source[within], target[within]
    sizes = np.bincount(component, minlength=rows.persons)[component[source]]
    forward = source.astype(np.int64) * rows.persons + target
    mutual = np.isin(forward, target.astype(np.int64) * rows.persons + source)
    became[which[(sizes <= tangle) & ~mutual]] = RING
    became[which[mutual]] = MUTUAL
    _, first, number = np.unique(component[source], return_index=True, return_inverse=True)
    ring[which] = which[first[number]]
    return ring


def _times(rows: ReferralRows, became: Codes, away: Mask, grace: int) -> None:
    """Who was there before the referral, or referred before having been there, breaks the order of time."""
    told = rows.at != NO_TIME
    there = np.where(rows.first_seen == NO_TIME, _NEVER, rows.first_seen)
    acted = away & told
    known = there.copy()
    np.minimum.at(known, rows.referrer[acted], rows.at[acted])
    left = np.flatnonzero((became == INVITER) & told)
    at, referrer, referee = rows.at[left], rows.referrer[left], rows.referee[left]
    newer = (rows.first_seen[referrer] != NO_TIME) & (rows.first_seen[referrer] > at + grace)
    before = at - grace > known[referee]
    became[left[before]] = _CODE["known_before"]
    became[left[newer]] = _CODE["referrer_newer"]


def _in_order(rows: ReferralRows, which: Pointers, rules: Rules) -> Pointers:
    """Of several inviters the one who is to be in the tree first; rows without a time last."""
    at = rows.at[which]
    key = -at if rules.attribution in {"last", "time_decay"} else at
    return which[np.argsort(np.where(at == NO_TIME, _NEVER, key), kind="stable")]


def _once_a_pair(rows: ReferralRows, became: Codes, order: Pointers) -> Pointers:
    """The first row of each referrer and referee. The others are told apart by whether they name the same identifier."""
    often = np.bincount(rows.referee[order], minlength=rows.persons) > 1
    some = np.flatnonzero(often[rows.referee[order]])
    pair = rows.referrer[order[some]].astype(np.int64) * rows.persons + rows.referee[order[some]]
    _, first, inverse = np.unique(pair, return_index=True, return_inverse=True)
    again = np.ones(len(some), np.bool_)
    again[first] = False
    row, before = order[some[again]], order[some[first[inverse[again]]]]
    became[row] = np.where(rows.referee_id[row] != rows.referee_id[before], FARMED, _CODE["repeated"])
    keep = np.ones(len(order), np.bool_)
    keep[some[again]] = False
    return order[keep]


def _credit(rows: ReferralRows, became: Codes, brought_by: Pointers, rules: Rules) -> Floats:
    credit = np.zeros(len(rows))
    brought = brought_by[brought_by >= 0]
    if rules.attribution in {"first", "last"}:
        credit[brought] = 1.0
        return credit
    sharing = np.flatnonzero((became == INVITER) | (became == OTHER_INVITER))
    referee = rows.referee[sharing]
    weight = np.ones(len(sharing))
    if rules.attribution == "time_decay":
        at = rows.at[sharing]
        earliest, latest = np.full(rows.persons, _NEVER), np.full(rows.persons, NO_TIME)
        np.minimum.at(earliest, referee[at != NO_TIME], at[at != NO_TIME])
        np.maximum.at(latest, referee, at)
        known = np.where(at == NO_TIME, np.where(earliest[referee] == _NEVER, NO_TIME, earliest[referee]), at)
        # From the latest invitation on, as only ratios count: a share doesn't vanish because the person came late.
        weight = 2.0 ** (-(latest[referee] - known) / rules.half_life)
    credit[sharing] = weight / np.bincount(referee, weight, rows.persons)[referee]
    return credit


def _different(referrer: Labels, other: Pointers, persons: int) -> Labels:
    """How many different others each referrer has, int32[n]."""
    order = np.lexsort((other, referrer))
    one, two = referrer[order], other[order]
    new = np.ones(len(one), np.bool_)
    new[1:] = (one[1:] != one[:-1]) | (two[1:] != two[:-1])
    return np.bincount(one[new], minlength=persons).astype(np.int32)
