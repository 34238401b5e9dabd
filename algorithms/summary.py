"""The summary of a scoring as plain values that become JSON: figures, curves, gates. Pure; names persons by handle only."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from algorithms.fission import Figures
from algorithms.fraud import SEVERITY, Case
from algorithms.gate import Gate, Measured
from algorithms.patterns import PATTERNS, Shapes
from algorithms.projection import DAY, Projection
from algorithms.roles import ROLES, Organic, Roles
from algorithms.scores import Weights
from algorithms.shifts import Shift
from algorithms.survival import Curve
from graph.network import Network

VERSION: Final = 2
POINTS: Final = 160
"""Most steps of a curve that are kept."""

CASES: Final = 40
"""Cases of evidence told of."""

STEPS: Final = 12
"""Most steps of the path of one."""

RECRUITED: Final = 50
"""Most recruited people told of."""

_NUMBERS: Final = (
    *("max_depth", "width", "structural_virality", "largest_fan_out", "star_share", "hubs", "idle_share", "bridge_share"),
    *("gini", "ring_share"),
)
_BAND: Final = 1.959964
"""Standard errors on either side of a share: 95 %."""


TREES: Final = 4
"""Trees told of that are the largest, and that are the largest of their pattern."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a scoring found out about the network as a whole."""

    figures: Mapping[str, Sequence[Figures]]
    shapes: Shapes
    shifts: Sequence[Shift]
    roles: Roles
    organic: Sequence[Organic]
    cases: Sequence[Case]
    weights: Weights
    gates: Mapping[str, Any]
    mass: float


def summary_of(network: Network, projection: Projection, found: Findings) -> dict[str, Any]:
    """Everything that isn't about one person. Persons are told by handle."""
    weights = found.weights
    return {
        "version": VERSION,
        "persons": len(network),
        "mass": found.mass,
        "referrals": len(network.referrals),
        "links": int(np.count_nonzero(projection.brought_by >= 0)),
        "set_apart": dict(projection.set_apart),
        "opted_out": int(np.count_nonzero(network.opted_out)),
        "orders": len(network.orders),
        "figures": {group: [figures_of(one) for one in some] for group, some in found.figures.items()},
        "weights": {
            "referral": weights.referral,
            "deed": weights.deed,
            "rest": weights.rest,
            "referral_half_life": weights.referral_half_life / DAY,
            "deed_half_life": weights.deed_half_life / DAY,
            "moments": weights.moments,
        },
        "gates": dict(found.gates),
        "patterns": _patterns(found.shapes),
        "trees": [_tree(network, found.shapes, place) for place in _telling(found.shapes)],
        "shifts": [_shift(one) for one in found.shifts],
        "roles": {name: int(np.count_nonzero(found.roles.role == code)) for code, name in enumerate(ROLES)},
        "beyond_dunbar": int(np.count_nonzero(found.roles.beyond_dunbar)),
        "recruited": _recruited(network, projection, found.organic),
        "fraud": _fraud(network, found.cases),
    }


def _patterns(shape: Shapes) -> list[dict[str, Any]]:
    """Of each pattern how many trees have it, and the means of the numbers behind."""
    told: list[dict[str, Any]] = []
    for code, name in enumerate(PATTERNS):
        which = shape.pattern == code
        means = {} if not which.any() else {key: float(getattr(shape, key)[which].mean()) for key in _NUMBERS}
        told.append({"pattern": name, "trees": int(which.sum()), "persons": int(shape.size[which].sum()), **means})
    return told


def _telling(shape: Shapes) -> list[int]:
    """The largest trees, and the largest of each pattern, largest first."""
    order = np.argsort(-shape.size, kind="stable")
    first_of_pattern = [order[np.flatnonzero(shape.pattern[order] == code)[:1]] for code in range(len(PATTERNS))]
    chosen = np.unique(np.concatenate([order[:TREES], *first_of_pattern]).astype(np.int64))
    return chosen[np.argsort(-shape.size[chosen], kind="stable")].tolist()


def _tree(network: Network, shape: Shapes, place: int) -> dict[str, Any]:
    return {
        "root": int(network.persons[shape.root[place]]),
        "pattern": PATTERNS[shape.pattern[place]],
        "size": int(shape.size[place]),
        **{key: float(getattr(shape, key)[place]) for key in _NUMBERS},
    }


