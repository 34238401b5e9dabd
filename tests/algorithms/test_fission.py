"""K, secondary fission, fan-out, cycle time and generations: worked by hand, and the identities between them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms import groups
from algorithms.edges import from_frame
from algorithms.fission import fission, overall
from algorithms.projection import DAY, project
from algorithms.referrals import ReferralRows, of_table, referral_rows
from intake.edge_lists import read_edges
from tests.algorithms.test_projection import histories, told

TWO = ("spring", "autumn")


def story() -> ReferralRows:
    """a brings b and c on day 0; b brings d on day 5 and e on day 50; c brings f on day 10 in autumn; d brings nobody."""
    return told(
        *("ab", "ac", "bd", "be", "cf", "aa"),
        at=[0, 0, 5 * DAY, 50 * DAY, 10 * DAY, 60 * DAY],
        campaign=[0, 0, 0, 0, 1, 1],
        campaigns=TWO,
        value=[1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
    )


def test_the_figures_of_a_story_worked_by_hand() -> None:
    found = overall(project(story()), now=60 * DAY)
    assert (found.referrals, found.set_apart, found.new_users, found.value) == (6, {"self_referral": 1}, 5, 31)
    assert (found.active_referrers, found.mean_new_users, found.max_new_users, found.seeds) == (3, 5 / 3, 2, 1)
    assert found.generations == (2, 3)
    # Until day 30 came b, c, d, f; within 30 days b brought d and c brought f.
    assert (found.cohort, found.mature, found.censored, found.undated) == (5, 4, 1, 0)
    assert (found.secondary, found.secondary_rate, found.fan_out, found.k) == (2, 0.5, 1.0, 0.5)
    # b waited 5 days and c 10; d has waited 55 by now, f 50, e 10.
    assert (found.cycle_median, found.cycle_p90) == (7.5 * DAY, 9.5 * DAY)
    assert found.cycle.times.tolist() == [5 * DAY, 10 * DAY]
    assert found.cycle.survival.tolist() == pytest.approx([4 / 5, 4 / 5 * 3 / 4])
    assert (found.cycle.happened, found.cycle.censored) == (2, 3)


def test_in_a_campaign_counts_what_was_brought_in_it() -> None:
    rows = story()
    spring, autumn = fission(project(rows), groups.campaigns(rows), now=60 * DAY)
    assert (spring.group, spring.new_users, spring.generations, spring.seeds) == ("spring", 4, (2, 2), 1)
    assert (spring.mature, spring.secondary, spring.k) == (3, 1, 1 / 3)
    # c was brought in spring, so is a seed of autumn.
    assert (autumn.group, autumn.new_users, autumn.generations, autumn.seeds) == ("autumn", 1, (1,), 1)
    assert (autumn.referrals, autumn.set_apart, autumn.k) == (2, {"self_referral": 1}, 0.0)


def test_the_people_of_a_period_are_followed_beyond_it() -> None:
    rows = story()
    january, february, march = fission(project(rows), groups.periods(rows, "month"), now=60 * DAY)
    assert [one.group for one in (january, february, march)] == ["1970-01", "1970-02", "1970-03"]
    assert (january.new_users, january.generations, january.k) == (4, (2, 2), 0.5)
    assert (february.new_users, february.generations, february.k, february.censored) == (1, (1,), None, 1)
    assert (march.referrals, march.new_users, march.cycle_median) == (1, 0, None)


def test_a_longer_window_counts_more_of_fewer() -> None:
    found = overall(project(story()), now=60 * DAY, window=55 * DAY)
    assert (found.mature, found.secondary, found.fan_out, found.k) == (3, 2, 1.5, 1.0)


def test_without_times_there_is_no_window_to_wait_for() -> None:
    rows = told("ab", "bc", "bd")
    assert overall(project(rows), now=0).undated == 3
    found = overall(project(rows), now=0, window=None)
    assert (found.mature, found.secondary, found.k, found.cycle.happened) == (3, 1, 2 / 3, 0)


def test_periods_are_those_of_the_local_clock() -> None:
    rows = told("ab", "ac", "ad", at=[0, 31 * DAY - DAY // 4, None])
    assert groups.periods(rows, "month").names == ("1970-01",)
    assert groups.periods(rows, "month", offset=DAY // 3).names == ("1970-01", "1970-02")
    assert groups.periods(rows, "day").names == ("1970-01-01", "1970-01-31")
    assert groups.periods(rows, "week").names == ("1970-W01", "1970-W05")
    assert groups.periods(rows, "week").of_row.tolist() == [0, 1, -1]


def test_nobody_has_no_figures() -> None:
    found = overall(project(referral_rows(0, np.empty(0, np.int32), np.empty(0, np.int32))), now=0)
    assert (found.new_users, found.generations, found.k, found.mean_new_users) == (0, (), None, None)


@given(histories(), st.integers(0, 8), st.sampled_from([None, 0, 2]))
def test_the_identities_hold(rows: ReferralRows, now: int, window: int | None) -> None:
    projection = project(rows)
    forest = projection.forest
    found = overall(projection, now=now, window=window)
    roots = forest.parent < 0
    # Over each tree the generations add up to its size without the root; so they do over all trees.
    for root in np.flatnonzero(roots).tolist():
        sizes = np.bincount(forest.depth[forest.root == root])
        assert sizes[1:].sum() == forest.tree_size[root] - 1
    assert sum(found.generations) == found.new_users == (forest.tree_size[roots] - 1).sum()
    assert list(found.generations) == np.bincount(forest.depth)[1:].tolist()
    if found.k is not None and found.secondary_rate:
        assert found.fan_out is not None
        assert found.k == pytest.approx(found.secondary_rate * found.fan_out)
    if window is None:
        assert found.mature == found.cohort
    else:
        assert found.mature + found.censored + found.undated == found.cohort


@given(histories())
def test_groups_add_up_to_the_whole(rows: ReferralRows) -> None:
    projection = project(rows)
    parts = fission(projection, groups.Groups(("even", "odd"), (np.arange(len(rows)) % 2).astype(np.int32), closed=True), now=9)
    whole = overall(projection, now=9)
    assert sum(one.new_users for one in parts) == whole.new_users
    assert sum(one.referrals for one in parts) == whole.referrals
    assert all(sum(one.generations) == one.new_users for one in parts)


@pytest.mark.shared
def test_the_shape_of_the_first_vouchers_is_the_published_one(shared: Path) -> None:
    rows = of_table(from_frame(read_edges(shared / "data" / "graphs" / "bitcoin-otc-first.referrals.csv.gz")))
    found = overall(project(rows), now=int(rows.at.max()), window=None)
    assert (found.new_users, found.active_referrers, found.max_new_users) == (4_884, 1_289, 420)
    assert found.mean_new_users == pytest.approx(3.79, abs=0.005)
    assert found.secondary_rate == pytest.approx(0.21, abs=0.005)
    assert len(found.generations) == 13
