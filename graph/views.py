"""The links in and around a part with their verdicts, for people to look at. Pure."""

import numpy as np

from graph.evidence import Verdict
from graph.plain import ATTRIBUTE, Rules, verdict_of
from graph.policy import Policy
from graph.tables import Ints
from graph.writing import Resolved

View = tuple[tuple[int, int], str, str | None, int, int, int]
"""Pair, verdict, reason, first and last time, count."""


def link_views(policy: Policy, rules: Rules, purpose: str, now: int, resolved: Resolved, part: Ints) -> list[View]:
    """Links with an end in `part`, by pair; of unusable ones the verdict of the newest evidence."""
    del purpose
    gathered = resolved.gathered
    members, pieces = gathered.members, gathered.pieces
    kind = rules.kind[members.place]
    age = rules.age[members.place]
    inside = np.isin(members.ids, part)
    shown = (inside[gathered.i] | inside[gathered.j]) & (kind[gathered.i] != ATTRIBUTE) & (kind[gathered.j] != ATTRIBUTE)
    found: dict[tuple[int, int], list[int]] = {}
    for index in np.flatnonzero(shown).tolist():
        found.setdefault((int(gathered.i[index]), int(gathered.j[index])), []).append(index)
    views: list[View] = []
    for (i, j), rows in sorted(found.items()):
        pair = int(members.ids[i]), int(members.ids[j])
        usable = [row for row in rows if gathered.usable[row]]
        counted = usable or rows
        last = int(pieces.last[counted].max())
        verdict, reason = _verdict(resolved, pair, i, j)
        if not usable:
            newest = max(rows, key=lambda row: int(pieces.last[row]))
            backing = int(pieces.backing[newest])
            verdict = Verdict.CLOSED if pieces.closed[newest] else gathered.backed.verdicts[backing]
            reason = None
        elif last + min(int(age[i]), int(age[j])) < now:
            verdict, reason = Verdict.EXPIRED, None
        views.append(
            (pair, verdict.value, reason, int(pieces.first[counted].min()), last, int(pieces.count[counted].sum()))
        )
    return views


def _verdict(resolved: Resolved, pair: tuple[int, int], i: int, j: int) -> tuple[Verdict, str | None]:
    finding = resolved.findings.get(pair)
    if finding is not None:
        return Verdict(finding.verdict), finding.reason
    alone = max(int(resolved.settled[i]), int(resolved.settled[j]))
    return (verdict_of(alone) if alone else Verdict.ACCEPTED), None
