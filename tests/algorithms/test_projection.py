"""From referrals to one inviter a person: which count, what the others are evidence of, and the law that nothing gets lost."""

from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.edges import NO_TIME, STATUSES, from_frame
from algorithms.inviters import first_inviters
from algorithms.projection import BECAME, Attribution, Projection, Rules, project, relations
from algorithms.referrals import NOBODY, ReferralRows, of_table, referral_rows
from intake.edge_lists import read_edges

HOUR = 3_600_000_000


def told(*pairs: str, **columns: Any) -> ReferralRows:
    """Rows of two letters a referral, a to j; `-` may not be used. Times are whole numbers, None for none."""
    ends = [[NOBODY if letter == "-" else ord(letter) - ord("a") for letter in pair] for pair in pairs]
    both = np.array(ends, np.int32).reshape(-1, 2)
    times = {name: np.array([NO_TIME if at is None else at for at in columns.pop(name)]) for name in ("at",) if name in columns}
    arrays = {name: np.array(values) for name, values in columns.items()}
    return referral_rows(10, both[:, 0], both[:, 1], **times, **arrays)


def seen(**first: int) -> list[int]:
    return [first.get(letter, NO_TIME) for letter in "abcdefghij"]


def status(*words: str) -> list[int]:
    return [STATUSES.index(word) for word in words]


def became(projection: Projection) -> list[str]:
    return [BECAME[code] for code in projection.became.tolist()]


def inviters(projection: Projection) -> dict[str, str]:
    return {"abcdefghij"[one]: "abcdefghij"[above] for one, above in enumerate(projection.forest.parent.tolist()) if above >= 0}


def test_the_earliest_accepted_referral_brought_a_person_and_the_others_are_no_links_of_the_tree() -> None:
    found = project(told("ac", "bc", "dc", at=[20, 10, None]))
    assert inviters(found) == {"c": "b"}
    assert became(found) == ["other_inviter", "inviter", "other_inviter"]
    assert found.brought_by[2] == 1


def test_the_last_one_before_the_person_came_may_count_instead() -> None:
    found = project(told("ac", "bc", "dc", at=[10, 20, 40], first_seen=seen(c=30)), Rules("last"))
    assert inviters(found) == {"c": "b"}
    assert became(found) == ["other_inviter", "inviter", "known_before"]


def test_credit_is_shared_alike_or_by_how_late_it_was() -> None:
    rows = told("ac", "bc", "ac", at=[0, 10, 10])
    assert project(rows, Rules("linear")).credit.tolist() == [0.5, 0.5, 0.0]
    assert project(rows, Rules("first")).credit.tolist() == [1.0, 0.0, 0.0]
    late = project(told("ac", "bc", at=[0, 10]), Rules("time_decay", half_life=10))
    assert late.credit.tolist() == pytest.approx([1 / 3, 2 / 3])
    assert inviters(late) == {"c": "b"}


def test_a_referral_without_a_time_is_as_old_as_the_oldest_with_one() -> None:
    found = project(told("ac", "bc", "dc", at=[None, 0, 10]), Rules("time_decay", half_life=10))
    assert found.credit.tolist() == pytest.approx([0.25, 0.25, 0.5])
    assert project(told("ac", "bc"), Rules("time_decay")).credit.tolist() == [0.5, 0.5]


def test_second_accounts_of_the_referrer_are_a_self_referral() -> None:
    assert became(project(told("aa", referrer_id=[1], referee_id=[2]))) == ["self_referral"]


def test_whoever_may_not_be_used_is_in_no_tree() -> None:
    found = project(told("-a", "a-", "--", "ab"))
    assert became(found) == ["no_consent"] * 3 + ["inviter"]


def test_only_accepted_referrals_count() -> None:
    found = project(told("ab", "ac", "ad", "ae", status=status("pending", "rejected", "refunded", "accepted")))
    assert became(found) == ["pending", "rejected", "refunded", "inviter"]


