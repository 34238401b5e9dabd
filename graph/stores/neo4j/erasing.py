"""Takes identifiers off the record, everywhere; keeps tombstones and who succeeds an erased root. Holds no rule.

All that hangs on an identifier by a relationship goes with it; what names it otherwise (members of sightings) is rewritten.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from graph.instants import LATEST
from graph.stores.neo4j.ledger import Neo4jLedger
from graph.stores.neo4j.values import ints, uuid_text
from graph.tables import Ints


class Neo4jErasing(Neo4jLedger):
    """Erasure and what it leaves."""

    async def erase(self, ids: Ints, recorded: int) -> Ints:
        handles = ids.tolist()
        near = ints((await self._tx.one("read/near", ids=handles))["id"])
        await self._tx.send("write/leave_sightings", ids=handles)
        await self._tx.send("write/unname", ids=handles, handle=-recorded)
        await self._tx.send("write/erase_facts", ids=handles)
        await self._tx.send("write/forget_answers", before=LATEST)
        await self._tx.send("write/erase", ids=handles)
        return np.setdiff1d(near, ids)

    async def succeed(self, purpose: str, heirs: Iterable[tuple[int, bytes, int]]) -> None:
        for erased, own, heir in heirs:
            await self._tx.send("write/inherit", purpose=purpose, erased=erased, heir=heir)
            await self._tx.send("write/succeed", purpose=purpose, own_id=uuid_text(own), heir=heir)

    async def bury(self, marks: Sequence[bytes], at: int) -> None:
        await self._tx.send("write/bury", marks=[mark.hex() for mark in marks], at=at)
        self._buried = True

    async def tombstones(self, marks: Callable[[], Sequence[bytes]]) -> Mapping[bytes, int]:
        if not self._buried:
            return {}
        row = await self._tx.one("read/tombstones", marks=[mark.hex() for mark in marks()])
        return {bytes.fromhex(mark): at for mark, at in zip(row["mark"], row["at"], strict=True)}
