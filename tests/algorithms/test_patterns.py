"""The pattern of a tree and the numbers behind it: trees drawn by hand, networkx, and the published table of Bitcoin-OTC."""

from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from scipy.stats import fisher_exact

from algorithms import groups
from algorithms.edges import from_frame
from algorithms.patterns import PATTERNS, Shapes, shapes, trees
from algorithms.projection import project
from algorithms.referrals import ReferralRows, of_table, referral_rows
from algorithms.shifts import DRAWS, Alarm, shifts
from intake.edge_lists import read_edges
from tests.algorithms.graphs import of_parents, parents

Pairs = list[tuple[int, int]]


def drawn(pairs: Pairs, campaign: list[int] | None = None) -> ReferralRows:
    ends = np.array(pairs, np.int32).reshape(-1, 2)
    return referral_rows(
        int(ends.max()) + 1,
        ends[:, 0],
        ends[:, 1],
        campaign=None if campaign is None else np.array(campaign, np.int32),
        campaigns=("spring", "autumn"),
    )


def shape(pairs: Pairs) -> Shapes:
    rows = drawn(pairs)
    return shapes(trees(project(rows), groups.everything(rows)))


def pattern(pairs: Pairs) -> str:
    found = shape(pairs)
    assert len(found.pattern) == 1
    return PATTERNS[found.pattern[0]]


def star(hub: int, first: int, leaves: int) -> Pairs:
    return [(hub, leaf) for leaf in range(first, first + leaves)]


STAR = star(0, 1, 8)
CHAIN = list(pairwise(range(8)))
RING = [*pairwise(range(6)), (5, 0)]
MULTI_HUB = [(0, 1), *star(0, 2, 5), *star(1, 10, 5)]
BRIDGE = [*star(0, 1, 6), (1, 20), *star(20, 21, 6)]
BRANCHING = [(one, 2 * one + side) for one in range(7) for side in (1, 2)]


@pytest.mark.parametrize(
    ("pairs", "name"),
    [(STAR, "star"), (CHAIN, "chain"), (RING, "ring"), (MULTI_HUB, "multi_hub"), (BRIDGE, "bridge"), (BRANCHING, "branching")],
)
def test_a_tree_has_the_pattern_that_one_sees(pairs: Pairs, name: str) -> None:
    assert pattern(pairs) == name
    back = [(99 - one, 99 - other) for one, other in pairs]
    assert pattern(back) == name


def test_the_numbers_of_a_bridge() -> None:
    found = shape(BRIDGE)
    assert (found.size.tolist(), found.max_depth.tolist(), found.width.tolist()) == ([14], [3], [6])
    assert (found.largest_fan_out.tolist(), found.hubs.tolist()) == ([6], [2])
    assert found.star_share.tolist() == pytest.approx([6 / 13])
    assert found.bridge_share.tolist() == pytest.approx([6 / 14])
    assert found.idle_share.tolist() == pytest.approx([11 / 14])


def test_a_ring_that_a_tree_hangs_on_is_a_ring_only_where_it_is_half_of_it() -> None:
    found = shape([*pairwise(range(3)), (2, 0), *star(0, 10, 9)])
    assert PATTERNS[found.pattern[0]] == "star"
    assert found.ring_share.tolist() == [3 / 12]


def test_trees_below_five_have_no_pattern() -> None:
    assert shape(star(0, 1, 3)).pattern.tolist() == []


def test_in_each_campaign_the_tree_is_what_it_brought() -> None:
    rows = drawn([*star(0, 1, 5), *star(1, 10, 5)], [0] * 5 + [1] * 5)
    found = shapes(trees(project(rows), groups.campaigns(rows)))
    assert [
        (int(root), int(group), int(size)) for root, group, size in zip(found.root, found.group, found.size, strict=True)
    ] == [
        (0, 0, 6),
        (1, 1, 6),
    ]


