"""What statements are said to change, and answers to rest on, is what their text names."""

import re
from collections.abc import Iterable

import pytest

from cypher import load
from graph.stores.neo4j.effects import CHANGES, EVERYTHING, RESTS_ON, changes, rests_on

TOKENS = {
    "identifiers": {"Identifier"},
    "membership": {"BELONGS_TO", "Root"},
    "evidence": {"LINKED"},
    "sightings": {"Sighting", "SEEN_IN"},
    "findings": {"SET_ASIDE"},
    "backings": {"Backing"},
    "judgements": {"Close", "Decision", "ABOUT"},
    "tombstones": {"Tombstone"},
    "consents": {"Consent", "GRANTED", "Grant", "WITHDRAWN", "Withdrawal", "GAVE", "WITHDREW"},
}
"""Labels and types of relationships by what they hold."""


def tokens(name: str) -> set[str]:
    return set(re.findall(r":(\w+)", re.sub(r"//.*|'[^']*'|\{[^{}]*\}", "", load(name)))) & set[str]().union(*TOKENS.values())


def of(kinds: Iterable[str]) -> set[str]:
    return set[str]().union(*(TOKENS[kind] for kind in kinds))


def test_all_that_is_told_apart_has_its_labels():
    assert TOKENS.keys() == EVERYTHING


@pytest.mark.parametrize("name", CHANGES)
def test_a_statement_names_nothing_that_it_is_not_said_to_change_but_the_identifiers_at_its_ends(name: str):
    assert tokens(name) - {"Identifier"} <= of(changes(name))


@pytest.mark.parametrize("name", RESTS_ON)
def test_an_answer_names_nothing_that_it_is_not_said_to_rest_on_but_the_identifiers_asked_for(name: str):
    assert tokens(name) - {"Identifier"} <= of(rests_on(name) or ())


def test_taking_the_turn_changes_nothing_that_is_asked_for():
    assert changes("write/turn") == frozenset()


def test_a_statement_that_nobody_said_anything_about_changes_everything_and_rests_on_everything():
    assert (changes("write/erase"), rests_on("read/describe")) == (EVERYTHING, None)
