"""Agreement of a grouping with the truth, against counting pair by pair."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.evaluation import agreement

LABELLINGS = st.lists(st.tuples(st.integers(-2, 6), st.integers(-2, 6)), max_size=40)


def _of(labels):
    pairs = np.array(labels, np.int64).reshape(-1, 2)
    return agreement(pairs[:, 0], pairs[:, 1])


@given(LABELLINGS)
def test_it_counts_what_counting_pair_by_pair_counts(labels):
    known = [label for label in labels if min(label) >= 0]
    grouped = {(i, j) for i, j in combinations(range(len(known)), 2) if known[i][0] == known[j][0]}
    true = {(i, j) for i, j in combinations(range(len(known)), 2) if known[i][1] == known[j][1]}
    found = _of(labels)
    assert (found.items, found.left_out) == (len(known), len(labels) - len(known))
    assert (found.grouped_pairs, found.true_pairs, found.right_pairs) == (len(grouped), len(true), len(grouped & true))


@given(LABELLINGS)
def test_b_cubed_is_the_mean_over_items_of_how_pure_their_group_is(labels):
    known = [label for label in labels if min(label) >= 0]
    pure, whole = [], []
    for group, person in known:
        both = sum(other == (group, person) for other in known)
        pure.append(both / sum(other[0] == group for other in known))
        whole.append(both / sum(other[1] == person for other in known))
    found = _of(labels)
    assert found.b_cubed_precision == pytest.approx(np.mean(pure) if pure else 1)
    assert found.b_cubed_recall == pytest.approx(np.mean(whole) if whole else 1)


@given(LABELLINGS)
def test_exchanging_the_sides_exchanges_precision_and_recall(labels):
    there, back = _of(labels), _of([(b, a) for a, b in labels])
    assert (there.precision, there.recall) == (back.recall, back.precision)
    assert there.f1 == pytest.approx(back.f1)


@given(LABELLINGS, st.permutations(range(7)))
def test_only_who_is_together_counts_not_the_label(labels, names):
    renamed = [(names[group] + 1_000_000_007 if group >= 0 else group, person) for group, person in labels]
    assert _of(renamed) == _of(labels)


def test_a_case_worked_by_hand():
    # groups {a b c} {d e}, persons {a b} {c d} {e}: 4 pairs grouped, 2 true, 1 right
    found = _of([(1, 1), (1, 1), (1, 2), (2, 2), (2, 3)])
    assert (found.precision, found.recall, found.f1) == (1 / 4, 1 / 2, pytest.approx(1 / 3))
    assert found.b_cubed_precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 / 2 + 1 / 2) / 5)
    assert found.b_cubed_recall == pytest.approx((1 + 1 + 1 / 2 + 1 / 2 + 1) / 5)


def test_who_groups_nothing_is_wrong_about_nothing_and_finds_nothing():
    found = _of([(1, 1), (2, 1)])
    assert (found.precision, found.recall, found.f1) == (1, 0, 0)


def test_no_items_agree_in_everything():
    found = _of([])
    assert (found.items, found.precision, found.recall, found.b_cubed_f1) == (0, 1, 1, 1)


def test_a_million_items_in_one_group_need_no_pairs():
    ones = np.ones(1_000_000, np.int64)
    found = agreement(ones, np.arange(1_000_000))
    assert (found.grouped_pairs, found.true_pairs, found.b_cubed_recall) == (499_999_500_000, 0, 1)


def test_labellings_of_different_length_are_refused():
    with pytest.raises(ValueError, match="same length"):
        agreement(np.zeros(3, np.int64), np.zeros(4, np.int64))
