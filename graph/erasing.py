"""Erasure: takes identifiers off the record, leaves tombstones, and says who answers for what they carried."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from graph.errors import ErasedError
from graph.keys import Keyring
from graph.naming import strongest
from graph.ownids import to_bytes
from graph.plain import Rules
from graph.stores.columns import Members
from graph.stores.protocol import Reading, Writing
from graph.tables import Batch, Bools, Ints, Rejection

_TOO_LATE = "the event is from before the erasure of an identifier that it names"


@dataclass(frozen=True, slots=True)
class Succession:
    """Of one purpose: erased identifiers by handle, the own id that each carried, and the handle of its heir (0: nobody)."""

    handles: tuple[int, ...] = ()
    own: tuple[bytes, ...] = ()
    heirs: tuple[int, ...] = ()

    @property
    def heir_of(self) -> dict[int, int]:
        """Heir by erased handle."""
        return dict(zip(self.handles, self.heirs, strict=True))


async def person_of(reading: Reading, purposes: Sequence[str], handle: int) -> Ints:
    """An identifier's part under every purpose, together."""
    found = [np.array([handle], np.int64)]
    for purpose in purposes:
        leaders = (await reading.members(purpose, found[0])).leader
        _, member, _ = await reading.led(purpose, leaders[leaders > 0])
        found.append(member)
    return np.unique(np.concatenate(found))


async def left_behind(reading: Reading, rules: Rules, purpose: str, erased: Ints) -> tuple[Members, Succession]:
    """Who is left of the parts that erased identifiers were in, and who succeeds each of those: to be asked before they go.

    The leader that stays succeeds; where it goes, the strongest of what is left.
    """
    gone = await reading.members(purpose, erased)
    leaders = np.unique(gone.leader[gone.leader > 0])
    _, member, _ = await reading.led(purpose, leaders)
    rest = await reading.members(purpose, np.setdiff1d(member, erased))
    heads = strongest(rules, rest, np.searchsorted(leaders, rest.leader))
    heirs = {int(rest.leader[at]): int(rest.ids[head]) for at, head in enumerate(heads.tolist())}
    staying = set(np.setdiff1d(leaders, erased).tolist())
    chosen = tuple(leader if leader in staying else heirs.get(leader, 0) for leader in gone.leader.tolist())
    return rest, Succession(tuple(gone.ids.tolist()), tuple(to_bytes(gone.own)), chosen)


class Tombstones:
    """Refuses what comes late about erased identifiers."""

    def __init__(self, tx: Writing, keyring: Keyring) -> None:
        self._tx, self._keyring = tx, keyring

    async def bury(self, keys: Sequence[bytes], at: int) -> None:
        """Refuse events about these keys up to a time."""
        await self._tx.bury([self._keyring.mark(key) for key in keys], at)

    async def admit(self, keys: Sequence[bytes], at: int) -> None:
        """Raises ErasedError for an event of this time that names one of these keys too late."""
        buried = await self._found(lambda: keys)
        if any(at <= time for time in buried.values()):
            raise ErasedError(_TOO_LATE)

    async def late(self, batch: Batch) -> Bools:
        """Rows of a batch that come too late; all rows of one event share its fate."""
        used: list[int] = np.unique(batch.mention_of).tolist()
        buried = await self._found(lambda: [batch.keys[n] for n in used])
        if not buried:
            return np.zeros(len(batch), np.bool_)
        until = np.array([buried.get(key, -1) for key in batch.keys], np.int64)
        hit = batch.at[batch.mention_row] <= until[batch.mention_of]
        return np.isin(batch.lines, batch.lines[batch.mention_row[hit]])

    async def _found(self, keys: Callable[[], Sequence[bytes]]) -> dict[bytes, int]:
        """Those of the keys that are buried, with the time."""
        marks: dict[bytes, bytes] = {}

        def made() -> list[bytes]:
            marks.update((self._keyring.mark(key), key) for key in keys())
            return list(marks)

        return {marks[mark]: at for mark, at in (await self._tx.tombstones(made)).items()}


def rejections(batch: Batch, late: Bools) -> list[Rejection]:
    """What is said of rows that come too late, once for each event."""
    return [Rejection(line, ErasedError.code, _TOO_LATE) for line in np.unique(batch.lines[late]).tolist()]
