"""What a merge did to the figures, in a sentence."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from algorithms.differences import Cause, causes, difference, sentence
from algorithms.projection import project
from algorithms.referrals import ReferralRows, referral_rows
from tests.algorithms.test_projection import histories, status, told
from tests.algorithms.test_standing import merged


def test_a_merge_is_told_with_what_it_did() -> None:
    rows = told("ab", "bc", "bd", "be", "cf")
    before = project(rows)
    after = project(merged(merged(rows, 2, 1), 3, 1))
    found = difference(before, after, now=0, window=None)
    assert found.causes == (Cause("inviter", "self_referral", 2),)
    assert found.sentence == "K fell from 0.80 to 0.67: 2 invitees were the inviters' own second accounts"
    assert (
        difference(after, before, now=0, window=None).sentence == "K rose from 0.67 to 0.80: 2 invitees that were set apart count"
    )


def test_one_invitee_is_told_in_the_singular() -> None:
    rows = told("ab", "bc", "cd")
    one = difference(project(rows), project(merged(rows, 2, 1)), now=0, window=None)
    assert one.sentence == "K fell from 0.67 to 0.50: 1 invitee was the inviter's own second account"


def test_several_causes_are_told_the_most_frequent_first() -> None:
    rows = told("ab", "bc", "bd", "be", "ef")
    after = replace(rows, status=np.array(status("accepted", "refunded", "refunded", "rejected", "accepted"), np.int8))
    sentence = difference(project(rows), project(after), now=0, window=None).sentence
    assert sentence == "K fell from 0.80 to 0.00: 2 invitees were refunded; 1 invitee was rejected"


def test_a_figure_that_nobody_could_have_is_unknown() -> None:
    nothing = told("aa")
    found = difference(project(nothing), project(told("aa", "ab", "bc")), now=0, window=None)
    assert found.sentence == "K went from unknown to 0.50: 2 invitees are new"
    assert difference(project(nothing), project(nothing), now=0).sentence == "K stayed unknown"


def test_rows_that_are_gone_are_told() -> None:
    found = causes(np.array([3, 5, 8]), np.array([0, 0, 0], np.int8), np.array([5, 9]), np.array([0, 2], np.int8))
    assert found == (Cause("inviter", None, 2), Cause(None, "no_consent", 1))
    assert sentence(0.5, 0.25, found) == "K fell from 0.50 to 0.25: 2 invitees are on record no more"


def test_a_small_move_shows_in_as_many_digits_as_it_needs() -> None:
    ends = [(0, one) for one in range(1, 1_000)]
    both = np.array([*ends, (1, 1_000), (2, 1_001)], np.int32)
    rows = referral_rows(1_002, both[:, 0], both[:, 1])
    refunded = np.ones(len(both), np.int8)
    refunded[-1] = 3
    found = difference(project(rows), project(replace(rows, status=refunded)), now=0, window=None)
    assert found.sentence == "K fell from 0.002 to 0.001: 1 invitee was refunded"


@given(histories(), histories())
def test_causes_account_for_every_row_that_changed_its_word(one: ReferralRows, other: ReferralRows) -> None:
    less, more = sorted((one, other), key=len)
    before, after = project(less), project(more)
    found = difference(before, after, now=9, window=None)
    changed = int((before.became != after.became[: len(less)]).sum())
    assert sum(cause.rows for cause in found.causes) == changed + len(more) - len(less)
    lost = sum(cause.rows for cause in found.causes if cause.before == "inviter")
    won = sum(cause.rows for cause in found.causes if cause.after == "inviter")
    assert found.after.new_users - found.before.new_users == won - lost
    assert found.sentence.startswith("K ")
    if len(less) < len(more):
        with pytest.raises(ValueError, match="first ones"):
            difference(after, before, now=9)
