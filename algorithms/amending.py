"""The summary of a scoring after part of the network was scored again: what was told of that part goes, what is told now comes.

Pure. Counts and all that follows from them are then what a scoring of the whole would tell. What needs everybody at once stays as
the last such scoring found it, and `whole_as_of` says when that was: weights, gates, shifts, curves and quantiles of the cycle,
mean numbers of patterns.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from algorithms.csr import Labels, Pointers
from algorithms.forest import Forest
from algorithms.groups import EVERYTHING
from algorithms.patterns import PATTERNS
from algorithms.projection import BECAME, INVITER, Projection, Rules
from algorithms.referrals import NOBODY, referral_rows
from algorithms.roles import DUNBAR, ROLES
from algorithms.scoring import Scored, figures_at
from algorithms.summary import RECRUITED, TREES, figures_of, heaviest
from algorithms.traces import Trace, counts_of_cases
from graph.stores.scored import LinkColumns, ScoredColumns
from graph.touched import Part

Told = Mapping[str, Any]

_ADDED: Final = (
    *("referrals", "new_users", "active_referrers", "seeds", "value", "cohort", "mature", "censored", "undated", "secondary"),
    "followers",
)
_COUNTED: Final = ("persons", "mass", "referrals", "links", "beyond_dunbar")


@dataclass(frozen=True, slots=True)
class Held:
    """What the last scoring held of the people touched: their referrals, figures and links. Handles, as they were then.

    `at`, `campaign` and `channel` are those of the referrals that weren't links, in the order of the trace.
    """

    trace: Trace
    scores: ScoredColumns
    links: LinkColumns
    at: Pointers
    campaign: list[str | None]
    channel: list[str | None]


def held_of(trace: Trace, part: Part) -> Held | None:
    """What a scoring held of a part of its network.

    None where its links and referrals don't fit each other: then something is gone that the trace tells of.
    """
    of, at, campaign, channel = part.then
    rows, persons = np.isin(trace.of, of), np.isin(trace.persons, part.identifiers)
    cases = np.isin(trace.suspect, part.identifiers)
    told = trace.of[rows], trace.became[rows], trace.persons[persons], trace.case_kind[cases], trace.suspect[cases]
    held = Trace(trace.stamp, trace.policy, *told)
    ends = np.r_[part.links.referrer, part.links.referee, part.scores.person]
    fits = np.count_nonzero(held.became == INVITER) == len(part.links) and bool(np.isin(ends, held.persons).all())
    if not fits or len(held.of) < len(of):
        return None
    apart = np.flatnonzero(held.became != INVITER)
    words = ([column[place] for place in apart.tolist()] for column in (campaign, channel))
    return Held(held, part.scores, part.links, at[apart], *words)


def amended_trace(whole: Trace, before: Trace, after: Trace) -> Trace:
    """The trace of everybody, where that of some people is another one now."""
    rows, persons = ~np.isin(whole.of, before.of), ~np.isin(whole.persons, before.persons)
    cases = ~np.isin(whole.suspect, before.persons)
    of, handles = np.r_[whole.of[rows], after.of], np.r_[whole.persons[persons], after.persons]
    order = np.argsort(of)
    return Trace(
        after.stamp,
        after.policy,
        of[order],
        np.r_[whole.became[rows], after.became][order],
        np.sort(handles),
        np.r_[whole.case_kind[cases], after.case_kind],
        np.r_[whole.suspect[cases], after.suspect],
    )


def amended(whole: Told, held: Held, found: Scored, trace: Trace, orders: int, day: int) -> dict[str, Any] | None:
    """The summary of everybody, by that of the scoring before, what it held of some people, and what was found of them now.

    `trace` is that of everybody now, `orders` how many of theirs are new, `day` the moment of figures. None where a figure may
    have fallen that only everybody together can tell.
    """
    after = found.summary
    before = _told_before(held, found, day)
    figures = {
        name: _groups(whole["figures"][name], before["figures"][name], after["figures"][name]) for name in after["figures"]
    }
    if any(some is None for some in figures.values()):
        return None
    mine = frozenset(held.trace.persons.tolist())

    def others(told: Sequence[dict[str, Any]], key: Callable[[dict[str, Any]], int]) -> list[dict[str, Any]]:
        return [one for one in told if key(one) not in mine]

    recruited: list[dict[str, Any]] = [*others(whole["recruited"], lambda one: one["person"]), *after["recruited"]]
    cases: list[dict[str, Any]] = [*others(whole["fraud"]["cases"], lambda one: one["suspects"][0]), *after["fraud"]["cases"]]
    return {
        **whole,
        **{name: whole[name] + after[name] - before[name] for name in _COUNTED},
        "orders": whole["orders"] + orders,
        "set_apart": _apart(whole["set_apart"], before["set_apart"], after["set_apart"]),
        "figures": figures,
        "patterns": [_pattern(*(told["patterns"][code] for told in (whole, before, after))) for code in range(len(PATTERNS))],
        "trees": _largest([*others(whole["trees"], lambda one: one["root"]), *after["trees"]]),
        "roles": {name: whole["roles"][name] + after["roles"][name] - before["roles"][name] for name in ROLES},
        "recruited": sorted(recruited, key=lambda one: (-one["reach"], one["person"]))[:RECRUITED],
        "fraud": {"counts": counts_of_cases(trace.case_kind), "cases": heaviest(cases)},
    }


def _told_before(held: Held, found: Scored, day: int) -> dict[str, Any]:
    """What the summary told of them then, as far as it is amended."""
    projection = _projection(held, found.projection.rules)
    figures = {name: [figures_of(one) for one in some] for name, some in figures_at(projection, day).items()}
    scores, persons = held.scores, len(held.trace.persons)
    direct, role, pattern = (scores.figure(name) for name in ("direct", "role", "pattern"))
    roles = {name: int(np.count_nonzero(role == code)) for code, name in enumerate(ROLES)}
    return {
        "persons": persons,
        "mass": float(scores.figure("mass").sum()) + persons - len(scores),
        "referrals": len(held.trace.of),
        "links": len(held.links),
        "beyond_dunbar": int(np.count_nonzero(direct > DUNBAR)),
        "set_apart": dict(projection.set_apart),
        "figures": figures,
        "patterns": [
            {"trees": int((pattern == code).sum()), "persons": int(scores.figure("size")[pattern == code].sum())}
            for code in range(len(PATTERNS))
        ],
        "roles": roles | {ROLES[0]: roles[ROLES[0]] + persons - len(scores)},
    }


def _projection(held: Held, rules: Rules) -> Projection:
    """The links of then, and beside them the referrals that were set apart, by when and where these had been told."""
    trace, links, many = held.trace, held.links, len(held.at)
    referrer, referee = (np.searchsorted(trace.persons, end).astype(np.int32) for end in (links.referrer, links.referee))
    nobody = np.full(many, NOBODY, np.int32)
    campaign, campaigns = _numbered([*links.campaign, *held.campaign])
    channel, channels = _numbered([*links.channel, *held.channel])
    told = referral_rows(
        len(trace.persons),
        np.r_[referrer, nobody],
        np.r_[referee, nobody],
        at=np.r_[links.at, held.at],
        campaign=campaign,
        channel=channel,
        value=np.r_[links.value, np.zeros(many)],
        campaigns=campaigns,
        channels=channels,
    )
    parent, brought_by = np.full(len(trace.persons), -1, np.int32), np.full(len(trace.persons), -1, np.int64)
    parent[referee], brought_by[referee] = referrer, np.arange(len(links))
    became = np.r_[np.full(len(links), INVITER, np.int8), trace.became[trace.became != INVITER]]
    return Projection(told, rules, Forest(parent), became, brought_by, np.zeros(len(told)), np.full(len(told), -1, np.int32))


def _numbered(texts: Sequence[str | None]) -> tuple[Labels, tuple[str, ...]]:
    """Texts as numbers, NOBODY for none, and the text of each number."""
    names = tuple(sorted({text for text in texts if text is not None}))
    number = {name: place for place, name in enumerate(names)}
    return np.array([NOBODY if text is None else number[text] for text in texts], np.int32), names


def _groups(whole: Sequence[Told], before: Sequence[Told], after: Sequence[Told]) -> list[dict[str, Any]] | None:
    """The figures of all groups that anything was told in; None where those of one can't be told."""
    every, then, now = ({one["group"]: one for one in some} for some in (whole, before, after))
    found: list[dict[str, Any]] = []
    for name in sorted({*every, *now}):
        one = _group(every.get(name), then.get(name), now.get(name))
        if one is None:
            return None
        found.append(one)
    return [one for one in found if one["referrals"] or one["group"] == EVERYTHING]


