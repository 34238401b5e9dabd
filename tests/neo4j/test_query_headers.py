"""Queries for analysts are told in the form that the catalogue is written from, and can only read. No server needed."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from cypher import load
from cypher.headers import header, names
from cypher.reference import PAGE, TOPICS, filled, link, page

QUERIES = names("analysis")
_WRITES = re.compile(r"\b(CREATE|MERGE|SET|DELETE|REMOVE|DETACH|FOREACH|DROP|LOAD|IN TRANSACTIONS)\b")


def test_there_are_queries_for_every_topic():
    assert len(QUERIES) >= 20
    assert {header(name).topic for name in QUERIES} == set(TOPICS)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_has_a_title_a_meaning_and_a_default_for_every_parameter(name: str):
    told = header(name)
    assert told.title
    assert told.meaning.endswith(".")
    assert all(told.parameters.values())
    assert list(told.parameters) == list(told.defaults)
    assert set(re.findall(r"\$(\w+)", load(name))) == set(told.parameters)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_only_reads_and_shows_no_value(name: str):
    assert not _WRITES.search(load(name))
    assert ".clear" not in load(name)
    assert "ApiKey" not in load(name)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_is_in_order_before_it_is_cut_and_bounds_its_paths(name: str):
    statement = load(name)
    assert re.search(r"\nORDER BY [^\n]+(\nLIMIT \$limit)?$", statement) or "(store:Store " in statement
    for limit in re.finditer(r"\n(\s*)LIMIT", statement):
        assert re.search(rf"\n{limit[1]}ORDER BY [^\n]+$", statement[: limit.start()])
    assert not re.search(r"\*(?!\))|\{\d*,\}|\+\s*\(", re.sub(r"count\(\*\)| \* ", "", statement))


@pytest.mark.parametrize("name", QUERIES)
def test_the_link_brings_the_query_with_its_defaults(name: str):
    asked = parse_qs(urlsplit(link(name)).query)
    assert asked == {"cmd": ["edit"], "arg": [filled(name)]}
    assert "$" not in filled(name)


def test_the_catalogue_is_fresh():
    assert PAGE.read_text("utf-8") == page(), "stale: run `python -m cypher.reference`"
