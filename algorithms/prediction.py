"""How well scores foretold what came: NDCG, lift and rank correlation, where equal scores share. Pure."""

from typing import Final

import numpy as np

from algorithms.csr import Floats, Pointers

FIRST: Final = 100
"""Ranks that NDCG looks at."""


def shared_gains(score: Floats, truth: Floats) -> Floats:
    """The truth in the order of the scores, highest first; equal scores share the mean of theirs, so that no order among them
    is better than another."""
    order = np.argsort(-score, kind="stable")
    ranked, gains = score[order], truth[order].astype(np.float64)
    begins = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1])) if len(ranked) else np.empty(0, np.int64)
    sizes = np.diff(np.append(begins, len(ranked)))
    return np.repeat(np.add.reduceat(gains, begins) / sizes, sizes) if len(ranked) else gains


def ndcg(score: Floats, truth: Floats, first: int = FIRST) -> float:
    """Discounted gain of the first ranks over the best possible, 0 to 1; nan where there is nothing to gain.

    Gain is the truth itself, the discount of rank r is 1/log2(r + 1). Järvelin and Kekäläinen, Cumulated gain-based evaluation
    of IR techniques (2002).
    """
    first = min(first, len(truth))
    discount = 1 / np.log2(np.arange(2, first + 2))
    best = float(np.sort(truth)[::-1][:first] @ discount)
    return float(shared_gains(score, truth)[:first] @ discount) / best if best else float("nan")


class Redrawn:
    """NDCG of the same scores where each person is there any number of times, as a bootstrap needs it again and again.

    Persons are put in order once; what is asked for after that looks at the head only, and at the persons who tie with it.
    """

    def __init__(self, score: Floats, truth: Floats, first: int = FIRST) -> None:
        self._first = first
        self._order = np.argsort(-score, kind="stable")
        self._best = np.argsort(-truth, kind="stable")
        self._truth = truth
        ranked = score[self._order]
        self._begins = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1])) if len(ranked) else np.empty(0, np.int64)

    def ndcg(self, times: Pointers) -> float:
        """`ndcg` of every person as many times as `times` says."""
        best = self._gain(self._best, np.arange(len(self._best)), times)
        return self._gain(self._order, self._begins, times) / best if best else float("nan")

    def _gain(self, order: Pointers, begins: Pointers, times: Pointers) -> float:
        """Discounted gain of the first ranks, where those from one of `begins` to the next share."""
        groups = 4 * self._first
        while True:
            end = begins[groups] if groups < len(begins) else len(order)
            head = order[:end]
            many = times[head]
            if groups >= len(begins) or many.sum() >= self._first:
                break
            groups *= 4
        some = begins[:groups]
        if not len(some):
            return 0.0
        size = np.add.reduceat(many, some)
        shared = np.divide(np.add.reduceat(many * self._truth[head], some), size, out=np.zeros(len(some)), where=size > 0)
        # A group larger than the ranks is cut to them before it is spread out: all its persons have the same gain.
        gains = np.repeat(shared, np.minimum(size, self._first))[: self._first]
        return float(gains @ (1 / np.log2(np.arange(2, len(gains) + 2))))


def lift(score: Floats, truth: Floats, share: float = 0.01) -> float:
    """Mean truth of the highest share of scores (rounded up) over the mean of all; nan where all truth is 0."""
    top = int(np.ceil(share * len(truth)))
    mean = float(truth.mean()) if len(truth) else 0.0
    return float(shared_gains(score, truth)[:top].mean()) / mean if mean else float("nan")


def rank_correlation(score: Floats, truth: Floats) -> float:
    """Spearman's: the correlation of ranks, of which equal ones are the mean. nan where either is all equal."""
    one, other = _ranks(score), _ranks(truth)
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


def _ranks(values: Floats) -> Floats:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    after = np.cumsum(counts)
    return (after - (counts - 1) / 2)[place]
