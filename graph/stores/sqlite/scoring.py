"""Writes a scoring bit by bit, and lets it count when it is whole. Holds no rule."""

from graph.stores.scored import FIGURES, LinkColumns
from graph.stores.sqlite.telling import SqliteTelling
from graph.tables import Floats, Ints

_UNDER_WAY, _GOOD, _GONE = 0, 1, 2


class SqliteScoring(SqliteTelling):
    """Writes of scorings."""

    async def begin_scoring(self, purpose: str, made: int) -> int:
        self._remove(purpose, _UNDER_WAY)
        self._db.execute("INSERT INTO scoring (purpose, made, state) VALUES (?, ?, ?)", (purpose, made, _UNDER_WAY))
        return self._all("SELECT last_insert_rowid()")[0][0]

    async def keep_scores(self, job: int, persons: Ints, figures: Floats) -> None:
        rows: list[list[float]] = figures.tolist()  # SQLite takes NaN as NULL
        self._db.executemany(
            f"INSERT INTO scored (job, person, {', '.join(FIGURES)}) VALUES (?, ?{', ?' * len(FIGURES)})",
            ((job, person, *row) for person, row in zip(persons.tolist(), rows, strict=True)),
        )

    async def keep_links(self, job: int, links: LinkColumns) -> None:
        word = self._word_ids([*links.campaign, *links.channel])
        campaign, channel = ([word[text] for text in texts] for texts in (links.campaign, links.channel))
        numbers = (column.tolist() for column in (links.referee, links.referrer, links.at))
        self._db.executemany(
            "INSERT INTO scored_link (job, referee, referrer, at, campaign, channel, value) VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((job, *row) for row in zip(*numbers, campaign, channel, links.value.tolist(), strict=True)),
        )

    async def finish_scoring(self, job: int, as_of: int, cursor: int, summary: str, trace: str) -> bool:
        rows = self._all("SELECT purpose FROM scoring WHERE job = ? AND state = ?", job, _UNDER_WAY)
        if rows:
            self._remove(rows[0][0], _GOOD)
            self._db.execute(
                "UPDATE scoring SET as_of = ?, cursor = ?, summary = ?, trace = ?, state = ? WHERE job = ?",
                (as_of, cursor, summary, trace, _GOOD, job),
            )
        return bool(rows)

    def _remove(self, purpose: str, state: int) -> None:
        """Remove what is kept of the scorings of a purpose that are in a state."""
        for (job,) in self._all("SELECT job FROM scoring WHERE purpose = ? AND state = ?", purpose, state):
            for table in ("scored", "scored_link"):
                self._db.execute(f"DELETE FROM {table} WHERE job = ?", (job,))
            self._db.execute("UPDATE scoring SET state = ?, summary = NULL, trace = NULL WHERE job = ?", (_GONE, job))