def _group(whole: Told | None, before: Told | None, after: Told | None) -> dict[str, Any] | None:
    if whole is None or (before is None and after is None):
        return dict(whole or after or {})
    parts = [_counts(part) for part in (whole, before, after)]
    count = {name: parts[0][name] + parts[2][name] - parts[1][name] for name in _ADDED}
    most = [part["max_new_users"] if part else 0 for part in (whole, before, after)]
    if most[1] == most[0] and most[2] < most[1]:
        return None
    generations: list[list[int]] = [part["generations"] if part else [] for part in (whole, before, after)]
    levels = np.zeros((3, max(len(some) for some in generations)), np.int64)
    for place, some in enumerate(generations):
        levels[place, : len(some)] = some
    followers = count.pop("followers")
    return {
        **whole,
        **count,
        "max_new_users": max(most[0], most[2]),
        "mean_new_users": _share(count["new_users"], count["active_referrers"]),
        "secondary_rate": _share(count["secondary"], count["mature"]),
        "fan_out": _share(followers, count["secondary"]),
        "k": _share(followers, count["mature"]),
        "set_apart": _apart(whole["set_apart"], before["set_apart"] if before else {}, after["set_apart"] if after else {}),
        "generations": np.trim_zeros(levels[0] + levels[2] - levels[1], "b").tolist(),
    }


def _counts(told: Told | None) -> dict[str, Any]:
    if told is None:
        return dict.fromkeys(_ADDED, 0)
    return {**told, "followers": round((told["k"] or 0.0) * told["mature"])}


def _share(some: float, of: float) -> float | None:
    return some / of if of else None


def _apart(whole: Told, before: Told, after: Told) -> dict[str, int]:
    counts = {name: whole.get(name, 0) + after.get(name, 0) - before.get(name, 0) for name in BECAME}
    return {name: number for name, number in counts.items() if number}


def _pattern(whole: Told, before: Told, after: Told) -> dict[str, Any]:
    counts = {name: whole[name] + after[name] - before[name] for name in ("trees", "persons")}
    return {**(whole if whole["trees"] else after), **counts}


def _largest(trees: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The largest, and the largest of each pattern."""
    order = sorted(trees, key=lambda one: -one["size"])
    firsts = [next((one for one in order if one["pattern"] == pattern), None) for pattern in PATTERNS]
    return [one for place, one in enumerate(order) if place < TREES or any(one is first for first in firsts)]
