"""Which part on record an id or an identifier belongs to. Resolves nothing, holds no rule."""

from dataclasses import dataclass

import numpy as np

from graph import ownids
from graph.errors import GoneRootError, UnknownRootError
from graph.stores.protocol import Reading
from graph.tables import Ints


@dataclass(frozen=True, slots=True)
class PartOnRecord:
    """A part: its purpose, its leader (0 for an attribute, which is in none), and its identifiers by handle (sorted)."""

    purpose: str
    leader: int
    ids: Ints


async def carrier(reading: Reading, root_id: str, purpose: str | None = None) -> tuple[str, int]:
    """Purpose and handle of who answers with a root-ID, former root-ID or own id; handle 0: erased, and nobody does.

    Raises UnknownRootError for an id that nobody carries, or only under another purpose than the one asked for.
    """
    carried = await reading.carrier(ownids.parse(root_id))
    if carried is None or (purpose is not None and carried[0] != purpose):
        raise UnknownRootError("no identifier on record carries this id")
    return carried


def answered_for(handle: int) -> None:
    """Raises GoneRootError for the handle of an erased identifier that nobody answers for."""
    if not handle:
        raise GoneRootError("the identifier that carried this id was erased, and nobody answers for it")


async def part_of_id(reading: Reading, root_id: str) -> PartOnRecord:
    """The part that a root-ID, former root-ID or own id answers with. Raises UnknownRootError and GoneRootError."""
    purpose, handle = await carrier(reading, root_id)
    answered_for(handle)
    return await part_of_handle(reading, purpose, handle)


async def part_of_handle(reading: Reading, purpose: str, handle: int) -> PartOnRecord:
    """The part of an identifier; one that is in no part is alone."""
    alone = np.array([handle], np.int64)
    members = await reading.members(purpose, alone)
    leader = int(members.leader[0]) if len(members) else 0
    if not leader:
        return PartOnRecord(purpose, 0, alone)
    _, ids, _ = await reading.led(purpose, members.leader)
    return PartOnRecord(purpose, leader, np.sort(ids))
