"""What the service asks of a store: domain verbs, the same for every engine. Must not know any engine.

A store is dumb: it keeps facts and the current state and answers by key. All rules are elsewhere.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from graph.evidence import ConsentRecord
from graph.model import Identifier
from graph.stores.columns import (
    Backings,
    Description,
    Found,
    Members,
    NewSightings,
    OwnIds,
    Pieces,
    StoredChange,
    StoredFinding,
)
from graph.tables import Bools, Ints

Place = tuple[str, str]


class Reading(Protocol):
    """A consistent view: everything read through it belongs to one state."""

    async def places(self) -> Mapping[int, Place]:
        """Every namespace and scope on record, by handle."""
        ...

    async def handles(self, keys: Sequence[bytes]) -> Ints:
        """Handles of keys, 0 for one not on record."""
        ...

    async def keys(self, ids: Ints) -> list[bytes]:
        """Keys of handles, in the same order."""
        ...

    async def members(self, purpose: str, ids: Ints) -> Members:
        """What is on record of identifiers, in the order of `ids` (sorted, all on record)."""
        ...

    async def part(self, purpose: str, leader: int) -> Ints:
        """Handles of a part, by its leader."""
        ...

    async def carrier(self, own: bytes) -> tuple[str, int] | None:
        """Purpose and handle of the identifier that carries an own id."""
        ...

    async def pieces(self, ids: Ints) -> Pieces:
        """All evidence with at least one end in `ids` (sorted); a piece may come twice."""
        ...

    async def backings(self, ids: Ints) -> Backings:
        """What carries evidence, in the order of `ids`."""
        ...

    async def consents(self, ids: Iterable[int]) -> dict[int, ConsentRecord]:
        """Grants and withdrawals of consents."""
        ...

    async def moments(self, stamps: Ints) -> list[tuple[str | None, str]]:
        """Session and source of single pieces, in the order of `stamps`."""
        ...

    async def judgements(self, ids: Ints) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Rulings (ruling, a, b, at, consent, basis, recorded) and pair closings (a, b, at, source, recorded) with an end in `ids`."""
        ...

    async def findings(self, purpose: str, ids: Ints) -> list[StoredFinding]:
        """Refused and past links with an end in `ids`."""
        ...

    async def describe(self, purpose: str, ids: Ints) -> list[Description]:
        """What people may see of identifiers."""
        ...


class Writing(Reading, Protocol):
    """One write transaction: all of it happens, or nothing."""

    async def clock(self) -> tuple[int, int]:
        """The time of the state on record, and the last stamp given."""
        ...

    async def place(self, place: Place) -> int:
        """Handle of a namespace and scope, made where new."""
        ...

    async def intern(
        self, keys: Sequence[bytes], place: Ints, named: Ints, describe: Callable[[int], Identifier]
    ) -> tuple[Ints, Bools]:
        """Handles of identifiers, and which of them an event names for the first time now (with stamp `named`, 0: doesn't).

        `describe(n)` tells mask and clear value of the n-th; asked only where it is new.
        """
        ...

    async def known_events(self, sources: Sequence[str], event_ids: Sequence[str]) -> Bools:
        """Which events are on record already."""
        ...

    async def backing(self, rows: Sequence[tuple[str | None, str | None, float]]) -> list[int]:
        """Handles of (consent, basis, weight), made where new."""
        ...

    async def append(self, sightings: NewSightings, pieces: Pieces) -> None:
        """Record sightings and fold their evidence in."""
        ...

    async def assign(self, purpose: str, members: Members) -> None:
        """Write membership; rows that give an own id away come before those that take it."""
        ...

    async def refile(self, purpose: str, gone: Iterable[tuple[int, int]], found: Iterable[StoredFinding]) -> None:
        """Replace findings."""
        ...

    async def publish(self, changes: Iterable[StoredChange]) -> int:
        """Append to the change feed; answers the last sequence number."""
        ...

    async def tick(self, clock: int, stamp: int) -> None:
        """Remember the time of this state and the last stamp given."""
        ...


class Store(Protocol):
    """A store of facts and of the state they resolve to."""

    def reading(self) -> AbstractAsyncContextManager[Reading]:
        """A consistent view."""
        ...

    def writing(self) -> AbstractAsyncContextManager[Writing]:
        """A write transaction; commits at its end, rolls back on any error."""
        ...

    async def lookup(self, purpose: str, keys: Sequence[bytes]) -> list[Found | None]:
        """What is on record of keys, in the same order."""
        ...

    async def close(self) -> None:
        """Let go of connections and files."""
        ...
