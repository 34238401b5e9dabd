"""Weak components: the same partition as networkx, and the smallest member as label."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given

from algorithms.components import weak
from tests.algorithms.graphs import Graph, digraph, golden, links


@given(links())
def test_a_label_is_the_smallest_member_of_the_component(graph: Graph) -> None:
    labels = weak(*graph)
    expected = {member: min(group) for group in nx.weakly_connected_components(digraph(graph)) for member in group}
    assert dict(enumerate(labels.tolist())) == expected


def test_a_person_in_a_loop_only_is_a_component() -> None:
    assert weak(*golden()).tolist() == [0, 0, 0, 0, 0, 0, 6, 7, 7]


def test_nobody_is_no_component() -> None:
    nobody = np.empty(0, np.int32)
    assert weak(0, nobody, nobody).tolist() == []


def test_any_kind_of_array_will_do() -> None:
    pairs = np.array([[2, 1], [0, 0]], np.int64)
    pairs.flags.writeable = False
    assert weak(3, pairs[:, 0], pairs[:, 1]).tolist() == [0, 1, 1]


def test_a_link_to_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="nodes are 0 to 1"):
        weak(2, np.array([0], np.int32), np.array([2], np.int32))
    with pytest.raises(ValueError, match="same length"):
        weak(2, np.array([0], np.int32), np.array([0, 1], np.int32))
