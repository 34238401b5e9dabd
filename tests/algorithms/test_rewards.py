"""Rewards reach two levels at most, and every row that was paid can be shown to."""

import numpy as np
import pytest
from hypothesis import given

from algorithms.projection import project
from algorithms.referrals import ReferralRows
from algorithms.rewards import due, proof
from tests.algorithms.test_projection import histories, told


def test_two_levels_are_due_and_no_more() -> None:
    found = due(project(told("ab", "bc", "cd")))
    assert list(zip(found.beneficiary.tolist(), found.referee.tolist(), found.level.tolist(), strict=True)) == [
        (0, 1, 1),
        (1, 2, 1),
        (0, 2, 2),
        (2, 3, 1),
        (1, 3, 2),
    ]
    assert found.row.tolist() == [0, 1, 1, 2, 2]
    assert due(project(told("ab", "bc")), levels=1).level.tolist() == [1, 1]


@pytest.mark.parametrize("levels", [0, 3])
def test_no_setting_raises_the_ceiling(levels: int) -> None:
    with pytest.raises(ValueError, match="1 to 2 levels"):
        due(project(told("ab")), levels)


def test_what_was_paid_beyond_shows_in_the_proof() -> None:
    projection = project(told("ab", "bc", "cd", "ae", "aa"))
    paid = proof(projection, np.array([2, 1, 0, 4, 0, 3], np.int32), np.array([2, 2, 2, 2, 4, 2]))
    assert paid.rewards.level.tolist() == [1, 2, 3, -1, -1, -1]
    assert paid.within.tolist() == [True, True, False, False, False, False]
    assert (paid.between.tolist(), paid.beyond, paid.holds) == ([-1, 2, -1, -1, -1, -1], 4, False)


@given(histories())
def test_all_that_is_due_holds(rows: ReferralRows) -> None:
    projection = project(rows)
    rewards = due(projection)
    found = proof(projection, rewards.beneficiary, rewards.row)
    assert found.holds
    assert found.rewards.level.tolist() == rewards.level.tolist()
    assert len(rewards.row) == int((projection.forest.depth > 0).sum() + (projection.forest.depth > 1).sum())
