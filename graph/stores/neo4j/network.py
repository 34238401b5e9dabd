"""Reads of who brought whom, in columns: referrals, orders, marks, and what tells whether they count. Holds no rule."""

from typing import Any

import numpy as np

from graph.instants import DAY
from graph.statements import STATUSES
from graph.stores.columns import OrderColumns, ReferralColumns, StoredMark
from graph.stores.neo4j.connection import Row
from graph.stores.neo4j.reading import Neo4jReading
from graph.stores.neo4j.values import ints
from graph.tables import Floats, Ints


class Words:
    """Numbers texts from 1 as they come; None is 0."""

    def __init__(self) -> None:
        self._numbers: dict[str | None, int] = {None: 0}

    def column(self, rows: list[Row], name: str) -> Ints:
        """The numbers of a column of texts."""
        numbers = self._numbers
        return ints(numbers.setdefault(row[name], len(numbers)) for row in rows)

    @property
    def texts(self) -> dict[int, str]:
        """Texts by number."""
        return {number: text for text, number in self._numbers.items() if text is not None}


class Neo4jNetwork(Neo4jReading):
    """Reads for whole-network work."""

    async def _all(self, name: str, **values: Any) -> list[Row]:
        return [row async for row in self._tx.rows(name, **values)]

    async def referrals(self, purpose: str, as_of: int, among: Ints | None = None) -> ReferralColumns:
        if among is None:
            rows = await self._all("read/referrals", purpose=purpose, as_of=as_of)
        else:
            rows = await self._all("read/referrals_among", purpose=purpose, as_of=as_of, ids=among.tolist())
        rows.sort(key=lambda row: (row["of"], row["at"], STATUSES.index(row["status"])))
        names = ("of", "referrer", "referee", "referrer_leader", "referee_leader", "at", "recorded")
        whole = {name: ints(row[name] for row in rows) for name in names}
        words, codes = Words(), Words()
        return ReferralColumns(
            **whole,
            status=ints(STATUSES.index(row["status"]) for row in rows),
            campaign=words.column(rows, "campaign"),
            channel=words.column(rows, "channel"),
            code=codes.column(rows, "code"),
            value=_numbers(rows, "value"),
            words=words.texts,
        )

    async def orders(self, purpose: str, as_of: int, among: Ints | None = None) -> OrderColumns:
        if among is None:
            rows = await self._all("read/orders", purpose=purpose, as_of=as_of)
        else:
            rows = await self._all("read/orders_among", purpose=purpose, as_of=as_of, ids=among.tolist())
        of, subject, leader, at = (ints(row[name] for row in rows) for name in ("of", "subject", "leader", "at"))
        words = Words()
        campaign = words.column(rows, "campaign")
        return OrderColumns(of, subject, leader, at, campaign, _numbers(rows, "amount"), _numbers(rows, "refunded"), words.texts)

    async def marks(self, purpose: str, as_of: int) -> list[StoredMark]:
        names = ("kind", "name", "identifier", "leader", "at", "until")
        newest: dict[tuple[str, str, int], StoredMark] = {}
        for row in await self._all("read/marks", purpose=purpose, as_of=as_of):
            newest[row["kind"], row["name"], row["identifier"]] = StoredMark(*(row[name] for name in names))
        return list(newest.values())

    async def seen_on(self, ids: Ints) -> tuple[Ints, Ints]:
        row = await self._tx.one("read/seen_on", ids=ids.tolist(), day=DAY)
        found, at = ints(row["id"]), ints(row["at"])
        order = np.lexsort((at, found))
        return found[order], at[order]

    async def used(self, ids: Ints, places: Ints) -> tuple[Ints, Ints, Ints]:
        row = await self._tx.one("read/used", ids=ids.tolist(), places=places.tolist())
        found, thing, backing = (ints(row[name]) for name in ("id", "thing", "backing"))
        order = np.lexsort((backing, thing, found))
        return found[order], thing[order], backing[order]

    async def concerned(self, stamp: int, after: int, until: int) -> Ints:
        return np.unique(ints((await self._tx.one("read/concerned", stamp=stamp, after=after, until=until))["id"]))

    async def backed_by(self, ids: Ints) -> tuple[Ints, Ints]:
        row = await self._tx.one("read/backed_by", ids=ids.tolist())
        found, backing = ints(row["id"]), ints(row["backing"])
        order = np.lexsort((backing, found))
        return found[order], backing[order]


def _numbers(rows: list[Row], name: str) -> Floats:
    return np.array([np.nan if row[name] is None else row[name] for row in rows], np.float64)
