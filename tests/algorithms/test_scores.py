"""Who will refer, and under whom the network grows: the parts add up, evidence moves the scores as it should."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.gate import gate
from algorithms.history import History, history
from algorithms.projection import DAY, project
from algorithms.referrals import ReferralRows, referral_rows
from algorithms.scores import Weights, fitted, intervals, restarts, scores
from tests.algorithms.graphs import voucher_history
from tests.algorithms.test_projection import histories, told

PLAIN = Weights(referral=1.0, deed=0.5, referral_half_life=60 * DAY, deed_half_life=30 * DAY)
NOW = 60 * DAY


def past(rows: ReferralRows, **deeds: list[int]) -> History:
    actor = np.array([ord(name) - ord("a") for name, days in deeds.items() for _ in days], np.int32)
    acted = np.array([day * DAY for days in deeds.values() for day in days], np.int64)
    return history(project(rows), actor, acted)


def test_the_scores_of_a_story_worked_by_hand() -> None:
    story = past(told("ab", "ac", "bd", at=[0, NOW, NOW]), b=[30, 60])
    found = scores(story, NOW, PLAIN)
    assert found.by_referrals[:4].tolist() == [1.5, 1.0, 0.0, 0.0]
    assert found.by_deeds[:4].tolist() == [0.0, 0.75, 0.0, 0.0]
    assert found.will_refer[:4].tolist() == [1.5, 1.75, 0.0, 0.0]
    assert found.network_under[:4].tolist() == [3.25, 1.75, 0.0, 0.0]
    assert (found.direct[0], found.recent[0], found.deeds[1], found.reach[0], found.bridge[0]) == (2, 2, 2, 3, 3)


def test_what_is_not_known_yet_does_not_count() -> None:
    story = past(told("ab", "ac", at=[NOW, NOW + 1]), b=[61])
    found = scores(story, NOW, PLAIN)
    assert (found.will_refer[0], found.reach[0], found.will_refer[1]) == (1.0, 1, 0.0)


def test_somebody_without_trust_scores_nothing_and_lifts_nobody() -> None:
    story = past(told("ab", "bc", "bd", at=[NOW, NOW, NOW]))
    trust = np.ones(10)
    trust[1] = 0.0
    found = scores(story, NOW, PLAIN, trust)
    assert found.will_refer[:2].tolist() == [1.0, 0.0]
    assert found.network_under[:2].tolist() == [1.0, 0.0]


def test_a_later_referral_is_worth_more_than_an_earlier_one() -> None:
    story = past(told("ab", "cd", at=[10 * DAY, 20 * DAY]))
    found = scores(story, NOW, PLAIN)
    assert found.will_refer[2] > found.will_refer[0] > 0


def test_who_brought_valuable_or_fresh_people_is_higher_in_the_weighted_pagerank() -> None:
    story = past(told("ab", "ac", "de", "df", at=[0, 0, NOW, NOW]))
    found = scores(story, NOW, PLAIN)
    assert found.pagerank[0] == pytest.approx(found.pagerank[3])
    assert found.weighted_pagerank[3] > found.weighted_pagerank[0]
    worth = np.ones(10)
    worth[1] = 9.0
    assert scores(story, NOW, PLAIN, worth=worth).weighted_pagerank[[0, 3]].argmax() == 0
    assert scores(story, NOW, PLAIN, np.zeros(10)).weighted_pagerank == pytest.approx(found.pagerank)


def test_a_restart_is_worth_times_how_fresh_somebody_is() -> None:
    story = past(told("ab", "ac", "ad", at=[0, 30 * DAY, None]), f=[90])
    found = restarts(story, 60 * DAY, np.full(10, 4.0), half_life=30 * DAY)
    assert found[[0, 1, 2, 3, 5]].tolist() == [1.0, 1.0, 2.0, 1.0, 0.0]


@given(histories(), st.integers(0, 8))
def test_both_scores_are_their_parts_and_nobody_scores_below_nothing(rows: ReferralRows, now: int) -> None:
    story = past(rows)
    weights = Weights(referral_half_life=2, deed_half_life=2)
    trust = np.linspace(0, 1, 7)
    found = scores(story, now, weights, trust)
    assert found.will_refer == pytest.approx(trust * (found.by_referrals + found.by_deeds))
    assert found.network_under == pytest.approx(found.will_refer + trust * found.below)
    forest = story.forest(now)
    for person in range(7):
        below = [one for one in range(7) if one != person and person in _above(forest.parent, one)]
        assert found.below[person] == pytest.approx(found.will_refer[below].sum())
    assert (found.will_refer >= 0).all()


def _above(parent: np.ndarray, person: int) -> set[int]:
    found: set[int] = set()
    while parent[person] >= 0:
        person = int(parent[person])
        found.add(person)
    return found


def test_the_interval_of_a_score_on_one_large_invitee_is_wider() -> None:
    even = [f"a{one}" for one in "bcdef"]
    story = past(told(*even, "gh", "hi", "hj", at=[NOW] * 8))
    found = scores(story, NOW, PLAIN)
    bounds = intervals(story, NOW, PLAIN, found, np.array([0, 6, 1], np.int32))
    assert bounds.will_refer_low.tolist() == bounds.will_refer_high.tolist() == [5.0, 1.0, 0.0]
    assert bounds.network_under_low.tolist() == bounds.network_under_high.tolist() == [5.0, 3.0, 0.0]
    uneven = past(told("ab", "ac", "ad", "be", "bf", "bg", at=[NOW] * 6))
    bounds = intervals(uneven, NOW, PLAIN, scores(uneven, NOW, PLAIN), np.array([0], np.int32))
    assert (bounds.network_under_low[0], bounds.network_under_high[0]) == (3.0, 12.0)
    assert bounds.will_refer_low[0] == bounds.will_refer_high[0] == 3.0


def test_weights_find_the_rates_that_made_the_world() -> None:
    random = np.random.default_rng(3)
    people, days = 300, 900
    # Everybody's deeds fall on one half of the people, and a deed is followed by a referral now and then.
    actor = np.repeat(np.arange(people // 2, dtype=np.int32), 40)
    acted = (random.random(len(actor)) * days * DAY).astype(np.int64)
    follows = random.random(len(actor)) < 0.3
    referrer, at = actor[follows], acted[follows] + (random.random(follows.sum()) * 20 * DAY).astype(np.int64)
    made = len(referrer)
    story = History(
        np.concatenate([np.full(people, -1), referrer]).astype(np.int32),
        np.concatenate([np.full(people, -1), at]),
        np.concatenate([np.zeros(people, np.int64), at]),
        actor,
        acted,
    )
    weights = fitted(story, days * DAY)
    assert weights.moments == 8
    assert weights.deed > 3 * weights.rest > 0 or weights.rest == pytest.approx(0, abs=1e-3)
    expected = scores(story, days * DAY, weights)
    active = expected.will_refer[: people // 2].sum() + weights.rest * people
    assert active == pytest.approx(made * 180 / days, rel=0.15)


def test_one_wrong_date_long_ago_costs_no_thousand_moments() -> None:
    ends = np.zeros(30, np.int32), np.arange(1, 31, dtype=np.int32)
    now = 1_000 * 365 * DAY
    story = history(project(referral_rows(31, *ends, at=np.append(0, now - np.arange(29) * DAY))))
    assert fitted(story, now).moments == 40


def test_too_little_past_fits_nothing() -> None:
    assert fitted(past(told("ab", at=[0])), 400 * DAY) == Weights()


@pytest.mark.shared
def test_what_came_after_a_moment_changes_no_weight(shared: Path) -> None:
    told_, first, last = voucher_history(shared)
    at = (first + last) // 2
    known = (told_.brought_at >= 0) & (told_.brought_at <= at)
    cut = History(
        np.where(known, told_.parent, -1).astype(np.int32),
        np.where(known, told_.brought_at, -1),
        told_.seen,
        told_.actor[told_.acted <= at],
        told_.acted[told_.acted <= at],
    )
    assert fitted(cut, at) == fitted(told_, at)
    assert scores(cut, at, Weights()).network_under.tolist() == scores(told_, at, Weights()).network_under.tolist()


@pytest.mark.shared
def test_on_bitcoin_otc_both_scores_pass_the_gate(shared: Path) -> None:
    told_, first, last = voucher_history(shared)
    refer = gate(told_, "will_refer", first, last, draws=100)
    under = gate(told_, "network_under", first, last, draws=100)
    assert (len(refer.moments), refer.verdict, under.verdict) == (11, "better", "better")
    assert refer.baseline.ndcg_100 == pytest.approx(0.659, abs=5e-4)
    assert under.baseline.ndcg_100 == pytest.approx(0.641, abs=5e-4)
    assert refer.score.ndcg_100 > 0.685
    assert under.score.ndcg_100 > 0.74


def test_a_past_that_is_too_short_stays_experimental() -> None:
    found = gate(past(told("ab", "ac", "bd", at=[0, 40 * DAY, NOW])), "will_refer", 0, NOW)
    assert (found.moments, found.verdict) == ((), "experimental")
    assert np.isnan(found.difference)
