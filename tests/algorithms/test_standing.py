"""Scoring again after a change equals scoring from nothing, and looks at the touched trees only."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.pagerank import pagerank
from algorithms.projection import Attribution, Rules
from algorithms.referrals import NOBODY, ReferralRows
from algorithms.standing import Standing, again, stand
from tests.algorithms.test_projection import histories, seen, status, told


def merged(rows: ReferralRows, gone: int, into: int) -> ReferralRows:
    """Two persons were one all the time."""

    def renamed(persons: np.ndarray) -> np.ndarray:
        return np.where(persons == gone, into, persons).astype(np.int32)

    first_seen = rows.first_seen.copy()
    times = [at for at in (first_seen[gone], first_seen[into]) if at >= 0]
    first_seen[into], first_seen[gone] = min(times, default=-1), -1
    return replace(rows, referrer=renamed(rows.referrer), referee=renamed(rows.referee), first_seen=first_seen)


def same(one: Standing, other: Standing) -> None:
    for name in ("became", "brought_by", "credit", "ring"):
        assert getattr(one.projection, name).tolist() == getattr(other.projection, name).tolist(), name
    for name in ("parent", "direct", "second", "reach", "depth", "root", "component", "tree_size"):
        assert getattr(one.projection.forest, name).tolist() == getattr(other.projection.forest, name).tolist(), name
    assert one.component.tolist() == other.component.tolist()
    assert one.mass.tolist() == pytest.approx(other.mass.tolist())
    assert one.pagerank == pytest.approx(other.pagerank)
    assert one.betweenness.tolist() == other.betweenness.tolist()


PERSON = st.integers(0, 6)
ATTRIBUTIONS = st.sampled_from(["first", "last", "linear", "time_decay"])


@given(histories(), PERSON, PERSON, ATTRIBUTIONS)
def test_after_a_merge_it_is_what_scoring_from_nothing_finds(
    rows: ReferralRows, gone: int, into: int, attribution: Attribution
) -> None:
    rules = Rules(attribution, half_life=2, tangle=3)
    after = rows if gone == into else merged(rows, gone, into)
    same(again(stand(rows, rules), after), stand(after, rules))


@given(histories(), PERSON, PERSON)
def test_a_split_undoes_a_merge(rows: ReferralRows, gone: int, into: int) -> None:
    if gone != into:
        same(again(again(stand(rows), merged(rows, gone, into)), rows), stand(rows))


@given(histories(), st.lists(st.tuples(st.integers(0, 24), PERSON, st.booleans()), max_size=3))
def test_a_split_into_newcomers_too(rows: ReferralRows, parts: list[tuple[int, int, bool]]) -> None:
    referrer, referee = rows.referrer.copy(), rows.referee.copy()
    for row, person, first in parts:
        if row < len(rows):
            (referrer if first else referee)[row] = 7 + person % 2
    first_seen = np.append(rows.first_seen, [3, -1])
    after = replace(rows, persons=9, referrer=referrer, referee=referee, first_seen=first_seen)
    same(again(stand(rows), after), stand(after))


@given(
    histories(), st.lists(st.tuples(st.integers(0, 24), st.integers(0, 3)), max_size=4), st.lists(st.integers(0, 24), max_size=2)
)
def test_after_refunds_and_withdrawals_too(rows: ReferralRows, codes: list[tuple[int, int]], withdrawn: list[int]) -> None:
    found, referee = rows.status.copy(), rows.referee.copy()
    for row, code in codes:
        if row < len(rows):
            found[row] = code
    for row in withdrawn:
        if row < len(rows):
            referee[row] = NOBODY
    after = replace(rows, status=found, referee=referee)
    same(again(stand(rows), after), stand(after))


@given(histories(), st.lists(st.tuples(PERSON, PERSON), max_size=4))
def test_one_change_after_the_other_leads_to_the_same_place(rows: ReferralRows, merges: list[tuple[int, int]]) -> None:
    standing = stand(rows)
    for gone, into in merges:
        if gone != into:
            rows = merged(rows, gone, into)
            standing = again(standing, rows)
    same(standing, stand(rows))


def test_only_the_touched_trees_are_looked_at() -> None:
    rows = told("ab", "bc", "de", "df", "gh")
    found = again(stand(rows), merged(rows, 4, 1))
    assert found.touched == 6
    same(found, stand(merged(rows, 4, 1)))
    assert again(stand(rows), rows).touched == 0


def test_what_was_found_before_stays_as_it_was() -> None:
    rows = told("ab", "bc", "de")
    before = stand(rows)
    again(before, merged(rows, 4, 1))
    same(before, stand(rows))


def test_the_mass_is_pagerank() -> None:
    rows = told("ab", "ac", "bd", "ef")
    expected = pagerank(6, rows.referrer, rows.referee)
    assert stand(rows).pagerank == pytest.approx([*expected, 0, 0, 0, 0])


def test_whoever_was_merged_away_takes_no_part_in_pagerank() -> None:
    found = again(stand(told("ab", "ac", "de", "df")), merged(told("ab", "ac", "de", "df"), 3, 0))
    expected = pagerank(5, np.array([0, 0, 0, 0], np.int32), np.array([1, 2, 3, 4], np.int32))
    assert found.pagerank == pytest.approx([*expected[:3], 0, *expected[3:], 0, 0, 0, 0])


def test_other_rows_are_no_change() -> None:
    with pytest.raises(ValueError, match="all rows"):
        again(stand(told("ab")), told("ab", "bc"))


def rank(standing: Standing, person: str) -> int:
    """1 for the highest PageRank."""
    scores = standing.pagerank
    return 1 + int((scores > scores["abcdefghij".index(person)] + 1e-12).sum())


def test_a_person_rises_where_two_hubs_turn_out_to_be_one() -> None:
    rows = told("ab", "ac", "de", "df", "gh", "gi", "gj")
    before = stand(rows)
    after = again(before, merged(rows, 3, 0))
    assert (rank(before, "a"), rank(after, "a")) == (2, 1)
    assert rank(again(after, rows), "a") == 2


def test_a_person_falls_where_the_invitees_turn_out_to_be_its_own_accounts() -> None:
    rows = told("ab", "ac", "ad", "ef", "eg")
    before = stand(rows)
    after = again(before, merged(merged(rows, 1, 0), 2, 0))
    assert (rank(before, "a"), rank(after, "a"), rank(after, "e")) == (1, 2, 1)
    assert after.projection.set_apart == {"self_referral": 2}


def test_a_withdrawal_takes_a_person_out_and_the_inviter_falls() -> None:
    rows = told("ab", "ac", "ad", "ef", "eg")
    gone = replace(rows, referee=np.where(rows.referee > 1, NOBODY, rows.referee)[:].astype(np.int32))
    gone = replace(gone, referee=np.where(np.arange(5) >= 3, rows.referee, gone.referee))
    after = again(stand(rows), gone)
    assert (rank(after, "a"), rank(after, "e")) == (2, 1)


def test_a_refund_takes_what_it_brought_away() -> None:
    rows = told("ab", "ac", "bd", "ef", first_seen=seen())
    after = again(stand(rows), replace(rows, status=np.array(status("refunded", "refunded", "accepted", "accepted"), np.int8)))
    assert (rank(stand(rows), "a"), rank(after, "a")) == (1, 3)
    assert after.projection.forest.reach[:2].tolist() == [0, 1]


def test_a_ring_of_three_never_outranks_an_honest_hub_of_three() -> None:
    found = stand(told("ab", "bc", "ca", "de", "df", "dg"))
    assert max(rank(found, "d"), 1) == 1
    assert found.pagerank[:3].max() < found.pagerank[3]
    assert found.betweenness[:3].tolist() == [0, 0, 0]
    # Also where it grew round a ring in time, so that only its last link breaks the order.
    found = stand(told("ab", "bc", "ca", "de", "df", "dg", at=[1, 2, 3, 1, 2, 3]), Rules(tangle=2))
    assert found.pagerank[:3].max() < found.pagerank[3]


def test_the_hub_of_a_star_ranks_first() -> None:
    found = stand(told("ba", "bc", "bd", "be"))
    assert (rank(found, "b"), int(found.betweenness.argmax())) == (1, 1)
