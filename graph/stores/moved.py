"""The kinds of rows that move from one store to another, in the order in which they are put back. No rules, no queries.

A row is a mapping of JSON values: keys and digests in hexadecimal, ids as UUIDs, lists as lists. Whoever adds something to a
store that is not made of the rest adds a kind here, and how each store dumps and restores it.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, Protocol

KINDS: Final = (
    "policy",
    "place",
    "identifier",
    "consent",
    "backing",
    "sighting",
    "piece",
    "grant",
    "withdrawal",
    "close",
    "decision",
    "referral",
    "order",
    "mark",
    "root",
    "member",
    "finding",
    "due",
    "change",
    "bookmark",
    "kept_answer",
    "hit",
    "audit",
    "receipt",
    "api_key",
    "tombstone",
    "successor",
    "store",
)
"""`store` is the last: with it the other side has clock, key fingerprint and policy, and can be opened."""

UNFINISHED: Final = "restore under way"
"""Stands for the key fingerprint until everything is there, so that nobody opens half a store."""

UNFINISHED_TEXT: Final = "a restore into this store didn't come to its end: empty it and restore again"


class Dumping(Protocol):
    """Reads everything."""

    def dump(self, kind: str) -> AsyncIterator[dict[str, Any]]:
        """Every row of a kind."""
        ...


class Restoring(Protocol):
    """Puts back what was dumped."""

    async def restore(self, kind: str, rows: Sequence[dict[str, Any]]) -> None:
        """Put rows of a kind on record, in a store that was new before; rows that they name are there already."""
        ...
