"""What tests are given to write in: an empty database without a schema, whatever was left there before."""

import neo4j
import pytest

pytestmark = pytest.mark.neo4j


def test_it_begins_without_nodes_but_its_own_mark(database: neo4j.Driver):
    counted = database.execute_query("MATCH (n) WHERE NOT n:RootidTestsMayEmptyThis RETURN count(n) AS nodes").records
    assert counted[0]["nodes"] == 0


def test_it_begins_without_constraints(database: neo4j.Driver):
    assert database.execute_query("SHOW CONSTRAINTS YIELD name").records == []


def test_what_a_test_leaves_is_gone_for_the_next_module(database: neo4j.Driver):
    database.execute_query("CREATE CONSTRAINT left_over IF NOT EXISTS FOR (n:LeftOver) REQUIRE n.key IS UNIQUE")
    database.execute_query("MERGE (:LeftOver {key: 1})")