def test_a_mutual_pair_is_set_apart_both_ways_and_both_keep_their_other_referrals() -> None:
    found = project(told("ab", "ba", "bc", at=[1, 2, 3]))
    assert became(found) == ["mutual", "mutual", "inviter"]
    assert found.ring.tolist() == [0, 0, -1]


def test_a_ring_is_set_apart_and_what_hangs_on_it_stays() -> None:
    found = project(told("ab", "bc", "ca", "cd", "ea"))
    assert became(found) == ["ring"] * 3 + ["inviter"] * 2
    assert inviters(found) == {"d": "c", "a": "e"}


def test_a_refused_referral_closes_no_ring() -> None:
    assert became(project(told("ab", "ba", status=status("accepted", "pending")))) == ["inviter", "pending"]


def test_in_a_tangle_mutual_pairs_and_what_closes_a_ring_are_set_apart() -> None:
    found = project(told("ab", "bc", "cd", "da", "cb"), Rules(tangle=3))
    assert became(found) == ["inviter", "mutual", "inviter", "inviter", "mutual"]
    found = project(told("ab", "bc", "cd", "da"), Rules(tangle=3))
    assert became(found) == ["inviter", "inviter", "inviter", "closes_ring"]


def test_whoever_was_there_before_was_not_brought() -> None:
    found = project(told("ab", "ac", at=[100, 100], first_seen=seen(b=90, c=100)))
    assert became(found) == ["known_before", "inviter"]
    assert became(project(told("ab", at=[100], first_seen=seen(b=90)), Rules(grace=10))) == ["inviter"]


def test_whoever_had_referred_somebody_was_there_too() -> None:
    assert became(project(told("bc", "ab", at=[10, 20]))) == ["inviter", "known_before"]
    assert became(project(told("bc", "ab", at=[10, 20], status=status("rejected", "accepted")))) == ["rejected", "known_before"]


def test_a_referrer_who_came_after_the_referral_did_not_make_it() -> None:
    found = project(told("ab", "ac", at=[10, 20], first_seen=seen(a=20)))
    assert became(found) == ["referrer_newer", "inviter"]
    assert became(project(told("ab", at=[10], first_seen=seen(a=20)), Rules(grace=10))) == ["inviter"]


def test_several_accounts_of_one_invitee_are_told_apart_from_the_same_one_told_again() -> None:
    found = project(told("ab", "ab", "ab", referee_id=[7, 7, 8]))
    assert became(found) == ["inviter", "repeated", "farmed"]
    assert found.set_apart == {"farmed": 1, "repeated": 1}


def test_when_a_person_came_is_when_it_was_brought_or_else_first_seen() -> None:
    found = project(told("ab", at=[20], first_seen=seen(a=5, b=30)))
    assert found.came[:3].tolist() == [5, 20, NO_TIME]


def test_the_four_numbers_of_relations() -> None:
    rows = told(
        "ab",
        "ab",
        "aa",
        "a-",
        "a-",
        "a-",
        "bc",
        "ad",
        referee_id=[1, 2, 3, 4, 4, 5, 6, 7],
        status=status(*["accepted"] * 7, "pending"),
    )
    found = relations(project(rows))
    assert [column[0] for column in (found.accepted, found.distinct, found.within_consent, found.descendants)] == [6, 3, 1, 2]


@pytest.mark.shared
def test_the_first_vouchers_of_bitcoin_otc_are_the_inviters_where_no_ring_is_taken_out(shared: Path) -> None:
    table = from_frame(read_edges(shared / "data" / "graphs" / "bitcoin-otc-first.referrals.csv.gz"))
    assert project(of_table(table)).forest.parent.tolist() == first_inviters(table).parent.tolist()


PERSON = st.integers(-1, 6)
TIME = st.one_of(st.just(NO_TIME), st.integers(0, 6))
ROW = st.tuples(PERSON, PERSON, TIME, st.sampled_from([0, 1, 1, 1, 1, 2, 3]), st.integers(0, 1))


