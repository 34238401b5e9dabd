"""The links in and around a part with their verdicts, for people to look at. Pure."""

from collections.abc import Mapping

import numpy as np

from graph.evidence import Link, Verdict
from graph.plain import ATTRIBUTE, Rules, verdict_of
from graph.resolution import Resolution
from graph.settling import Resolved
from graph.tables import Ints

View = tuple[tuple[int, int], str, str | None, int, int, int]
"""Pair, verdict, reason, first and last time, count."""


def link_views(rules: Rules, now: int, resolved: Resolved, part: Ints) -> list[View]:
    """Links with an end in `part`, by pair; of unusable ones the verdict of the newest evidence.

    Persons joined by a session or by a decision have a link here, too, although no sighting named both.
    """
    gathered = resolved.gathered
    members, pieces = gathered.members, gathered.pieces
    kind, age = rules.kind[members.place], rules.age[members.place]
    inside = np.isin(members.ids, part)
    shown = (inside[gathered.i] | inside[gathered.j]) & (kind[gathered.i] != ATTRIBUTE) & (kind[gathered.j] != ATTRIBUTE)
    found: dict[tuple[int, int], list[int]] = {}
    for index in np.flatnonzero(shown).tolist():
        found.setdefault((int(gathered.i[index]), int(gathered.j[index])), []).append(index)
    views: dict[tuple[int, int], View] = {}
    for (i, j), rows in found.items():
        pair = int(members.ids[i]), int(members.ids[j])
        usable = [row for row in rows if gathered.usable[row]]
        counted = usable or rows
        last = int(pieces.last[counted].max())
        if not usable:
            newest = max(rows, key=lambda row: int(pieces.last[row]))
            backing = gathered.backed.verdicts[int(pieces.backing[newest])]
            verdict, reason = Verdict.CLOSED if pieces.closed[newest] else backing, None
        elif last + min(int(age[i]), int(age[j])) < now:
            verdict, reason = Verdict.EXPIRED, None
        else:
            verdict, reason = _verdict(resolved, pair, i, j)
        first, count = int(pieces.first[counted].min()), int(pieces.count[counted].sum())
        views[pair] = (pair, verdict.value, reason, first, last, count)
    for row in np.flatnonzero(np.isin(gathered.outside.a, part) | np.isin(gathered.outside.b, part)).tolist():
        one = gathered.outside
        pair = int(one.a[row]), int(one.b[row])
        verdict = Verdict.CLOSED if one.closed[row] else gathered.backed.verdicts[int(one.backing[row])]
        seen = int(one.first[row]), int(one.last[row]), int(one.count[row])
        held = views.get(pair)
        if held is None or held[4] < seen[1]:
            views[pair] = (pair, verdict.value, None, *seen)
    if resolved.hard is not None:
        views.update(_without_sighting(resolved.hard, views, set(part.tolist())))
    return [views[pair] for pair in sorted(views)]


def _without_sighting(hard: Resolution, views: Mapping[tuple[int, int], View], part: set[int]) -> dict[tuple[int, int], View]:
    """Links that a session or a decision made, where no usable sighting names both ends."""
    found: dict[tuple[int, int], View] = {}
    for pair, finding in hard.findings.items():
        held = hard.accepted.get(pair)
        known = views.get(pair)
        if part.isdisjoint(pair) or (known is not None and known[1] in ("accepted", "past", "refused")):
            continue
        reason = finding.reason.value if finding.reason else None
        if isinstance(held, Link):
            found[pair] = (pair, finding.verdict.value, reason, held.first, held.last, held.count)
        elif known is None or held is not None:
            at = held.at if held is not None else 0
            found[pair] = (pair, finding.verdict.value, reason, at, at, 0)
    return found


def _verdict(resolved: Resolved, pair: tuple[int, int], i: int, j: int) -> tuple[Verdict, str | None]:
    finding = resolved.findings.get(pair)
    if finding is not None:
        return Verdict(finding.verdict), finding.reason
    alone = max(int(resolved.settled[i]), int(resolved.settled[j]))
    return (verdict_of(alone) if alone else Verdict.ACCEPTED), None
