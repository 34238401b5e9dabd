"""Persons who have one inviter at most: exact figures of each, in one pass over the trees. Pure."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from algorithms import kernels
from algorithms.csr import CSR, Floats, Labels, as_labels


class Forest:
    """A forest by the parent of each node: int32[n], -1 for roots. Figures are computed when first asked for, O(n) each.

    ValueError where a parent is no node or parents go in a ring.
    """

    def __init__(self, parent: Labels) -> None:
        if parent.ndim != 1:
            raise ValueError("the parents must be an array of one dimension")
        if len(parent) and not (parent.min() >= -1 and parent.max() < len(parent)):
            raise ValueError(f"a parent is no node: nodes are 0 to {len(parent) - 1}, -1 stands for none")
        self.parent = as_labels(parent)
        if len(self.order) < len(parent):
            raise ValueError(f"{len(parent) - len(self.order)} nodes are in a ring of parents")

    @classmethod
    def known(cls, parent: Labels, direct: Labels, second: Labels, below_and_above: tuple[Labels, Labels, Labels]) -> "Forest":
        """A forest of which the figures are known already (reach, depth and root are the last three); nothing is checked."""
        forest = cls.__new__(cls)
        forest.parent = parent
        vars(forest).update(direct=direct, second=second, _below_and_above=below_and_above)
        return forest

    @cached_property
    def order(self) -> Labels:
        """All nodes, every parent before its children, int32[n]."""
        order, held = kernels.parents_first(self.parent, self.direct)
        return order[len(order) - held :]

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.parent)

    @cached_property
    def direct(self) -> Labels:
        """Children of each node, int32[n]."""
        return np.bincount(self.parent[self.parent >= 0], minlength=len(self.parent)).astype(np.int32)

    @cached_property
    def second(self) -> Labels:
        """Children of the children of each node, int32[n]."""
        below = self.parent >= 0
        return np.bincount(self.parent[below], self.direct[below], len(self.parent)).astype(np.int32)

    @property
    def reach(self) -> Labels:
        """All nodes below each node, int32[n]."""
        return self._below_and_above[0]

    @property
    def depth(self) -> Labels:
        """Steps from each node up to its root, int32[n]; 0 for a root."""
        return self._below_and_above[1]

    @property
    def root(self) -> Labels:
        """The root above each node, int32[n]; a root is its own."""
        return self._below_and_above[2]

    @cached_property
    def tree_size(self) -> Labels:
        """Nodes of the tree that each node is in, int32[n]."""
        size: Labels = (self.reach + 1)[self.root]
        return size

    @cached_property
    def component(self) -> Labels:
        """The smallest node of the tree that each node is in, int32[n]: what `components.weak` answers for its links."""
        smallest = np.full(self.nodes, self.nodes, np.int32)
        every = np.arange(self.nodes - 1, -1, -1, dtype=np.int32)
        smallest[self.root[every]] = every  # the last one written stays, and that is the smallest
        return smallest[self.root]

    def summed_up(self, own: Floats, factor: float) -> Floats:
        """Of each node its own value plus those of all nodes below, each times `factor` to the power of the steps between."""
        return kernels.summed_up(self.parent, self.order, np.require(own, np.float64, ["C"]), factor)

    @cached_property
    def _below_and_above(self) -> tuple[Labels, Labels, Labels]:
        return kernels.below_and_above(self.parent, self.order)


def as_forest(graph: CSR) -> Forest | None:
    """The forest of a graph from parents to children; None where some node has two parents, or parents go in a ring."""
    several: NDArray[np.bool_] = graph.in_degree > 1
    if several.any():
        return None
    parent = np.full(graph.nodes, -1, np.int32)
    parent[graph.indices] = graph.sources
    try:
        return Forest(parent)
    except ValueError:
        return None
