"""How long until something happens, where for some it hasn't yet: Kaplan and Meier's curve. Pure."""

from dataclasses import dataclass

import numpy as np

from algorithms.csr import Floats, Pointers
from algorithms.referrals import Mask


@dataclass(frozen=True, slots=True)
class Curve:
    """The share for whom it hasn't happened yet, step by step.

    `times` are the different durations after which it happened, ascending. Beside each: `at_risk`, for how many it could still
    happen then; `events`, for how many it did; `survival`, the share for whom it hadn't until then and not then either; and
    `error`, the standard error of that share (Greenwood's formula; 0 where the share is 0). `happened` and `censored` count
    everybody.
    """

    times: Pointers
    at_risk: Pointers
    events: Pointers
    survival: Floats
    error: Floats
    happened: int
    censored: int

    def share_by(self, duration: int) -> float:
        """The share for whom it had happened by then; beyond the last event what was known at that."""
        step = int(np.searchsorted(self.times, duration, "right")) - 1
        return 0.0 if step < 0 else 1.0 - float(self.survival[step])

    def quantile(self, share: float) -> int | None:
        """After how long it had happened for that share; None where it never was seen to happen for as many."""
        reached = np.flatnonzero(self.survival <= 1.0 - share + 1e-12)
        return int(self.times[reached[0]]) if len(reached) else None


def kaplan_meier(duration: Pointers, happened: Mask) -> Curve:
    """The curve of n durations, int64[n], each until it happened or until nobody looked any more (not `happened`).

    Who stops being looked at when it happens for others was still at risk then. Kaplan and Meier, Nonparametric estimation
    from incomplete observations (1958); Greenwood, The natural duration of cancer (1926). O(n log n).
    """
    times, events = np.unique(duration[happened], return_counts=True)
    at_risk = len(duration) - np.searchsorted(np.sort(duration), times, "left")
    left = at_risk - events
    survival = np.cumprod(left / at_risk).astype(np.float64, copy=False)
    spread: Floats = np.cumsum(np.divide(events, at_risk * left, out=np.zeros(len(times)), where=left > 0))
    some = int(np.count_nonzero(happened))
    return Curve(times, at_risk, events, survival, survival * np.sqrt(spread), some, len(duration) - some)