@st.composite
def histories(draw: st.DrawFn) -> ReferralRows:
    rows = np.array(draw(st.lists(ROW, max_size=25)), np.int64).reshape(-1, 5)
    one, other, at, code, account = rows.T
    first_seen = np.array(draw(st.lists(TIME, min_size=7, max_size=7)), np.int64)
    ends = one.astype(np.int32), other.astype(np.int32)
    return referral_rows(7, *ends, at=at, status=code.astype(np.int8), referee_id=10 * other + account, first_seen=first_seen)


def by_hand(rows: ReferralRows, rules: Rules) -> list[str]:
    """The same rules, one row after the other."""
    accepted = [STATUSES[code] == "accepted" for code in rows.status]
    ends = list(zip(rows.referrer.tolist(), rows.referee.tolist(), strict=True))
    away = [one != other and -1 not in {one, other} for one, other in ends]
    shape = nx.DiGraph([pair for pair, a, b in zip(ends, accepted, away, strict=True) if a and b])
    group = {one: component for component in nx.strongly_connected_components(shape) for one in component}
    never = float("inf")
    known = {
        one: min(
            [never if rows.first_seen[one] == NO_TIME else rows.first_seen[one]]
            + [t for (a, _), t, ok in zip(ends, rows.at, away, strict=True) if a == one and ok and t != NO_TIME]
        )
        for one in range(7)
    }
    result: list[str] = []
    for (one, other), at, code, ok in zip(ends, rows.at, rows.status, away, strict=True):
        if -1 in {one, other}:
            result.append("no_consent")
        elif one == other:
            result.append("self_referral")
        elif STATUSES[code] != "accepted":
            result.append(STATUSES[code])
        elif shape.has_edge(other, one):
            result.append("mutual")
        elif other in group[one] and len(group[one]) <= rules.tangle:
            result.append("ring")
        elif at != NO_TIME and rows.first_seen[one] != NO_TIME and rows.first_seen[one] > at:
            result.append("referrer_newer")
        elif at != NO_TIME and at > known[other]:
            result.append("known_before")
        else:
            result.append("?")
        assert ok or result[-1] in {"no_consent", "self_referral"}
    late = rules.attribution in {"last", "time_decay"}
    left = [row for row, word in enumerate(result) if word == "?"]
    left.sort(key=lambda row: never if rows.at[row] == NO_TIME else -rows.at[row] if late else rows.at[row])
    pairs: dict[tuple[int, int], int] = {}
    above: dict[int, int] = {}
    for row in left:
        one, other = ends[row]
        if (one, other) in pairs:
            same = rows.referee_id[row] == rows.referee_id[pairs[one, other]]
            result[row] = "repeated" if same else "farmed"
            continue
        pairs[one, other] = row
        top: int | None = one
        while top is not None and top != other:
            top = above.get(top)
        result[row] = "other_inviter" if other in above else "closes_ring" if top == other else "inviter"
        if result[row] == "inviter":
            above[other] = one
    return result


@given(histories(), st.sampled_from(["first", "last", "linear", "time_decay"]), st.sampled_from([2, 50]))
def test_it_is_what_going_through_the_rows_one_by_one_finds(rows: ReferralRows, attribution: Attribution, tangle: int) -> None:
    rules = Rules(attribution, half_life=2, tangle=tangle)
    found = project(rows, rules)
    assert became(found) == by_hand(rows, rules)
    brought = np.flatnonzero(found.forest.parent >= 0)
    assert rows.referee[found.brought_by[brought]].tolist() == brought.tolist()
    assert rows.referrer[found.brought_by[brought]].tolist() == found.forest.parent[brought].tolist()
    credited = np.bincount(rows.referee[found.credit > 0], found.credit[found.credit > 0], 7)
    assert credited == pytest.approx((found.forest.parent >= 0).astype(float))


def test_columns_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="no person"):
        referral_rows(1, np.array([0]), np.array([1]))
    with pytest.raises(ValueError, match="instead of 1"):
        told("ab", at=[1, 2])
    with pytest.raises(ValueError, match="as many"):
        referral_rows(2, np.array([0]), np.array([1, 0]))
