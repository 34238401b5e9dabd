"""From a network to all that is kept of it: inviters, figures, patterns, scores, their gates. Pure; takes its time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from algorithms import fission, fraud, groups, roles, traces
from algorithms.csr import Floats, Labels, Pointers
from algorithms.gate import Question, begins, gate
from algorithms.history import History, history
from algorithms.pagerank import DAMPING
from algorithms.patterns import Shapes, shapes, trees
from algorithms.projection import DAY, REFUNDED, Projection, Rules, project, relations
from algorithms.referrals import ReferralRows
from algorithms.scores import Scores, Weights, fitted, intervals, scores
from algorithms.shifts import Shift, shifts
from algorithms.summary import Findings, gate_of, summary_of
from algorithms.told import deeds_of, holdings_of, rows_of
from graph.network import Network
from graph.stores.scored import FIGURES, LinkColumns

GRACE: Final = DAY
"""How long before the referral somebody may have been seen who was brought by it: a visit comes before a form is sent."""

RULES: Final = Rules(grace=GRACE)
"""How the referrals of a store are read."""

CLOSE: Final = 500
"""For how many persons at the head of each score an interval is computed."""

LARGE: Final = 50_000
"""Persons from which the gate draws fewer samples: its intervals are narrow then."""

ORGANIC: Final = 5
"""Organic people told of behind each recruited one."""

TOLD: Final = 100
"""Differences between scorings that are kept on record."""

Told = Callable[[str, float], None]
"""Is told which step is under way, and which share of the whole work is done."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What is kept: figures of persons (by handle), links between persons, the summary, and a trace for the next.

    `projection` is what all that was made of.
    """

    persons: Pointers
    figures: Floats
    links: LinkColumns
    summary: Mapping[str, Any]
    trace: traces.Trace
    projection: Projection


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the first scoring of a day finds out from everybody's past, and the others of the day take over.

    The weights, the gates as the summary tells them, and the scores above which persons get an interval.
    """

    weights: Weights
    gates: Mapping[str, Any]
    heads: tuple[float, float]


def moments(as_of: int) -> tuple[int, int]:
    """The moments that figures and scores are of: the begin of the day (UTC), and its end.

    So within a day nothing moves but what somebody did or what became known, and what didn't needs no look. Figures look back
    from the begin, so that nobody is called mature too soon; scores look ahead from the end, when all of the day has been told.
    """
    day = as_of // DAY * DAY
    return day, day + DAY


def calibration_of(summary: Mapping[str, Any]) -> Calibration:
    """The calibration that a summary tells of."""
    told = summary["weights"]
    lives = (round(told[name] * DAY) for name in ("referral_half_life", "deed_half_life"))
    weights = Weights(told["referral"], told["deed"], told["rest"], *lives, moments=told["moments"])
    return Calibration(weights, summary["gates"], tuple(summary["heads"]))


def score_network(
    network: Network, told: Told, before: traces.Last | None = None, calibration: Calibration | None = None
) -> Scored:
    """All steps, one after the other; what changed since `before` is told. `told` may raise to end the work between two steps.

    With a calibration its weights, gates and heads are taken as they are.
    """
    told("who brought whom", 0.0)
    rows = rows_of(network)
    projection = project(rows, RULES)
    told("figures of campaigns, channels and months", 0.1)
    day, ahead = moments(network.as_of)
    figures = figures_at(projection, day)
    told("patterns", 0.25)
    shape = shapes(trees(projection, groups.everything(rows)))
    shifted = _shifts(projection, rows)
    told("evidence of made-up referrals", 0.35)
    cases = fraud.evidence(projection, holdings_of(network))
    told("scores", 0.4)
    known = history(projection, *deeds_of(network))
    weights = fitted(known, network.as_of) if calibration is None else calibration.weights
    found = scores(known, ahead, weights, fraud.trust(projection, cases))
    told("what the scores are good for", 0.5)
    gates = _gates(known, network.as_of) if calibration is None else calibration.gates
    told("intervals", 0.8)
    heads = (_head(found.will_refer), _head(found.network_under)) if calibration is None else calibration.heads
    role = roles.roles(projection.forest)
    mass = projection.forest.summed_up(np.ones(len(network)), DAMPING)
    matrix = _figures(network, projection, found, role, shape, mass)
    _bounds(network, matrix, known, ahead, weights, found, heads)
    told("summary", 0.95)
    organic = roles.organic_behind(projection.forest, _recruited(network), found.network_under, ORGANIC)
    findings = Findings(figures, shape, shifted, role, organic, cases, weights, gates, float(mass.sum()))
    since = {"difference": None, "since": None} if before is None else traces.compared(before, network.referrals.of, projection)
    kept = _kept(network, projection)
    return Scored(
        network.persons[kept],
        matrix[kept],
        _links(network, rows, projection),
        {**summary_of(network, projection, findings), "heads": heads, "whole_as_of": network.as_of, **since},
        traces.left(network, projection, cases),
        projection,
    )


