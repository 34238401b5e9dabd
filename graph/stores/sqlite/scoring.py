"""Writes a scoring bit by bit, and lets it count when it is whole. Holds no rule."""

from typing import Final

from graph.stores.scored import FIGURES, LinkColumns, StoredScoring
from graph.stores.sqlite.reading import as_json
from graph.stores.sqlite.telling import SqliteTelling
from graph.tables import Floats, Ints

_UNDER_WAY, _GOOD, _GIVEN_UP, _GONE = 0, 1, 2, 3
_ROWS: Final = (("scored", "person"), ("scored_link", "referee"))


class SqliteScoring(SqliteTelling):
    """Writes of scorings."""

    async def begin_scoring(self, purpose: str, made: int) -> int:
        self._give_up(purpose, _UNDER_WAY)
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
            self._give_up(rows[0][0], _GOOD)
            self._db.execute(
                "UPDATE scoring SET as_of = ?, cursor = ?, summary = ?, trace = ?, state = ? WHERE job = ?",
                (as_of, cursor, summary, trace, _GOOD, job),
            )
        return bool(rows)

    async def amend_scoring(self, before: StoredScoring, after: StoredScoring, trace: str) -> bool:
        amended = self._db.execute(
            "UPDATE scoring SET made = ?, as_of = ?, cursor = ?, summary = ?, trace = ? WHERE job = ? AND made = ? AND state = ?",
            (after.made, after.as_of, after.cursor, after.summary, trace, before.job, before.made, _GOOD),
        )
        return amended.rowcount > 0

    async def drop_scores(self, job: int, persons: Ints) -> None:
        self._db.execute(
            "DELETE FROM scored WHERE job = ? AND person IN (SELECT value FROM json_each(?))", (job, as_json(persons))
        )

    async def drop_links(self, job: int, referees: Ints) -> None:
        wanted = "SELECT value FROM json_each(?)"
        self._db.execute(f"DELETE FROM scored_link WHERE job = ? AND referee IN ({wanted})", (job, as_json(referees)))

    async def clear_scorings(self, most: int) -> bool:
        for (job,) in self._all("SELECT job FROM scoring WHERE state = ?", _GIVEN_UP):
            for table, key in _ROWS:
                some = f"SELECT {key} FROM {table} WHERE job = ?1 LIMIT ?2"
                removed = self._db.execute(f"DELETE FROM {table} WHERE job = ?1 AND {key} IN ({some})", (job, most)).rowcount
                if removed == most:
                    return True
                most -= removed
            self._db.execute("UPDATE scoring SET state = ? WHERE job = ?", (_GONE, job))
        return False

    def _give_up(self, purpose: str, state: int) -> None:
        """Let the scorings of a purpose that are in a state count no more."""
        given_up = "UPDATE scoring SET state = ?, summary = NULL, trace = NULL WHERE purpose = ? AND state = ?"
        self._db.execute(given_up, (_GIVEN_UP, purpose, state))
