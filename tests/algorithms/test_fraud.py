"""Evidence of made-up referrals, the way to see it, and what trust is left."""

import numpy as np
import pytest
from hypothesis import given

from algorithms.fraud import SECOND, Case, Holdings, evidence, trust
from algorithms.projection import project
from algorithms.referrals import ReferralRows, referral_rows
from tests.algorithms.test_projection import histories, status, told

DAY = 86_400 * SECOND


def hub(many: int, apart: int, **columns: np.ndarray) -> ReferralRows:
    """Person 0 brings `many`, each `apart` after the one before."""
    ends = np.zeros(many, np.int32), np.arange(1, many + 1, dtype=np.int32)
    return referral_rows(many + 1, *ends, at=np.arange(many) * apart, **columns)


def held(*pairs: tuple[int, int]) -> Holdings:
    both = np.array(pairs, np.int64)
    return Holdings(both[:, 0].astype(np.int32), both[:, 1])


def only(cases: tuple[Case, ...]) -> Case:
    assert len(cases) == 1
    return cases[0]


def test_a_second_account_of_the_referrer_is_evidence_with_its_path() -> None:
    projection = project(told("aa", "ab", referrer_id=[7, 7], referee_id=[8, 9]))
    case = only(evidence(projection))
    assert (case.kind, case.suspects, case.rows, case.hint, case.measure) == ("self_referral", (0,), (0,), "none", 1)
    assert case.path == (("identifier", 7), ("person", 0), ("identifier", 8))
    assert trust(projection, [case])[:2].tolist() == [0.75, 1.0]


def test_many_second_accounts_are_a_farm() -> None:
    projection = project(told("aa", "aa", "aa", referrer_id=[1, 1, 1], referee_id=[2, 3, 4]))
    case = only(evidence(projection))
    assert (case.hint, case.measure) == ("farm", 3)
    assert trust(projection, [case])[0] == 0


def test_a_ring_is_shown_all_the_way_round() -> None:
    projection = project(told("bc", "ca", "ab", "ad"))
    case = only(evidence(projection))
    assert (case.kind, case.suspects, case.rows) == ("ring", (0, 1, 2), (0, 1, 2))
    assert [number for _, number in case.path] == [0, 1, 2, 0]
    assert trust(projection, [case])[:4].tolist() == [0.5, 0, 0, 1]


def test_a_mutual_pair_is_no_ring() -> None:
    case = only(evidence(project(told("ab", "ba"))))
    assert (case.kind, case.suspects, [number for _, number in case.path]) == ("mutual", (0, 1), [0, 1, 0])


def test_invitees_on_one_device_may_be_a_family_or_a_farm() -> None:
    slow = project(hub(4, 30 * DAY))
    case = only(evidence(slow, held((1, 99), (2, 99), (3, 99), (4, 50))))
    assert (case.kind, case.hint, case.measure, case.rows) == ("farm", "family", 3, (0, 1, 2))
    assert case.path == (("person", 0), ("person", 1), ("thing", 99), ("person", 2), ("person", 3))
    assert only(evidence(project(hub(4, SECOND * 3_600)), held((1, 99), (2, 99), (3, 99)))).hint == "farm"
    assert only(evidence(project(hub(6, 30 * DAY)), held(*((one, 99) for one in range(1, 7))))).hint == "farm"


def test_two_invitees_on_the_referrers_own_device_are_enough() -> None:
    projection = project(hub(4, 30 * DAY))
    assert only(evidence(projection, held((0, 99), (1, 99), (2, 99)))).measure == 2
    assert evidence(projection, held((1, 99), (2, 99), (3, 98), (4, 97))) == ()


def test_a_device_of_a_counter_is_no_farm() -> None:
    ends = np.zeros(3, np.int32), np.arange(1, 4, dtype=np.int32)
    projection = project(referral_rows(100, *ends, at=np.arange(3) * DAY * 30))
    counter = held(*((one, 99) for one in range(1, 61)))
    assert evidence(projection, counter) == ()


def test_ten_within_a_minute_are_a_burst() -> None:
    case = only(evidence(project(hub(10, 6 * SECOND))))
    assert (case.kind, case.suspects, case.rows, case.measure) == ("burst", (0,), tuple(range(10)), 10)
    assert evidence(project(hub(10, 7 * SECOND))) == ()
    assert evidence(project(hub(9, SECOND))) == ()


def test_a_burst_is_only_the_rows_that_were_fast() -> None:
    rows = hub(30, SECOND)
    slow = np.where(np.arange(30) < 12, np.arange(30) * SECOND, np.arange(30) * DAY)
    case = only(evidence(project(referral_rows(31, rows.referrer, rows.referee, at=slow))))
    assert case.rows == tuple(range(12))


def test_three_levels_within_seconds_are_a_script() -> None:
    projection = project(told("ab", "bc", "cd", "de", at=[0, 10 * SECOND, 20 * SECOND, 90 * SECOND]))
    case = only(evidence(projection))
    assert (case.kind, case.suspects, case.rows, case.measure) == ("scripted_chain", (0, 1, 2), (0, 1, 2), 20.0)
    assert [number for _, number in case.path] == [0, 1, 2, 3]
    assert evidence(project(told("ab", "bc", "cd", at=[0, 10 * SECOND, 60 * SECOND]))) == ()


def test_a_script_that_goes_on_is_one_case() -> None:
    case = only(evidence(project(told("ab", "bc", "cd", "de", "ef", at=[one * SECOND for one in range(5)]))))
    assert [number for _, number in case.path] == [0, 1, 2, 3, 4, 5]


def test_refunds_count_where_their_share_is_high_for_sure() -> None:
    many = np.array([3] * 12 + [1] * 8, np.int8)
    case = only(evidence(project(hub(20, DAY, status=many))))
    assert (case.kind, case.measure, len(case.rows)) == ("refunds", 0.6, 12)
    assert evidence(project(hub(2, DAY, status=np.array([3, 1], np.int8)))) == ()
    assert trust(project(hub(20, DAY, status=many)), [case])[0] == pytest.approx(0.7)


def test_one_bad_row_of_many_takes_little_trust() -> None:
    rows = told("aa", *["ab"] * 1, status=status("accepted", "accepted"))
    assert trust(project(rows), evidence(project(rows)))[0] == 0.75
    ends = np.append(np.zeros(99, np.int32), 0), np.append(np.arange(1, 100), 0).astype(np.int32)
    projection = project(referral_rows(100, *ends))
    assert trust(projection, evidence(projection))[0] == pytest.approx(1 - 0.5 / 100)


@given(histories())
def test_every_case_has_rows_a_way_and_suspects_and_trust_stays_a_share(rows: ReferralRows) -> None:
    projection = project(rows)
    holdings = Holdings(np.arange(7, dtype=np.int32), np.arange(7) % 2)
    cases = evidence(projection, holdings)
    left = trust(projection, cases)
    assert ((left >= 0) & (left <= 1)).all()
    for case in cases:
        assert case.rows
        assert case.path
        assert set(rows.referrer[list(case.rows)].tolist()) == set(case.suspects)
    untouched = set(range(7)) - {person for case in cases for person in case.suspects}
    assert all(left[person] == 1 for person in untouched)
