"""Writes a scoring bit by bit, and lets it count when it is whole. Holds no rule."""

import math
from typing import Final

from graph.stores.neo4j.telling import Neo4jTelling
from graph.stores.scored import FIGURES, LinkColumns, StoredScoring
from graph.tables import Floats, Ints

_UNDER_WAY, _GOOD = 0, 1
_ROWS: Final = 5_000
"""Rows that are sent at once."""


class Neo4jScoring(Neo4jTelling):
    """Writes of scorings."""

    async def begin_scoring(self, purpose: str, made: int) -> int:
        await self._tx.send("write/give_up_scoring", purpose=purpose, state=_UNDER_WAY)
        return (await self._tx.one("write/begin_scoring", purpose=purpose, made=made))["job"]

    async def keep_scores(self, job: int, persons: Ints, figures: Floats) -> None:
        rows = [
            (person, {name: value for name, value in zip(FIGURES, row, strict=True) if not math.isnan(value)})
            for person, row in zip(persons.tolist(), figures.tolist(), strict=True)
        ]
        for start in range(0, len(rows), _ROWS):
            await self._tx.send("write/keep_scores", job=job, rows=rows[start : start + _ROWS])

    async def keep_links(self, job: int, links: LinkColumns) -> None:
        columns = links.at.tolist(), links.campaign, links.channel, links.value.tolist()
        told = [
            {"job": job, "at": at, "campaign": campaign, "channel": channel, "value": value}
            for at, campaign, channel, value in zip(*columns, strict=True)
        ]
        rows = list(zip(links.referrer.tolist(), links.referee.tolist(), told, strict=True))
        for start in range(0, len(rows), _ROWS):
            await self._tx.send("write/keep_links", rows=rows[start : start + _ROWS])

    async def finish_scoring(self, job: int, as_of: int, cursor: int, summary: str, trace: str) -> bool:
        row = await self._tx.maybe("read/under_way", job=job)
        if row is not None:
            await self._tx.send("write/give_up_scoring", purpose=row["purpose"], state=_GOOD)
            whole = {"as_of": as_of, "cursor": cursor, "summary": summary, "trace": trace}
            await self._tx.send("write/finish_scoring", job=job, **whole)
        return row is not None

    async def amend_scoring(self, before: StoredScoring, after: StoredScoring, trace: str) -> bool:
        whole = {"made": after.made, "as_of": after.as_of, "cursor": after.cursor, "summary": after.summary, "trace": trace}
        return (await self._tx.one("write/amend_scoring", job=before.job, before=before.made, whole=whole))["amended"]

    async def drop_scores(self, job: int, persons: Ints) -> None:
        await self._tx.send("write/drop_scores", job=job, ids=persons.tolist())

    async def drop_links(self, job: int, referees: Ints) -> None:
        await self._tx.send("write/drop_links", job=job, ids=referees.tolist())

    async def clear_scorings(self, most: int) -> bool:
        removed = (await self._tx.one("write/clear_scores", most=most))["removed"]
        removed += (await self._tx.one("write/clear_links", most=most - removed))["removed"] if removed < most else 0
        if removed < most:
            await self._tx.send("write/bury_scorings")
        return removed == most
