"""Group owners and consumers, and the organic people behind recruited ones."""

import numpy as np
from hypothesis import given

from algorithms.forest import Forest
from algorithms.roles import ROLES, behind, organic_behind, roles
from tests.algorithms.graphs import parents


def forest(size: int, *pairs: tuple[int, int]) -> Forest:
    parent = np.full(size, -1, np.int32)
    for above, below in pairs:
        parent[below] = above
    return Forest(parent)


def test_who_brought_many_that_bring_nobody_owns_a_group() -> None:
    idle, busy = [(0, one) for one in range(2, 12)], [(1, one) for one in range(12, 22)]
    brought = [(one, one + 20) for one in range(12, 22)]
    found = roles(forest(60, *idle, *busy, *brought))
    assert [ROLES[code] for code in found.role[:3]] == ["group_owner", "hub", "consumer"]
    assert (found.direct[0], found.idle_share[0], found.idle_share[1]) == (10, 1.0, 0.0)


def test_with_a_community_of_their_own_fewer_will_do() -> None:
    found = roles(forest(9, (0, 1), (0, 2), (0, 3), (0, 4), (5, 6), (5, 7), (5, 8)), np.array([1, *[0] * 8], np.int32))
    assert [ROLES[found.role[one]] for one in (0, 5)] == ["group_owner", "consumer"]


def test_more_than_150_is_a_reason_to_look() -> None:
    many = forest(400, *((0, one) for one in range(2, 152)), *((1, one) for one in range(152, 303)))
    assert roles(many).beyond_dunbar[:2].tolist() == [False, True]


def test_the_key_organic_people_behind_a_recruited_one_come_with_their_paths() -> None:
    tree = forest(8, (0, 1), (1, 2), (2, 3), (0, 4), (4, 5), (5, 6))
    recruited = np.zeros(8, np.bool_)
    recruited[[0, 4]] = True
    score = np.array([9.0, 1.0, 3.0, 0.0, 9.0, 2.0, 2.0, 5.0])
    first, second, third = organic_behind(tree, recruited, score, most=2)[:3]
    assert (first.recruited, first.person, first.path, first.share) == (0, 2, (0, 1, 2), 0.75)
    assert (second.recruited, second.person, second.path) == (0, 1, (0, 1))
    assert (third.recruited, third.person, third.path, third.share) == (4, 5, (4, 5), 0.5)
    assert [one.person for one in organic_behind(tree, recruited, score, most=1)] == [2, 5]
    assert organic_behind(tree, np.zeros(8, np.bool_), score) == ()


@given(parents())
def test_the_nearest_recruited_person_is_found_by_walking_up(parent: np.ndarray) -> None:
    recruited = np.arange(len(parent)) % 3 == 0
    found = behind(Forest(parent), recruited)
    for person in range(len(parent)):
        above = int(parent[person])
        while above >= 0 and not recruited[above]:
            above = int(parent[above])
        assert found[person] == above
