"""What a scoring leaves for the next one: written, read back, and compared at the same moment."""

from dataclasses import replace

import numpy as np
from hypothesis import given

from algorithms.differences import difference
from algorithms.fission import overall
from algorithms.projection import DAY, project
from algorithms.referrals import ReferralRows
from algorithms.traces import Last, Trace, compared, read, written
from tests.algorithms.test_projection import histories, told
from tests.algorithms.test_standing import merged

NOW = 400 * DAY


def a_trace(of: np.ndarray, became: np.ndarray, persons: int = 0) -> Trace:
    return Trace(7, "policy-1", of, became, np.arange(persons) * 3, np.array([1, 0], np.int8), np.array([6, 3]))


def left_by(rows: ReferralRows, of: np.ndarray, k: float | None) -> Last:
    held = a_trace(of, project(rows).became, rows.persons)
    found = read(written(held))
    assert found is not None
    for name in Trace.__slots__:
        assert np.array_equal(getattr(found, name), getattr(held, name)), name
    return Last(NOW, k, found)


@given(histories(), histories())
def test_what_was_written_tells_the_same_as_the_projection_itself(one: ReferralRows, other: ReferralRows) -> None:
    less, more = sorted((one, other), key=len)
    more = replace(more, at=np.minimum(more.at, NOW))
    before, after = project(less), project(more)
    of = np.arange(len(more), dtype=np.int64) * 7_919 + 1_700_000_000_000_000
    found = compared(left_by(less, of[: len(less)], overall(before, now=NOW).k), of, after)
    expected = difference(before, after, now=NOW)
    assert [tuple(cause.values()) for cause in found["since"]["causes"]] == [
        (cause.before, cause.after, cause.rows) for cause in expected.causes
    ]
    assert found["difference"] in (None, expected.sentence)
    assert (found["since"]["k_before"], found["since"]["k_after"]) == (expected.before.k, expected.after.k)


def test_who_came_since_is_no_cause() -> None:
    rows = told("ab", "bc", "cd")
    rows = replace(rows, at=np.array([1, 2, NOW // DAY + 1]) * DAY)
    of = np.array([30, 10, 20])
    before = Last(NOW, 0.5, a_trace(np.array([10, 30]), np.zeros(2, np.int8)))
    assert compared(before, of, project(rows))["since"] == {"as_of": NOW, "k_before": 0.5, "k_after": 0.5, "causes": []}
    assert compared(before, of, project(rows))["difference"] is None
    second = compared(before, of, project(merged(rows, 2, 1)))
    assert second["difference"] == "K fell from 0.50 to 0.00: 1 invitee was the inviter's own second account"


def test_a_trace_in_another_form_is_not_compared() -> None:
    assert read(None) is None
    assert read("0-00000000:xyz") is None
    assert len(left_by(told(), np.empty(0, np.int64), None).trace.of) == 0
