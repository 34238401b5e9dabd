"""Puts another cover on stored digests, row by row. Holds no rule, and no secret."""

from collections.abc import Sequence
from typing import Final

from graph.instants import LATEST
from graph.stores.neo4j.restoring import Neo4jRestoring
from graph.stores.standing import Digested, Standing

_READ: Final[dict[Digested, str]] = {
    "tombstone": "read/digests_of_tombstones",
    "identifier": "read/digests_of_identifiers",
    "sighting": "read/digests_of_sightings",
    "referral": "read/digests_of_referrals",
}
_WRITE: Final[dict[Digested, str]] = {
    "tombstone": "write/cover_tombstones",
    "identifier": "write/cover_identifiers",
    "sighting": "write/cover_sightings",
    "referral": "write/cover_referrals",
}


class Neo4jCovering(Neo4jRestoring):
    """Writes of digests. Handles are never given out twice here."""

    async def stand(self, standing: Standing) -> None:
        self._standing = standing.written()
        await self._tx.send("write/stand_under", standing=self._standing)

    async def last_digested(self, kind: Digested) -> int:
        return self._state["identifiers" if kind == "identifier" else "stamp"]

    async def digests(self, kind: Digested, after: int, most: int) -> list[tuple[int, str]]:
        row = await self._tx.one(_READ[kind], after=after, most=most)
        return [(place, stored) for place, stored in row["rows"]]

    async def put_digests(self, kind: Digested, rows: Sequence[tuple[int, str, str]]) -> None:
        changed = [list(row) for row in rows if row[1] != row[2]]
        await self._tx.send(_WRITE[kind], rows=changed)
        if kind == "tombstone":
            await self._tx.send("write/forget_answers", before=LATEST)
