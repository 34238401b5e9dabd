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


async def part_of_id(reading: Reading, root_id: str) -> PartOnRecord:
    """The part that a root-ID, former root-ID or own id answers with. Raises UnknownRootError and GoneRootError."""
    carried = await reading.carrier(ownids.parse(root_id))
    if carried is None:
        raise UnknownRootError("no identifier on record carries this id")
    if not carried[1]:
        raise GoneRootError("the identifier that carried this id was erased, and nobody answers for it")
    return await part_of_handle(reading, *carried)


async def part_of_handle(reading: Reading, purpose: str, handle: int) -> PartOnRecord:
    """The part of an identifier; one that is in no part is alone."""
    alone = np.array([handle], np.int64)
    members = await reading.members(purpose, alone)
    leader = int(members.leader[0]) if len(members) else 0
    if not leader:
        return PartOnRecord(purpose, 0, alone)
    _, ids, _ = await reading.led(purpose, members.leader)
    return PartOnRecord(purpose, leader, np.sort(ids))