@given(parents())
def test_the_numbers_are_those_of_a_walk_over_the_links(parent: np.ndarray) -> None:
    persons, referrer, referee = of_parents(parent)
    rows = referral_rows(persons, referrer, referee)
    found = shapes(trees(project(rows), groups.everything(rows)), smallest=2)
    whole = nx.DiGraph(list(zip(referrer.tolist(), referee.tolist(), strict=True)))
    components = sorted(nx.weakly_connected_components(whole), key=lambda group: next(one for one in group if parent[one] < 0))
    assert len(components) == len(found.root)
    for place, group in enumerate(components):
        tree = whole.subgraph(group)
        root = int(found.root[place])
        steps = nx.single_source_shortest_path_length(tree, root)
        fan_outs = [degree for _, degree in tree.out_degree()]
        assert found.size[place] == len(group)
        assert found.max_depth[place] == max(steps.values())
        assert found.width[place] == max(np.bincount(list(steps.values())))
        assert found.structural_virality[place] == pytest.approx(nx.average_shortest_path_length(tree.to_undirected()))
        mean_difference = np.abs(np.subtract.outer(fan_outs, fan_outs)).mean()
        assert found.gini[place] == pytest.approx(mean_difference / (2 * np.mean(fan_outs)))
        parted = [0]
        for one in group:
            others = tree.to_undirected().copy()
            others.remove_node(one)
            parts = sorted((len(part) for part in nx.connected_components(others)), reverse=True)
            is_hub = tree.out_degree(one) >= max(3, 0.15 * (len(group) - 1))
            if 2 <= len(parts) <= 3 and not is_hub:
                parted.append(parts[1])
        assert found.bridge_share[place] == pytest.approx(max(parted) / len(group))


@pytest.mark.shared
def test_the_trees_of_bitcoin_otc_are_the_published_ones(shared: Path) -> None:
    table = from_frame(read_edges(shared / "data" / "graphs" / "bitcoin-otc-first.referrals.csv.gz"))
    rows = of_table(table)
    found = shapes(trees(project(rows), groups.everything(rows)), smallest=1)
    columns = (found.size, found.max_depth, found.width, found.structural_virality.round(2), found.largest_fan_out)
    names = [int(name) for name in table.names.gather(found.root)]
    mine = dict(
        zip(names, zip(*(column.tolist() for column in columns), found.star_share.round(4).tolist(), strict=True), strict=True)
    )
    published = pl.read_csv(shared / "data" / "graphs" / "bitcoin-otc-first.trees.csv")
    assert mine == {row[0]: row[1:] for row in published.iter_rows()}


def periods(*counts: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stars and chains of one campaign, period by period."""
    pattern = np.concatenate([np.repeat([1, 2], pair) for pair in counts]).astype(np.int8)
    period = np.repeat(np.arange(len(counts)), [sum(pair) for pair in counts]).astype(np.int32)
    return pattern, np.zeros(len(pattern), np.int32), period


def test_a_campaign_whose_trees_turn_from_stars_to_chains_is_told() -> None:
    (found,) = shifts(*periods((30, 10), (10, 30)), ["spring"], ["May", "June"])
    assert (found.group, found.before, found.after, found.alarmed, found.most_grown) == ("spring", "May", "June", True, "chain")
    assert (found.distance, found.trees_before, found.trees_after) == (0.5, (0, 30, 10, 0, 0, 0), (0, 10, 30, 0, 0, 0))
    assert found.chance <= 10 / DRAWS


def test_what_chance_does_is_no_shift() -> None:
    (found,) = shifts(*periods((30, 10), (28, 12)), ["spring"], ["May", "June"])
    assert not found.alarmed
    assert found.chance > 0.5
    (found,) = shifts(*periods((6, 4), (4, 6)), ["spring"], ["May", "June"])
    assert (found.distance, found.alarmed) == (pytest.approx(0.2), False)


def test_a_period_with_few_trees_is_passed_over() -> None:
    (found,) = shifts(*periods((30, 10), (2, 3), (10, 30)), ["spring"], ["May", "June", "July"], Alarm(trees=10))
    assert (found.before, found.after) == ("May", "July")


def test_the_chance_is_that_of_fishers_exact_test() -> None:
    (found,) = shifts(*periods((10, 4), (4, 10)), ["spring"], ["May", "June"], Alarm(trees=1))
    assert found.chance == pytest.approx(fisher_exact([[10, 4], [4, 10]]).pvalue, abs=0.01)
