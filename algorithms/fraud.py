"""Evidence that referrals were made up: each case with its rows, its path and a hint, and the trust that is left. Pure.

A case is a reason for a human to look, not a verdict. Must not know what an identifier or a device is called.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from algorithms.csr import Floats, Labels, Pointers
from algorithms.edges import ACCEPTED, NO_TIME
from algorithms.projection import INVITER, MUTUAL, OTHER_INVITER, REFUNDED, RING, SELF_REFERRAL, Projection
from algorithms.referrals import NOBODY, ReferralRows

Kind = Literal["self_referral", "mutual", "ring", "farm", "burst", "scripted_chain", "refunds"]
Hint = Literal["family", "farm", "none"]
Step = tuple[Literal["person", "identifier", "thing"], int]

SECOND: Final = 1_000_000
"""Microseconds."""

SEVERITY: Final[dict[tuple[Kind, Hint], float]] = {
    ("self_referral", "none"): 0.5,
    ("self_referral", "farm"): 1.0,
    ("mutual", "none"): 0.5,
    ("ring", "none"): 1.0,
    ("farm", "family"): 0.2,
    ("farm", "farm"): 1.0,
    ("burst", "none"): 0.5,
    ("scripted_chain", "farm"): 1.0,
    ("refunds", "none"): 0.5,
}
"""How much of the trust in the rows of a case is lost."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """Which things persons used, by the plain union of everything seen: parallel arrays.

    A thing is a device or a means of payment, by a number of its own. Here it counts also where resolution refuses to join
    people by it; so this needs a purpose that allows looking for fraud.
    """

    person: Labels
    thing: Pointers


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on something is a case. Times in microseconds.

    `accounts`: so many second accounts of the referrer are a farm. `sharing`: so many invitees of one referrer on one thing,
    one less where the referrer uses it too. `family`: so many people on a thing, the referrer included, may be a family, unless
    all of them came within `at_once`. `public`: a thing of more people than that, of whom the invitees are less than half, is
    a counter's. `burst`: so many accepted ones within `burst_within`. `script`: so short between each of three levels.
    `refunded`: a referrer's share of refunds is above that for sure (lower bound of Wilson's 95 % interval).
    """

    accounts: int = 3
    sharing: int = 3
    family: int = 5
    at_once: int = 86_400 * SECOND
    public: int = 50
    burst: int = 10
    burst_within: int = 60 * SECOND
    script: int = 30 * SECOND
    refunded: float = 0.3


@dataclass(frozen=True, slots=True)
class Case:
    """One piece of evidence: who is in doubt, which rows say so, and the way to see it.

    `path` leads from a suspect along persons, identifiers and things, each by its number. `measure` is how strong it is: second
    accounts, persons of the ring, invitees on the thing, referrals in the burst, seconds from the first to the last level of
    the chain, or the share of refunds.
    """

    kind: Kind
    suspects: tuple[int, ...]
    rows: tuple[int, ...]
    path: tuple[Step, ...]
    hint: Hint
    measure: float


def evidence(projection: Projection, holdings: Holdings | None = None, limits: Limits | None = None) -> tuple[Case, ...]:
    """All cases, kind by kind, each kind in the order of its first suspect."""
    limits = limits or Limits()
    cases = [
        *_self_referrals(projection, limits),
        *_rings(projection),
        *(() if holdings is None else _farms(projection, holdings, limits)),
        *_bursts(projection.rows, limits),
        *_scripted_chains(projection, limits),
        *_refunds(projection, limits),
    ]
    return tuple(cases)


def trust(projection: Projection, cases: Sequence[Case]) -> Floats:
    """What is left of the trust in each person, float64[n]: 1 without a case.

    Each case takes its severity times the share that its rows have in all that the person is said to have brought, accepted
    or refunded. So one bad row among 300 takes little, and a person all of whose referrals are a farm keeps nothing.
    """
    rows = projection.rows
    told = (rows.referrer != NOBODY) & ((rows.status == ACCEPTED) | (projection.became == REFUNDED))
    total = np.bincount(rows.referrer[told], minlength=rows.persons)
    found = np.ones(rows.persons)
    for case in cases:
        own = np.bincount(np.searchsorted(case.suspects, rows.referrer[list(case.rows)]), minlength=len(case.suspects) + 1)
        for place, person in enumerate(case.suspects):
            share = min(1.0, float(own[place]) / max(1, int(total[person])))
            found[person] *= 1 - SEVERITY[case.kind, case.hint] * share
    return found


