"""The server's plans of the statements that every write and every lookup waits for: no scan, no product, nothing held back."""

from collections.abc import Iterator
from typing import Any

import neo4j
import pytest

from cypher import load

pytestmark = pytest.mark.neo4j

LOOKUP = ("read/lookup", "read/due", "read/carrier", "read/changes")
READ = (
    *("handles", "nodes", "roots", "events", "members", "led", "pieces", "findings", "backings", "moments", "decisions"),
    *("closes", "consents", "keys", "terms", "describe", "carried", "near", "fired", "tombstones", "consent_handles", "given"),
    "sightings_of",
)
WRITE = ("intern", "name", "link", "lead", "join", "stand", "back", "arm_links", "hit")
FEW_ROWS = (
    *(
        "append",
        "tick",
        "move",
        "set_aside",
        "reinstate",
        "disarm_links",
        "grant",
        "rule",
        "close",
        "refer",
        "mark",
        "bury",
        "file",
    ),
)
"""Here rows may be held back: what is read has to be read before any of it changes."""

HOT = (*LOOKUP, *(f"read/{name}" for name in READ), *(f"write/{name}" for name in WRITE))


ONE_ROW = {"NodeByElementIdSeek", "NodeUniqueIndexSeek", "NodeUniqueIndexSeek(Locking)", "Argument"}


def operators(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("children", ()):
        yield from operators(child)


def kind(plan: dict[str, Any]) -> str:
    return plan["operatorType"].removesuffix("@neo4j")


def planned(url: str, database: neo4j.Driver, name: str) -> list[dict[str, Any]]:
    with database.session() as session:
        plan = session.run(f"EXPLAIN {load(name)}").consume().plan
    assert plan is not None
    return list(operators(plan))


def slow(plan: dict[str, Any]) -> bool:
    """A scan of more than an index, or a product of anything but one row with one row."""
    if kind(plan) == "CartesianProduct":
        return not {kind(below) for child in plan["children"] for below in operators(child)} <= ONE_ROW
    return kind(plan).endswith("Scan") and "Index" not in kind(plan)


@pytest.mark.parametrize("name", [*HOT, *(f"write/{name}" for name in FEW_ROWS)])
def test_it_walks_no_label_and_makes_no_product(name: str, neo4j_url: str, database: neo4j.Driver):
    assert {kind(plan) for plan in planned(neo4j_url, database, name) if slow(plan)} == set()


def test_the_turn_reads_no_label_but_those_of_few_nodes(neo4j_url: str, database: neo4j.Driver):
    found = [plan for plan in planned(neo4j_url, database, "write/turn") if kind(plan) == "NodeByLabelScan"]
    details = " ".join(plan["args"].get("Details", "") for plan in found)
    assert not any(f":{label}" in details for label in ("Identifier", "Sighting", "Root", "Change", "AuditEntry"))


@pytest.mark.parametrize("name", HOT)
def test_it_holds_no_rows_back(name: str, neo4j_url: str, database: neo4j.Driver):
    assert "Eager" not in {kind(plan) for plan in planned(neo4j_url, database, name)}


def test_sightings_and_evidence_are_only_held_back_between_each_other(neo4j_url: str, database: neo4j.Driver):
    held = [plan for plan in planned(neo4j_url, database, "write/append") if kind(plan) == "Eager"]
    assert [[kind(child) for child in plan["children"]] for plan in held] == [["SubqueryForeach"]] * 2
