"""Which nodes hang together, whatever the direction of the links. Pure."""

from algorithms import kernels
from algorithms.csr import Labels, ends


def weak(nodes: int, source: Labels, target: Labels) -> Labels:
    """The label of each node, int32[n]: the smallest node of its weakly connected component.

    `source` and `target` are int32[m], the ends of the links; loops and parallel links change nothing, and a node without links
    is its own label. ValueError where the arrays don't fit each other or a number is no node. Nearly O(n + m).
    """
    return kernels.smallest_members(nodes, *ends(nodes, source, target))
