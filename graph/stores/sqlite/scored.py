"""Reads of the last scoring: persons by figure, links from and to persons. Holds no rule."""

from typing import Final

import numpy as np

from graph.stores.scored import FIGURES, Among, LinkColumns, ScoredColumns, StoredScoring
from graph.stores.sqlite.connection import Row
from graph.stores.sqlite.reading import SqliteReading, as_columns, as_json
from graph.tables import Ints

_FIGURES: Final = ", ".join(f"s.{name}" for name in FIGURES)
_LINKS: Final = "SELECT l.referrer, l.referee, l.at, c.text, h.text, l.value FROM json_each(?2) w CROSS JOIN scored_link l"
_WORDS: Final = "LEFT JOIN word c ON c.id = l.campaign LEFT JOIN word h ON h.id = l.channel"
_COUNTED: Final = ("counted", "worth")
_MATCHING: Final = (
    "(?2 IS NULL OR l.campaign = (SELECT id FROM word WHERE text = ?2)) AND (?3 IS NULL OR l.channel = (SELECT id FROM word "
    "WHERE text = ?3)) AND (?4 IS NULL OR l.at >= ?4) AND (?5 IS NULL OR l.at < ?5)"
)


class SqliteScored(SqliteReading):
    """Reads of scorings."""

    async def scoring(self, purpose: str) -> StoredScoring | None:
        rows = self._all(
            "SELECT job, purpose, made, as_of, cursor, summary FROM scoring WHERE purpose = ? AND state = 1",
            purpose,
        )
        return StoredScoring(*rows[0]) if rows else None

    async def trace(self, job: int) -> str | None:
        rows = self._all("SELECT trace FROM scoring WHERE job = ? AND state = 1", job)
        return rows[0][0] if rows else None

    async def top(self, job: int, metric: str, among: Among, offset: int, limit: int) -> ScoredColumns:
        order = metric if metric in _COUNTED else f"s.{FIGURES[FIGURES.index(metric)]}"
        rows = self._all(
            f"SELECT s.person, c.counted, c.worth, {_FIGURES} FROM (SELECT l.referrer, count(*) counted, sum(l.value) worth "
            f"FROM scored_link l INDEXED BY scored_link_referrer WHERE l.job = ?1 AND {_MATCHING} GROUP BY l.referrer) c "
            f"CROSS JOIN scored s ON s.job = ?1 AND s.person = c.referrer ORDER BY {order} DESC, s.person LIMIT ?6 OFFSET ?7",
            *(job, among.campaign, among.channel, among.since, among.until, limit, offset),
        )
        return _scored(rows)

    async def scored(self, job: int, persons: Ints) -> ScoredColumns:
        rows = self._all(
            f"SELECT s.person, (SELECT count(*) FROM scored_link l WHERE l.job = ?1 AND l.referrer = s.person), "
            f"(SELECT total(l.value) FROM scored_link l WHERE l.job = ?1 AND l.referrer = s.person), {_FIGURES} "
            "FROM json_each(?2) w CROSS JOIN scored s ON s.job = ?1 AND s.person = w.value",
            job,
            as_json(persons),
        )
        return _scored(rows)

    async def brought(self, job: int, referrers: Ints) -> LinkColumns:
        return self._links("referrer", "l.referrer, l.at, l.referee", job, referrers)

    async def inviters(self, job: int, referees: Ints) -> LinkColumns:
        return self._links("referee", "l.referee", job, referees)

    def _links(self, end: str, order: str, job: int, persons: Ints) -> LinkColumns:
        rows = self._all(f"{_LINKS} ON l.job = ?1 AND l.{end} = w.value {_WORDS} ORDER BY {order}", job, as_json(persons))
        referrer, referee, at = as_columns([row[:3] for row in rows], 3)
        value = np.array([row[5] for row in rows], np.float64)
        return LinkColumns(referrer, referee, at, [row[3] for row in rows], [row[4] for row in rows], value)


def _scored(rows: list[Row]) -> ScoredColumns:
    figures = np.array([row[3:] for row in rows], np.float64).reshape(-1, len(FIGURES))
    person, counted = (np.array([row[place] for row in rows], np.int64) for place in (0, 1))
    return ScoredColumns(person, figures, counted, np.array([row[2] for row in rows], np.float64))