def figures_at(projection: Projection, day: int) -> dict[str, tuple[fission.Figures, ...]]:
    """The figures of everything, and of each campaign, channel and month."""
    rows = projection.rows
    return {
        "all": (fission.overall(projection, now=day),),
        "campaigns": fission.fission(projection, groups.campaigns(rows), now=day),
        "channels": fission.fission(projection, groups.channels(rows), now=day),
        "months": fission.fission(projection, groups.periods(rows, "month"), now=day),
    }


def _gates(known: History, now: int) -> Mapping[str, Any]:
    begin = begins(known)
    if begin is None:
        return {}
    questions: tuple[Question, ...] = ("will_refer", "network_under")
    draws = 400 if known.persons <= LARGE else 40
    return {question: gate_of(gate(known, question, begin, now, draws=draws)) for question in questions}


def _shifts(projection: Projection, rows: ReferralRows) -> tuple[Shift, ...]:
    """Of each campaign, by the month in which a tree began."""
    by_campaign = groups.campaigns(rows)
    found = shapes(trees(projection, by_campaign))
    month = found.began.astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    months, place = np.unique(month[found.began >= 0], return_inverse=True)
    period = np.full(len(month), -1, np.int32)
    period[found.began >= 0] = place
    return shifts(found.pattern, found.group, period, by_campaign.names, [str(np.datetime64(int(m), "M")) for m in months])


def _recruited(network: Network) -> Any:
    marked = np.zeros(len(network), np.bool_)
    marked[list(network.recruited)] = True
    return marked


def _figures(network: Network, projection: Projection, found: Scores, role: roles.Roles, shape: Shapes, mass: Floats) -> Floats:
    """Of each person all FIGURES but the bounds."""
    many = len(network)
    matrix = np.full((many, len(FIGURES)), np.nan)
    forest, rows = projection.forest, projection.rows
    counts = relations(projection)
    brought = projection.brought_by >= 0
    back = (projection.became == REFUNDED) & (rows.referrer >= 0)
    columns = {
        **{name: getattr(found, name) for name in ("will_refer", "by_referrals", "by_deeds", "network_under", "below")},
        **{name: getattr(found, name) for name in ("bridge", "reach", "direct", "recent", "deeds", "trust")},
        "mass": mass,
        "depth": forest.depth,
        "second": forest.second,
        "accepted": counts.accepted,
        "distinct_persons": counts.distinct,
        "within_consent": counts.within_consent,
        "value": np.bincount(forest.parent[brought], rows.value[projection.brought_by[brought]], minlength=many),
        "refunded": np.bincount(rows.referrer[back], minlength=many),
        "recruited": _recruited(network),
        "role": role.role,
        "idle_share": role.idle_share,
    }
    for name, column in columns.items():
        matrix[:, FIGURES.index(name)] = column
    for name in ("size", "width", "pattern"):
        matrix[shape.root, FIGURES.index(name)] = getattr(shape, name)
    matrix[shape.root, FIGURES.index("virality")] = shape.structural_virality
    return matrix


def _bounds(
    network: Network,
    matrix: Floats,
    known: History,
    now: int,
    weights: Weights,
    found: Scores,
    heads: tuple[float, float],
) -> None:
    head = np.flatnonzero((found.will_refer > heads[0]) | (found.network_under > heads[1])).astype(np.int32)
    near = intervals(known, now, weights, found, head, keys=network.persons[head])
    for name in ("will_refer_low", "will_refer_high", "network_under_low", "network_under_high"):
        matrix[head, FIGURES.index(name)] = getattr(near, name)


def _head(score: Floats) -> float:
    """The score that at most CLOSE persons are above; -1 where everybody may be."""
    return -1.0 if len(score) <= CLOSE else float(np.partition(score, len(score) - CLOSE - 1)[len(score) - CLOSE - 1])


def _kept(network: Network, projection: Projection) -> Labels:
    """Whoever referred anybody, or was recruited to."""
    keep = _recruited(network)
    told = projection.rows.referrer
    keep[told[told >= 0]] = True
    return np.flatnonzero(keep & ~network.opted_out).astype(np.int32)


def _links(network: Network, rows: ReferralRows, projection: Projection) -> LinkColumns:
    person = np.flatnonzero(projection.brought_by >= 0)
    row = projection.brought_by[person]
    told = network.referrals
    return LinkColumns(
        network.persons[projection.forest.parent[person]],
        network.persons[person],
        rows.at[row],
        [network.words.get(handle) for handle in told.campaign[row].tolist()],
        [network.words.get(handle) for handle in told.channel[row].tolist()],
        rows.value[row],
    )
