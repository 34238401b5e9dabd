"""Measures of how well scores foretell, worked by hand and against the published baselines of Bitcoin-OTC's first vouchers."""

import math
from pathlib import Path
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from algorithms import betweenness, pagerank
from algorithms.csr import Floats
from algorithms.gate import begins
from algorithms.history import History
from algorithms.prediction import Redrawn, lift, ndcg, rank_correlation
from algorithms.projection import DAY
from tests.algorithms.graphs import voucher_history

VALUES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12)


def test_ndcg_by_hand() -> None:
    truth = np.array([2.0, 0.0, 1.0])
    assert ndcg(np.array([3.0, 2.0, 1.0]), truth) == pytest.approx((2 + 1 / 2) / (2 + 1 / math.log2(3)))
    assert ndcg(np.array([3.0, 1.0, 2.0]), truth) == 1
    assert ndcg(np.array([3.0, 2.0, 1.0]), truth, first=1) == 1
    assert math.isnan(ndcg(truth, np.zeros(3)))


def test_equal_scores_share_so_that_their_order_does_not_matter() -> None:
    truth = np.array([4.0, 0.0, 0.0, 0.0])
    assert ndcg(np.zeros(4), truth) == pytest.approx(sum(1 / math.log2(rank + 1) for rank in range(1, 5)) / 4)


@given(VALUES, st.randoms())
def test_no_order_of_the_persons_changes_a_measure(values: list[tuple[int, int]], random: Random) -> None:
    def measures() -> list[float]:
        score, truth = np.array(values, float).T
        return [ndcg(score, truth, 3), lift(score, truth, 0.3), rank_correlation(score, truth)]

    before = measures()
    random.shuffle(values)
    assert measures() == pytest.approx(before, nan_ok=True)


def test_lift_by_hand() -> None:
    truth = np.array([3.0, 1.0, 0.0, 0.0])
    assert lift(np.array([4.0, 3.0, 2.0, 1.0]), truth, share=0.25) == 3
    assert lift(np.array([4.0, 4.0, 2.0, 1.0]), truth, share=0.25) == 2
    assert lift(np.array([4.0, 3.0, 2.0, 1.0]), truth, share=0.26) == 2


@given(VALUES, st.data(), st.integers(1, 20))
def test_persons_drawn_again_are_persons_who_are_there_several_times(
    values: list[tuple[int, int]], data: st.DataObject, first: int
) -> None:
    score, truth = np.array(values, float).T
    times = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(values), max_size=len(values))))
    again = np.repeat(np.arange(len(values)), times)
    expected = ndcg(score[again], truth[again], first) if len(again) else float("nan")
    assert Redrawn(score, truth, first).ndcg(times) == pytest.approx(expected, nan_ok=True)


def test_a_long_head_that_nobody_is_drawn_from_is_passed_over() -> None:
    score, truth = -np.arange(1_000.0), np.arange(1_000.0)
    times = np.zeros(1_000, np.int64)
    times[900:] = 1
    assert Redrawn(score, truth, 10).ndcg(times) == pytest.approx(ndcg(score[900:], truth[900:], 10))


@given(VALUES)
def test_rank_correlation_is_spearmans(values: list[tuple[int, int]]) -> None:
    score, truth = np.array(values, float).T
    if len(values) > 1 and np.ptp(score) and np.ptp(truth):
        assert rank_correlation(score, truth) == pytest.approx(spearmanr(score, truth).statistic)
    else:
        assert math.isnan(rank_correlation(score, truth))


def baselines(told: History, at: int) -> dict[str, Floats]:
    """The simple scores of the README beside the data."""
    forest = told.forest(at)
    recent = {days: told.recency(at, days * DAY) for days in (30, 60, 90)}
    return {
        "direct_90d": told.brings(at - 90 * DAY, at),
        "direct_all": forest.direct.astype(float),
        "reach": forest.reach.astype(float),
        "second_gen": forest.second.astype(float),
        "pagerank": pagerank.of_forest(forest),
        "betweenness": betweenness.forest(forest, virtual_root=True),
        **{f"rec_h{days}": recent[days] for days in recent},
        "rec_h60_plus_activity": recent[60] + 0.1 * told.activity(at, 30 * DAY),
    }


@pytest.mark.shared
@pytest.mark.parametrize("share", [0.5, 0.65, 0.8])
def test_the_published_baselines_come_out_to_the_last_digit(shared: Path, share: float) -> None:
    told, first, last = voucher_history(shared)
    at = int(first + share * (last - first))
    there = (told.seen >= 0) & (told.seen <= at)
    truth = told.brings(at, at + 180 * DAY)[there]
    table = pl.read_csv(shared / "data" / "graphs" / "bitcoin-otc-first.baselines.csv").filter(pl.col("split") == share)
    assert {(int(there.sum()), int(truth.sum()), int((truth > 0).sum()))} == set(
        table.select("candidates", "future_referrals", "future_referrers").iter_rows()
    )
    found = {
        name: (round(ndcg(score[there], truth), 4), round(lift(score[there], truth), 2))
        for name, score in baselines(told, at).items()
    }
    assert found == {name: (one, other) for name, one, other in table.select("score", "ndcg_100", "lift_1pct").iter_rows()}


@pytest.mark.shared
def test_the_published_means_over_eleven_moments_come_out(shared: Path) -> None:
    told, first, last = voucher_history(shared)
    found: dict[str, dict[str, list[float]]] = {"brings": {}, "grows": {}}
    for share in range(35, 90, 5):
        at = int(first + share / 100 * (last - first))
        there = (told.seen >= 0) & (told.seen <= at)
        truths = {"brings": told.brings(at, at + 180 * DAY)[there], "grows": told.grows(at, at + 180 * DAY)[there]}
        for name, score in baselines(told, at).items():
            for question, truth in truths.items():
                found[question].setdefault(name, []).append(ndcg(score[there], truth))
    means = {
        question: {name: round(float(np.mean(values)), 3) for name, values in names.items()} for question, names in found.items()
    }
    assert means["brings"] == {
        "rec_h60_plus_activity": 0.680,
        "rec_h60": 0.659,
        "rec_h30": 0.658,
        "rec_h90": 0.651,
        "direct_90d": 0.601,
        "direct_all": 0.536,
        "pagerank": 0.461,
        "reach": 0.438,
        "betweenness": 0.355,
        "second_gen": 0.282,
    }
    published = {"pagerank": 0.654, "reach": 0.641, "betweenness": 0.519, "rec_h60": 0.475, "direct_90d": 0.423}
    assert {name: means["grows"][name] for name in published} == published


def test_one_wrong_old_date_does_not_shift_the_moments_of_the_gate() -> None:
    days = np.arange(2_000, dtype=np.int64) * DAY
    nobody = np.full(2_000, -1, np.int64)
    wrong = np.where(days == 0, -20_000 * DAY, days)
    known, mistaken = (
        History(np.full(2_000, -1, np.int32), nobody, at, np.arange(2_000, dtype=np.int32), at) for at in (days, wrong)
    )
    assert begins(known) == begins(mistaken) == DAY
    assert begins(History(np.full(1, -1, np.int32), nobody[:1], nobody[:1], np.empty(0, np.int32), nobody[:0])) is None
