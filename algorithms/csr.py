"""A directed graph as two arrays, the targets of each node side by side. Pure; must not know what nodes or links mean."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int32]
Pointers = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CSR:
    """Compressed sparse rows: node i leads to `indices[indptr[i]:indptr[i+1]]`, ascending and each once, never to itself."""

    indptr: Pointers
    indices: Labels

    @property
    def nodes(self) -> int:
        """Number of nodes, those without links too."""
        return len(self.indptr) - 1

    @property
    def out_degree(self) -> Pointers:
        """How many nodes each node leads to, int64[n]."""
        return np.diff(self.indptr)

    @property
    def in_degree(self) -> Pointers:
        """How many nodes lead to each node, int64[n]."""
        return np.bincount(self.indices, minlength=self.nodes).astype(np.int64, copy=False)

    @property
    def sources(self) -> Labels:
        """The source of each link, beside `indices`: int32[m]."""
        return np.repeat(np.arange(self.nodes, dtype=np.int32), self.out_degree)


def from_edges(nodes: int, source: Labels, target: Labels) -> CSR:
    """The graph of parallel arrays of node numbers 0 to nodes-1. Loops are dropped, parallel links count once.

    The outcome doesn't depend on the order of the links. ValueError where the arrays don't fit each other or a number is no
    node. O(m log m) time, 16 bytes a link beside the outcome.
    """
    source, target = ends(nodes, source, target)
    away = source != target
    keys = source[away].astype(np.int64)
    keys *= max(1, nodes)
    keys += target[away]
    keys.sort()
    first = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    rows, indices = np.divmod(keys[first], max(1, nodes))
    indptr = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(rows, minlength=nodes), out=indptr[1:])
    return CSR(indptr, indices.astype(np.int32))


def ends(nodes: int, source: Labels, target: Labels) -> tuple[Labels, Labels]:
    """Both ends of links as compiled code wants them: int32, side by side in memory, writable.

    ValueError where they are not two arrays of one length that hold node numbers only.
    """
    if source.ndim != 1 or source.shape != target.shape:
        raise ValueError("the ends of the links must be two arrays of one dimension and of the same length")
    if len(source) and not (min(source.min(), target.min()) >= 0 and max(source.max(), target.max()) < nodes):
        raise ValueError(f"a link has an end that is no node: nodes are 0 to {nodes - 1}")
    return as_labels(source), as_labels(target)


def as_labels(array: NDArray[np.integer[Any]]) -> Labels:
    """An array of node numbers as int32, side by side and writable; the array itself where it is. Each other kind of array would
    have the kernels compiled once more."""
    return np.require(array, np.int32, ["C", "W"])
