"""What statements of the write path change, and what answers rest on, so that some may be asked beside the writes. No queries.

A write transaction holds the turn (docs/decisions/0203): what is committed stays as it is until it ends. So an answer that rests
on nothing this transaction has changed is the same on any connection, and may be asked while the server still works at writes.
"""

from collections.abc import Set as AbstractSet
from typing import Final

EVERYTHING: Final = frozenset(
    {"identifiers", "membership", "evidence", "sightings", "findings", "backings", "consents", "judgements", "tombstones"}
)
"""All that is told apart here."""

CHANGES: Final[dict[str, frozenset[str]]] = {
    "write/turn": frozenset(),
    "write/place": frozenset(),
    "write/tick": frozenset(),
    "write/hit": frozenset(),
    "write/arm_links": frozenset(),
    "write/disarm_links": frozenset(),
    "write/intern": frozenset({"identifiers"}),
    "write/name": frozenset({"identifiers"}),
    "write/back": frozenset({"backings"}),
    "write/consent": frozenset({"consents"}),
    "write/append": frozenset({"sightings", "evidence"}),
    "write/lead": frozenset({"membership"}),
    "write/join": frozenset({"membership"}),
    "write/stand": frozenset({"membership"}),
    "write/move": frozenset({"membership"}),
    "write/set_aside": frozenset({"findings"}),
    "write/reinstate": frozenset({"findings"}),
}

RESTS_ON: Final[dict[str, frozenset[str]]] = {
    "read/handles": frozenset({"identifiers"}),
    "read/nodes": frozenset({"identifiers"}),
    "read/keys": frozenset({"identifiers"}),
    "read/events": frozenset({"sightings"}),
    "read/moments": frozenset({"sightings"}),
    "read/terms": frozenset({"backings"}),
    "read/backings": frozenset({"backings"}),
    "read/consents": frozenset({"consents"}),
    "read/consent_handles": frozenset({"consents"}),
    "read/members": frozenset({"membership"}),
    "read/led": frozenset({"membership"}),
    "read/roots": frozenset({"membership"}),
    "read/pieces": frozenset({"evidence"}),
    "read/findings": frozenset({"findings"}),
    "read/closes": frozenset({"judgements"}),
    "read/decisions": frozenset({"judgements"}),
    "read/tombstones": frozenset({"tombstones"}),
}


def changes(statement: str) -> AbstractSet[str]:
    """What a statement may change: everything, unless it is known better."""
    return CHANGES.get(statement, EVERYTHING)


def accounted(statement: str) -> bool:
    """Whether graph/stores/neo4j/changed.py holds what a statement changes, so that it can be laid over an answer."""
    return statement in CHANGES


def rests_on(statement: str) -> AbstractSet[str] | None:
    """What an answer rests on; None where that isn't known, so that it is asked in the transaction itself."""
    return RESTS_ON.get(statement)
