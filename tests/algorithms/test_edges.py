"""Referrals as arrays: numbers of persons in natural order, and what is missing."""

from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms import csr
from algorithms.edges import ACCEPTED, NO_TIME, STATUSES, from_frame, natural_order
from tests.algorithms.graphs import Graph, digraph, links

NAMES = st.sampled_from(["2", "10", "007", "b", "a", "B", "é", "-1", "1e3", "12345678901234567890"])


def test_numbers_are_sorted_by_size_and_stand_before_other_text() -> None:
    names = ["b", "10", "a", "2", "007", "0", "12345678901234567890", "B"]
    assert natural_order(pl.Series(names)).to_list() == ["0", "2", "10", "007", "12345678901234567890", "B", "a", "b"]


@given(st.lists(st.tuples(NAMES, NAMES), max_size=12), st.randoms())
def test_the_number_of_a_person_does_not_depend_on_the_order_of_rows(pairs: list[tuple[str, str]], random: Random) -> None:
    schema = {"referrer": pl.String, "referee": pl.String}
    table = from_frame(pl.DataFrame(pairs, schema=schema, orient="row"))
    names = table.names.to_list()
    assert [(names[one], names[other]) for one, other in zip(table.referrer, table.referee, strict=True)] == pairs
    random.shuffle(pairs)
    assert from_frame(pl.DataFrame(pairs, schema=schema, orient="row")).names.to_list() == names


def test_what_is_not_told_has_a_value_of_its_own() -> None:
    table = from_frame(
        pl.DataFrame(
            {
                "referrer": ["a", "a"],
                "referee": ["b", "c"],
                "at": [7, None],
                "weight": [-2.0, None],
                "campaign": ["spring", None],
                "status": ["refunded", None],
                "value": [9.5, None],
            }
        )
    )
    assert (table.at, table.weight, table.value) == (pytest.approx([7, NO_TIME]), pytest.approx([-2, 1]), pytest.approx([9.5, 0]))
    assert table.status is not None
    assert [STATUSES[code] for code in table.status] == ["refunded", "accepted"]
    assert STATUSES[ACCEPTED] == "accepted"
    assert table.campaign is not None
    assert table.campaign.tolist() == [0, -1]
    assert table.campaigns == ("spring",)


def test_columns_that_nobody_told_are_none() -> None:
    table = from_frame(pl.DataFrame({"referrer": ["a"], "referee": ["a"]}))
    assert (table.at, table.weight, table.campaign, table.status, table.value) == (None, None, None, None, None)
    assert (len(table), table.persons) == (1, 1)


def test_a_referral_without_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="names its referrer"):
        from_frame(pl.DataFrame({"referrer": ["a"], "referee": [None]}, schema_overrides={"referee": pl.String}))


@given(links())
def test_a_graph_has_each_link_once_and_no_loop(graph: Graph) -> None:
    made, shape = csr.from_edges(*graph), digraph(graph)
    assert list(zip(made.sources.tolist(), made.indices.tolist(), strict=True)) == sorted(shape.edges)
    assert made.out_degree.tolist() == [degree for _, degree in sorted(shape.out_degree())]
    assert made.in_degree.tolist() == [degree for _, degree in sorted(shape.in_degree())]
    assert (made.indptr.dtype, made.indices.dtype) == (np.int64, np.int32)
