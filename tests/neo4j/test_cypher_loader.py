"""Statements are files; the loader gives them as they are, without their header. No server needed."""

import pytest

from cypher import UnknownStatementError, load


def test_a_statement_comes_without_its_header():
    statement = load("gds/project_arrays")
    assert statement.startswith("UNWIND ")
    assert "//" not in statement


def test_a_statement_is_read_once():
    assert load("gds/project_arrays") is load("gds/project_arrays")


def test_an_unknown_name_is_told_with_the_names_beside_it():
    with pytest.raises(UnknownStatementError, match=r"no statement 'gds/nothing'.*project_arrays"):
        load("gds/nothing")


@pytest.mark.parametrize("name", ["../deploy/neo4j/anything", "/etc/hostname", "nowhere/nothing"])
def test_a_name_that_leads_out_of_the_folder_is_unknown(name: str):
    with pytest.raises(UnknownStatementError, match="there are: none"):
        load(name)
