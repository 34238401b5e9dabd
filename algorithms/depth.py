"""How far a person is from where the referrals above began, on any graph. Pure."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components

from algorithms.csr import CSR, Labels, Pointers
from algorithms.forest import Forest


def depth(graph: CSR) -> Labels:
    """Fewest steps from each node up to a beginning, int32[n].

    A beginning (depth 0) is a node that nobody leads to; and, since a ring that nobody outside leads to has no such node,
    every node of such a ring (a strongly connected component without links into it). So every node has a beginning
    above it, and on a forest this is the depth below the root. O(n + m).
    """
    nodes = graph.nodes
    if not nodes:
        return np.empty(0, np.int32)
    rings, ring = connected_components(_matrix(graph.indptr, graph.indices), directed=True, connection="strong")
    led_to = np.zeros(rings, np.bool_)
    led_to[ring[graph.indices[ring[graph.sources] != ring[graph.indices]]]] = True
    beginnings = np.flatnonzero(~led_to[ring]).astype(np.int32)
    # One node more leads to all beginnings; whom a search from there comes from is one step nearer.
    indptr = np.append(graph.indptr, len(graph.indices) + len(beginnings))
    indices = np.concatenate([graph.indices, beginnings])
    before: Labels = breadth_first_order(_matrix(indptr, indices), nodes, directed=True, return_predecessors=True)[1]
    before[nodes] = -1
    return Forest(before).depth[:nodes] - 1


def _matrix(indptr: Pointers, indices: Labels) -> csr_array[np.float64]:
    nodes = len(indptr) - 1
    return csr_array((np.ones(len(indices)), indices, indptr), shape=(nodes, nodes), dtype=np.float64)