def _self_referrals(projection: Projection, limits: Limits) -> Iterator[Case]:
    rows = projection.rows
    for person, own in _by(rows.referrer, np.flatnonzero((projection.became == SELF_REFERRAL) & (rows.status == ACCEPTED))):
        accounts = len(np.unique(rows.referee_id[own[rows.referee_id[own] != rows.referrer_id[own]]]))
        first = int(own[0])
        path: tuple[Step, ...] = (
            ("identifier", int(rows.referrer_id[first])),
            ("person", person),
            ("identifier", int(rows.referee_id[first])),
        )
        yield Case("self_referral", (person,), _plain(own), path, "farm" if accounts >= limits.accounts else "none", accounts)


def _rings(projection: Projection) -> Iterator[Case]:
    rows = projection.rows
    which = np.flatnonzero((projection.became == MUTUAL) | (projection.became == RING))
    for _, own in _by(projection.ring, which):
        members = np.unique(rows.referrer[own])
        path = _cycle(rows.referrer[own].tolist(), rows.referee[own].tolist())
        kind: Kind = "mutual" if len(members) == 2 else "ring"
        yield Case(kind, _plain(members), _plain(own), tuple(("person", one) for one in path), "none", len(members))


def _cycle(source: list[int], target: list[int]) -> list[int]:
    """A shortest way from the smallest node back to itself, along links in which every node reaches every other."""
    leads: dict[int, list[int]] = {}
    for one, other in sorted(zip(source, target, strict=True)):
        leads.setdefault(one, []).append(other)
    start = min(leads)
    ways = [[start]]
    seen = {start}
    for way in ways:
        for other in leads.get(way[-1], ()):
            if other == start:
                return [*way, start]
            if other not in seen:
                seen.add(other)
                ways.append([*way, other])
    return [start]


def _farms(projection: Projection, holdings: Holdings, limits: Limits) -> Iterator[Case]:
    rows = projection.rows
    order = np.argsort(holdings.person, kind="stable")
    holder, thing = holdings.person[order], holdings.thing[order]
    pairs = np.unique(np.stack([thing, holder.astype(np.int64)], 1), axis=0)
    things, place = np.unique(pairs[:, 0], return_inverse=True)
    popular = np.bincount(place, minlength=len(things))
    counted = np.flatnonzero((projection.became == INVITER) | (projection.became == OTHER_INVITER))
    begin, end = (np.searchsorted(holder, rows.referee[counted], side) for side in ("left", "right"))
    each = end - begin
    row = np.repeat(counted, each)
    held = thing[np.repeat(begin, each) + np.arange(len(row)) - np.repeat(np.cumsum(each) - each, each)]
    number = np.searchsorted(things, held)
    key = rows.referrer[row].astype(np.int64) * max(1, len(things)) + number
    invitees = np.unique(np.stack([key, rows.referee[row].astype(np.int64)], 1), axis=0)[:, 0]
    keys, many = np.unique(invitees, return_counts=True)
    # Most things are used by one invitee of a referrer: only the others need a look.
    keys, many = keys[many >= limits.sharing - 1], many[many >= limits.sharing - 1]
    uses = np.isin(keys, pairs[:, 1] * max(1, len(things)) + place)
    sharing = dict(zip(keys.tolist(), (many + uses).tolist(), strict=True))
    for together, own in _by(key, np.flatnonzero(np.isin(key, keys))):
        referrer, which = divmod(together, len(things))
        members, people = np.unique(row[own]), sharing[together]
        if people < limits.sharing or (popular[which] > limits.public and 2 * people < popular[which]):
            continue
        at = rows.at[members]
        at_once = bool((at != NO_TIME).all()) and int(np.ptp(at)) <= limits.at_once
        hint: Hint = "family" if people <= limits.family and not at_once else "farm"
        path: tuple[Step, ...] = (("person", referrer), ("person", int(rows.referee[members[0]])), ("thing", int(things[which])))
        others: tuple[Step, ...] = tuple(("person", int(one)) for one in rows.referee[members[1:]])
        yield Case("farm", (referrer,), _plain(members), (*path, *others), hint, len(members))


