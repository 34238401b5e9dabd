"""One inviter a person: which referral counts, and what the others are set apart for."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.edges import EdgeTable, from_frame
from algorithms.forest import Forest
from algorithms.inviters import Invited, first_inviters

Row = tuple[str, str, int | None, float | None, str | None]


def told(*rows: Row) -> EdgeTable:
    schema = {"referrer": pl.String, "referee": pl.String, "at": pl.Int64, "weight": pl.Float64, "status": pl.String}
    return from_frame(pl.DataFrame(list(rows), schema=schema, orient="row"))


def by_name(table: EdgeTable, invited: Invited) -> dict[str, str]:
    names = table.names.to_list()
    return {names[person]: names[above] for person, above in enumerate(invited.parent.tolist()) if above >= 0}


def invited(*pairs: str, at: list[int | None] | None = None) -> tuple[dict[str, str], dict[str, int]]:
    times: list[int | None] = at or [None] * len(pairs)
    table = told(*((pair[0], pair[1], time, None, None) for pair, time in zip(pairs, times, strict=True)))
    found = first_inviters(table)
    return by_name(table, found), dict(found.set_apart)


def test_the_earliest_referral_brought_a_person() -> None:
    assert invited("ac", "bc", at=[20, 10]) == ({"c": "b"}, {"later_inviter": 1})


def test_equal_times_and_unknown_ones_go_by_the_order_of_rows() -> None:
    assert invited("ac", "bc", at=[10, 10])[0] == {"c": "a"}
    assert invited("ac", "bc", at=[None, 10])[0] == {"c": "b"}
    assert invited("bc", "ac")[0] == {"c": "b"}


def test_the_same_two_again_are_told_apart_from_another_inviter() -> None:
    assert invited("ac", "ac", "bc")[1] == {"repeated": 1, "later_inviter": 1}


def test_nobody_brings_himself() -> None:
    assert invited("aa", "ab") == ({"b": "a"}, {"self_referral": 1})


def test_what_would_close_a_ring_is_passed_over_and_the_next_one_counts() -> None:
    assert invited("ab", "bc", "ca", "da") == ({"b": "a", "c": "b", "a": "d"}, {"ring": 1})


def test_of_a_mutual_pair_the_earlier_one_counts() -> None:
    assert invited("ba", "ab", at=[20, 10]) == ({"b": "a"}, {"was_there_before": 1})


def test_whoever_had_referred_somebody_came_without_a_later_referral() -> None:
    assert invited("ab", "ca", at=[10, 20]) == ({"b": "a"}, {"was_there_before": 1})
    assert invited("ab", "ca", at=[10, 10])[0] == {"b": "a", "a": "c"}
    assert invited("ab", "ca", at=[None, 20])[0] == {"b": "a", "a": "c"}
    assert invited("ab", "ca", at=[10, None])[0] == {"b": "a", "a": "c"}


def test_a_refused_referral_shows_all_the_same_that_its_referrer_was_there() -> None:
    table = told(("a", "b", 10, None, "rejected"), ("c", "a", 20, None, None))
    assert by_name(table, first_inviters(table)) == {}


def test_a_loop_does_not_show_that_anybody_was_there() -> None:
    assert invited("aa", "ba", at=[10, 20])[0] == {"a": "b"}


@pytest.mark.parametrize("status", ["pending", "rejected", "refunded"])
def test_only_accepted_referrals_count(status: str) -> None:
    found = first_inviters(told(("a", "b", None, None, status), ("c", "b", None, None, "accepted")))
    assert (found.parent.tolist(), found.set_apart) == ([-1, 2, -1], {status: 1})


@pytest.mark.parametrize("weight", [0.0, -3.0])
def test_distrust_brings_nobody(weight: float) -> None:
    found = first_inviters(told(("a", "b", None, weight, None), ("c", "b", None, 1.0, None)))
    assert (found.parent.tolist(), found.set_apart) == ([-1, 2, -1], {"no_weight": 1})


def test_a_referral_is_set_apart_for_one_reason_only() -> None:
    found = first_inviters(told(("a", "a", 5, -1.0, "pending"), ("a", "b", 5, -1.0, "pending")))
    assert found.set_apart == {"self_referral": 1, "pending": 1}


PERSON = st.sampled_from("abcdefg")
ROWS = st.lists(
    st.tuples(
        PERSON,
        PERSON,
        st.one_of(st.none(), st.integers(0, 5)),
        st.sampled_from([None, 1.0, -1.0]),
        st.sampled_from([None, "accepted", "pending"]),
    ),
    max_size=25,
)


@given(ROWS)
def test_it_is_a_forest_and_every_row_is_accounted_for(rows: list[Row]) -> None:
    table = told(*rows)
    found = first_inviters(table)
    Forest(found.parent)
    assert sum(found.parent >= 0) + sum(found.set_apart.values()) == len(rows)


@given(ROWS)
def test_it_is_what_going_through_the_rows_one_by_one_finds(rows: list[Row]) -> None:
    never = float("inf")
    acted = {
        name: min((t for one, two, t, _, _ in rows if one == name != two and t is not None), default=never) for name in "abcdefg"
    }
    expected: dict[str, str] = {}
    for referrer, referee, at, weight, status in sorted(rows, key=lambda row: never if row[2] is None else row[2]):
        above: str | None = referrer
        while above is not None and above != referee:
            above = expected.get(above)
        counts = status in {None, "accepted"} and weight != -1 and (at is None or at <= acted[referee])
        if counts and above is None:
            expected.setdefault(referee, referrer)
    table = told(*rows)
    assert by_name(table, first_inviters(table)) == expected