def _shift(found: Shift) -> dict[str, Any]:
    names = ("group", "before", "after", "distance", "chance", "alarmed", "most_grown")
    counts = {"trees_before": list(found.trees_before), "trees_after": list(found.trees_after)}
    return {**{name: getattr(found, name) for name in names}, **counts}


def _fraud(network: Network, cases: Sequence[Case]) -> dict[str, Any]:
    """How many cases there are of each kind, and those of most weight: of most rows, and among equals of most severity."""
    counts: dict[str, dict[str, int]] = {}
    for case in cases:
        kind = counts.setdefault(case.kind, {})
        kind[case.hint] = kind.get(case.hint, 0) + 1
    return {"counts": counts, "cases": heaviest([_case(network, case) for case in cases])}


def heaviest(cases: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cases of most weight, as many as are told of."""
    return sorted(cases, key=lambda case: (-SEVERITY[case["kind"], case["hint"]] * case["rows"], case["kind"], case["suspects"]))[
        :CASES
    ]


def _case(network: Network, case: Case) -> dict[str, Any]:
    return {
        "kind": case.kind,
        "hint": case.hint,
        "suspects": [int(network.persons[person]) for person in case.suspects[:STEPS]],
        "rows": len(case.rows),
        "measure": case.measure,
        "path": [[what, int(network.persons[number]) if what == "person" else number] for what, number in case.path[:STEPS]],
    }


def _recruited(network: Network, projection: Projection, organic: Sequence[Organic]) -> list[dict[str, Any]]:
    """Everybody recruited, who brought most first, with the organic people behind."""
    forest = projection.forest
    people = sorted(network.recruited, key=lambda person: (-int(forest.reach[person]), person))
    return [
        {
            "person": int(network.persons[person]),
            "programmes": list(network.recruited[person]),
            "direct": int(forest.direct[person]),
            "reach": int(forest.reach[person]),
            "organic": [
                {"path": [int(network.persons[step]) for step in one.path], "score": one.score, "share": one.share}
                for one in organic
                if one.recruited == person
            ],
        }
        for person in people[:RECRUITED]
    ]


def figures_of(found: Figures) -> dict[str, Any]:
    """The figures of one group."""
    plain = ("group", "referrals", "new_users", "active_referrers", "mean_new_users", "max_new_users", "seeds", "value", "cohort")
    more = ("mature", "censored", "undated", "secondary", "secondary_rate", "fan_out", "k")
    days = {name: None if (value := getattr(found, name)) is None else value / DAY for name in ("cycle_median", "cycle_p90")}
    return {
        **{name: getattr(found, name) for name in (*plain, *more)},
        **days,
        "set_apart": dict(found.set_apart),
        "generations": list(found.generations),
        "cycle": curve(found.cycle),
    }


def curve(found: Curve) -> dict[str, Any]:
    """A curve with its band of 95 %, in days, of at most POINTS steps; shares of those who had brought somebody by then."""
    steps = np.unique(np.linspace(0, len(found.times) - 1, min(POINTS, len(found.times))).astype(np.int64))
    share, error = 1.0 - found.survival[steps], _BAND * found.error[steps]
    return {
        "days": (found.times[steps] / DAY).round(3).tolist(),
        "share": share.round(6).tolist(),
        "low": np.maximum(share - error, 0.0).round(6).tolist(),
        "high": np.minimum(share + error, 1.0).round(6).tolist(),
        "happened": found.happened,
        "censored": found.censored,
    }


def gate_of(found: Gate) -> dict[str, Any]:
    """A gate without its moments."""
    return {
        "baseline_name": found.baseline_name,
        "moments": len(found.moments),
        "score": _measured(found.score),
        "baseline": _measured(found.baseline),
        "difference": number(found.difference),
        "by_persons": [number(bound) for bound in found.by_persons],
        "by_moments": [number(bound) for bound in found.by_moments],
        "verdict": found.verdict,
    }


def _measured(found: Measured) -> dict[str, float | None]:
    return {name: number(getattr(found, name)) for name in ("ndcg_100", "lift_1pct", "rank_correlation")}


def number(value: float) -> float | None:
    """A number that JSON has; None for NaN."""
    return None if math.isnan(value) else float(value)
