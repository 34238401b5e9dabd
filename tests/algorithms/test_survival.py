"""Kaplan and Meier's curve against a published example and scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from algorithms.survival import kaplan_meier

REMISSION = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
"""Weeks of remission under 6-mercaptopurine, + for censored: Freireich et al. (1963), the example of most textbooks."""


def test_the_curve_of_the_textbooks() -> None:
    told = REMISSION.split()
    weeks = np.array([int(one.rstrip("+")) for one in told])
    found = kaplan_meier(weeks, np.array([not one.endswith("+") for one in told]))
    assert found.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert found.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert found.events.tolist() == [3, 1, 1, 1, 1, 1, 1]
    assert found.survival.round(4).tolist() == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert found.error.round(4).tolist() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert (found.happened, found.censored, found.quantile(0.5), found.quantile(0.9)) == (9, 12, 23, None)
    assert found.share_by(5) == 0
    assert found.share_by(12) == pytest.approx(1 - 0.7529, abs=1e-4)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=30))
def test_it_is_what_scipy_finds(told: list[tuple[int, bool]]) -> None:
    duration, happened = np.array([one for one, _ in told]), np.array([one for _, one in told])
    found = kaplan_meier(duration, happened)
    if happened.any():
        oracle = ecdf(CensoredData(uncensored=duration[happened], right=duration[~happened])).sf
        steps = np.searchsorted(oracle.quantiles, found.times)
        assert found.survival == pytest.approx(oracle.probabilities[steps])
    else:
        assert found.times.tolist() == []


def test_where_everybody_is_looked_at_to_the_end_it_is_the_plain_share() -> None:
    found = kaplan_meier(np.array([3, 1, 2, 2]), np.ones(4, np.bool_))
    assert (found.survival.tolist(), found.quantile(0.5), found.quantile(1.0)) == ([0.75, 0.25, 0.0], 2, 3)
    assert found.error[-1] == 0
