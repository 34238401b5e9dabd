"""What tests are given to write in: a database with nothing in it, whatever was left there before; never a person's."""

import neo4j
import pytest

from graph.stores.neo4j import schema
from tests import scratch

pytestmark = pytest.mark.neo4j


def test_it_begins_without_nodes(database: neo4j.Driver):
    assert database.execute_query("MATCH (n) RETURN count(n) AS nodes").records[0]["nodes"] == 0


def test_it_begins_without_constraints_but_those_of_a_store(database: neo4j.Driver):
    names = database.execute_query("SHOW CONSTRAINTS YIELD name").records
    assert {f"schema/{record['name']}" for record in names} <= set(schema.statements())


def test_what_a_test_leaves_is_gone_for_the_next_module(database: neo4j.Driver):
    database.execute_query("CREATE CONSTRAINT left_over IF NOT EXISTS FOR (n:LeftOver) REQUIRE n.key IS UNIQUE")
    database.execute_query("MERGE (:LeftOver {key: 1})")


def test_a_database_that_others_use_is_refused_and_left_alone(database: neo4j.Driver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scratch, "MARK", "a_mark_that_is_not_there")
    database.execute_query("MERGE (:Theirs {key: 1})")
    with pytest.raises(pytest.fail.Exception, match="isn't empty"):
        scratch.claim(database)
    assert database.execute_query("MATCH (n:Theirs) RETURN count(n) AS nodes").records[0]["nodes"] == 1
    assert database.execute_query("SHOW INDEXES YIELD name WHERE name CONTAINS 'a_mark'").records == []
