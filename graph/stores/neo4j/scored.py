"""Reads of the last scoring: people by figure, links from and to people. Holds no rule."""

from typing import Any

import numpy as np

from graph.stores.neo4j.connection import Row
from graph.stores.neo4j.reading import Neo4jReading
from graph.stores.neo4j.values import ints
from graph.stores.scored import FIGURES, Among, LinkColumns, ScoredColumns, StoredScoring
from graph.tables import Ints


class Neo4jScored(Neo4jReading):
    """Reads of scorings."""

    async def scoring(self, purpose: str) -> StoredScoring | None:
        row = await self._tx.maybe("read/scoring", purpose=purpose)
        if row is None:
            return None
        return StoredScoring(row["job"], purpose, row["made"], row["as_of"], row["cursor"], row["summary"])

    async def trace(self, job: int) -> str | None:
        row = await self._tx.maybe("read/trace", job=job)
        return row["trace"] if row else None

    async def top(self, job: int, metric: str, among: Among, offset: int, limit: int) -> ScoredColumns:
        asked = {"campaign": among.campaign, "channel": among.channel, "since": among.since, "until": among.until}
        return await self._scored("read/top", job=job, metric=metric, offset=offset, limit=limit, **asked)

    async def scored(self, job: int, persons: Ints) -> ScoredColumns:
        return await self._scored("read/scored", job=job, ids=persons.tolist())

    async def _scored(self, name: str, **values: Any) -> ScoredColumns:
        rows = [row async for row in self._tx.rows(name, **values)]
        figures = [[row["figures"].get(figure, np.nan) for figure in FIGURES] for row in rows]
        person, counted = (ints(row[column] for row in rows) for column in ("person", "counted"))
        worth = np.array([row["worth"] for row in rows], np.float64)
        return ScoredColumns(person, np.array(figures, np.float64).reshape(-1, len(FIGURES)), counted, worth)

    async def brought(self, job: int, referrers: Ints) -> LinkColumns:
        return _links([row async for row in self._tx.rows("read/brought", job=job, ids=referrers.tolist())])

    async def inviters(self, job: int, referees: Ints) -> LinkColumns:
        return _links([row async for row in self._tx.rows("read/inviters", job=job, ids=referees.tolist())])


def _links(rows: list[Row]) -> LinkColumns:
    referrer, referee, at = (ints(row[column] for row in rows) for column in ("referrer", "referee", "at"))
    campaign, channel = ([row[column] for row in rows] for column in ("campaign", "channel"))
    return LinkColumns(referrer, referee, at, campaign, channel, np.array([row["value"] for row in rows], np.float64))
