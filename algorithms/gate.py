"""Whether a score foretells better than the best simple baseline, on a brand's own past. Pure; must not let the future in."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from algorithms.csr import Floats, Pointers
from algorithms.edges import NO_TIME
from algorithms.history import History
from algorithms.prediction import Redrawn, lift, ndcg, rank_correlation
from algorithms.projection import DAY
from algorithms.scores import HORIZON, Weights, fitted, scores

Question = Literal["will_refer", "network_under"]
Verdict = Literal["better", "experimental"]

BASELINES: Final = {"will_refer": "half-life 60 days count", "network_under": "reach"}

SHARES: Final = tuple(share / 100 for share in range(35, 90, 5))
"""The moments of comparison, by their share of the time from the first to the last thing told."""

EARLIEST: Final = 0.001
"""Share of referrals and deeds that may lie before the first moment is counted from."""

FEWEST: Final = 8
"""Moments that a verdict needs; and each needs somebody who brought somebody later."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How well one score foretold: three measures of algorithms.prediction."""

    ndcg_100: float
    lift_1pct: float
    rank_correlation: float


@dataclass(frozen=True, slots=True)
class Moment:
    """One comparison: what was known at `at` against what came in the horizon after.

    `truth` is how many came in all, `persons` how many brought them (or had them come below); `weights` were fitted at `at`.
    """

    at: int
    candidates: int
    truth: int
    persons: int
    weights: Weights
    score: Measured
    baseline: Measured


@dataclass(frozen=True, slots=True)
class Gate:
    """The comparison of a score with its baseline over all moments.

    `score` and `baseline` are means over the moments, and `difference` is that of NDCG. Its intervals are of 95 %: `by_persons`
    if there had been other persons like these, `by_moments` if the moments had been others. `verdict` is `better` only where
    the lower bounds of both are above 0 and there are moments enough; else `experimental`.
    """

    question: Question
    baseline_name: str
    moments: tuple[Moment, ...]
    score: Measured
    baseline: Measured
    difference: float
    by_persons: tuple[float, float]
    by_moments: tuple[float, float]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Compared:
    candidates: Pointers
    truth: Floats
    score: Floats
    baseline: Floats


def begins(history: History) -> int | None:
    """From when on there is something to foretell from: the first referral or deed, but for a tenth of a percent of all.

    One wrong old date would shift every moment of the comparison else.
    """
    dated = np.r_[history.brought_at[history.brought_at != NO_TIME], history.acted]
    return int(np.quantile(dated, EARLIEST, method="lower")) if len(dated) else None


def gate(
    history: History,
    question: Question,
    first: int,
    last: int,
    *,
    shares: tuple[float, ...] = SHARES,
    horizon: int = HORIZON,
    draws: int = 400,
    seed: int = 0,
) -> Gate:
    """Compare at each moment, with weights fitted to what was known at it. Candidates are all who were there by then.

    A moment with nothing to foretell, or whose horizon ends after `last`, is left out.
    """
    compared: list[_Compared] = []
    told: list[Moment] = []
    for share in shares:
        at = int(first + share * (last - first))
        one = _compare(history, question, at, horizon) if at + horizon <= last else None
        if one is not None:
            compared.append(one[0])
            told.append(one[1])
    differences = np.array([moment.score.ndcg_100 - moment.baseline.ndcg_100 for moment in told])
    rng = np.random.default_rng(seed)
    by_moments = _interval([differences[rng.integers(0, len(told), len(told))].mean() for _ in range(draws)] if told else [])
    by_persons = _interval(_among_others(compared, history.persons, draws, rng))
    enough = len(told) >= FEWEST
    return Gate(
        question,
        BASELINES[question],
        tuple(told),
        _mean([moment.score for moment in told]),
        _mean([moment.baseline for moment in told]),
        float(differences.mean()) if told else float("nan"),
        by_persons,
        by_moments,
        "better" if enough and min(by_persons[0], by_moments[0]) > 0 else "experimental",
    )


def _compare(history: History, question: Question, at: int, horizon: int) -> tuple[_Compared, Moment] | None:
    weights = fitted(history, at, horizon=horizon)
    found = scores(history, at, weights)
    if question == "will_refer":
        truth, score, baseline = history.brings(at, at + horizon), found.will_refer, history.recency(at, 60 * DAY)
    else:
        truth, score, baseline = history.grows(at, at + horizon), found.network_under, found.reach.astype(np.float64)
    there = np.flatnonzero(history.seen <= at)
    one = _Compared(there, truth[there], score[there], baseline[there])
    if not one.truth.any():
        return None
    persons = int(np.count_nonzero(one.truth))
    moment = Moment(
        at,
        len(there),
        int(one.truth.sum()),
        persons,
        weights,
        _measured(one.score, one.truth),
        _measured(one.baseline, one.truth),
    )
    return one, moment


def _measured(score: Floats, truth: Floats) -> Measured:
    return Measured(ndcg(score, truth), lift(score, truth), rank_correlation(score, truth))


def _mean(measured: list[Measured]) -> Measured:
    def mean(values: list[float]) -> float:
        return float(np.nanmean(values)) if values and not np.isnan(values).all() else float("nan")

    return Measured(
        mean([one.ndcg_100 for one in measured]),
        mean([one.lift_1pct for one in measured]),
        mean([one.rank_correlation for one in measured]),
    )


def _among_others(compared: list[_Compared], persons: int, draws: int, rng: np.random.Generator) -> list[float]:
    """Mean differences where persons are drawn again, the same ones at all moments, as those hang together through them."""
    pairs = [(one.candidates, Redrawn(one.score, one.truth), Redrawn(one.baseline, one.truth)) for one in compared]
    means: list[float] = []
    for _ in range(draws if compared else 0):
        times = np.bincount(rng.integers(0, persons, persons), minlength=persons)
        means.append(
            float(np.nanmean([score.ndcg(times[there]) - baseline.ndcg(times[there]) for there, score, baseline in pairs]))
        )
    return means


def _interval(values: list[float]) -> tuple[float, float]:
    if not values:
        return float("nan"), float("nan")
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)