def _bursts(rows: ReferralRows, limits: Limits) -> Iterator[Case]:
    which = np.flatnonzero((rows.status == ACCEPTED) & (rows.referrer != NOBODY) & (rows.at != NO_TIME))
    which = which[np.lexsort((rows.at[which], rows.referrer[which]))]
    last, some = limits.burst - 1, max(0, len(which) - limits.burst + 1)
    referrer, at = rows.referrer[which], rows.at[which]
    begins = np.flatnonzero((referrer[last:] == referrer[:some]) & (at[last:] - at[:some] <= limits.burst_within))
    within = np.zeros(len(which), np.int64)
    np.add.at(within, begins, 1)
    np.add.at(within, begins[begins + limits.burst < len(which)] + limits.burst, -1)
    fast = np.cumsum(within) > 0
    for person, own in _by(rows.referrer, which[fast]):
        yield Case("burst", (person,), _plain(own), (("person", person), ("person", int(rows.referee[own[0]]))), "none", len(own))


def _scripted_chains(projection: Projection, limits: Limits) -> Iterator[Case]:
    rows, parent, by = projection.rows, projection.forest.parent, projection.brought_by
    brought = np.flatnonzero(by >= 0)
    came = np.full(rows.persons, NO_TIME, np.int64)
    came[brought] = rows.at[by[brought]]
    above = parent[brought]
    timed = (by[above] >= 0) & (came[above] != NO_TIME) & (came[brought] != NO_TIME)
    quick = np.zeros(rows.persons, np.bool_)
    quick[brought[timed]] = came[brought[timed]] - came[above[timed]] <= limits.script
    ends = brought[quick[brought] & quick[np.maximum(above, 0)]]
    goes_on = np.zeros(rows.persons, np.bool_)
    goes_on[parent[ends]] = True
    for end in ends[~goes_on[ends]].tolist():
        path = [end]
        while quick[path[-1]]:
            path.append(int(parent[path[-1]]))
        path.append(int(parent[path[-1]]))
        path.reverse()
        seconds = float(came[end] - came[path[1]]) / SECOND
        suspects = tuple(sorted(path[:-1]))
        yield Case("scripted_chain", suspects, _plain(by[path[1:]]), tuple(("person", one) for one in path), "farm", seconds)


def _refunds(projection: Projection, limits: Limits) -> Iterator[Case]:
    rows = projection.rows
    refunded = np.flatnonzero(projection.became == REFUNDED)
    accepted = np.bincount(rows.referrer[(rows.status == ACCEPTED) & (rows.referrer != NOBODY)], minlength=rows.persons)
    for person, own in _by(rows.referrer, refunded):
        total = len(own) + int(accepted[person])
        if _wilson(len(own), total) > limits.refunded:
            path: tuple[Step, ...] = (("person", person), ("person", int(rows.referee[own[0]])))
            yield Case("refunds", (person,), _plain(own), path, "none", len(own) / total)


def _wilson(some: int, total: int, z: float = 1.96) -> float:
    """Lower bound of a share. Wilson, Probable inference (1927)."""
    share = some / total
    centre = share + z * z / (2 * total)
    spread = z * np.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return float((centre - spread) / (1 + z * z / total))


def _by(key: Labels | Pointers, which: Pointers) -> Iterator[tuple[int, Pointers]]:
    """The places with each key, keys ascending, places in their own order."""
    order = which[np.argsort(key[which], kind="stable")]
    keys, begin = np.unique(key[order], return_index=True)
    yield from zip(keys.tolist(), np.split(order, begin[1:]) if len(keys) else [], strict=True)


def _plain(numbers: Pointers | Labels) -> tuple[int, ...]:
    return tuple(int(one) for one in numbers)
