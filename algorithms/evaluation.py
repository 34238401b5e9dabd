"""How well a grouping agrees with a known truth. Arrays in, figures out; must not know stores, namespaces or files."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of a grouping with the truth, counted over those items that both know.

    `grouped_pairs` are the pairs of items that the grouping puts together, `true_pairs` those that the truth does, and
    `right_pairs` those that both do. The B-cubed figures look at items instead of pairs, so that one large group weighs as
    much as its items and not as its pairs.
    """

    items: int
    left_out: int
    grouped_pairs: int
    true_pairs: int
    right_pairs: int
    b_cubed_precision: float
    b_cubed_recall: float

    @property
    def precision(self) -> float:
        """Share of the grouped pairs that are right; 1 where nothing was grouped (then nothing is wrong)."""
        return self.right_pairs / self.grouped_pairs if self.grouped_pairs else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that were found; 1 where there are none to find."""
        return self.right_pairs / self.true_pairs if self.true_pairs else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return _harmonic(self.precision, self.recall)

    @property
    def b_cubed_f1(self) -> float:
        """Harmonic mean of the B-cubed figures."""
        return _harmonic(self.b_cubed_precision, self.b_cubed_recall)


def agreement(grouping: Ints, truth: Ints) -> Agreement:
    """Compare two labellings of the same items, item by item in the same order.

    Labels are any integers; items with equal labels are in one group. A negative label means that this side doesn't know
    the item: such an item is left out of every count, and `left_out` says how many were. An item that one side knows to be
    alone has a label of its own.

    Exact, and without looking at pairs: from the sizes of the groups, and of the cells of the contingency table (items
    with the same two labels), in the time of sorting the labels. Raises ValueError where the lengths differ.

    Sources: pairs by sums of n(n-1)/2 over cells and margins, Manning, Raghavan and Schütze, Introduction to Information
    Retrieval (2008), section 16.3; B-cubed, Bagga and Baldwin, Entity-based cross-document coreferencing (1998): the mean
    over all items of the share of an item's group that is in the item's true group, and the other way round.
    """
    if grouping.ndim != 1 or grouping.shape != truth.shape:
        raise ValueError("grouping and truth must be arrays of one dimension and of the same length")
    known = (grouping >= 0) & (truth >= 0)
    _, in_group, group_sizes = np.unique(grouping[known], return_inverse=True, return_counts=True)
    persons, in_person, person_sizes = np.unique(truth[known], return_inverse=True, return_counts=True)
    cells, cell_sizes = np.unique(in_group.astype(np.int64) * max(1, len(persons)) + in_person, return_counts=True)
    items = int(known.sum())
    cell_group, cell_person = np.divmod(cells, max(1, len(persons)))
    shared = cell_sizes.astype(np.float64) ** 2
    return Agreement(
        items,
        len(known) - items,
        _pairs(group_sizes),
        _pairs(person_sizes),
        _pairs(cell_sizes),
        _mean(shared / group_sizes[cell_group], items),
        _mean(shared / person_sizes[cell_person], items),
    )


def _pairs(sizes: Ints) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _mean(parts: NDArray[np.float64], items: int) -> float:
    """The same whatever the order of the parts; 1 where there are no items."""
    return math.fsum(parts.tolist()) / items if items else 1.0


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0
