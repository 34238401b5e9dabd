"""Reads within one transaction that holds the turn, so that all of them see one state. Holds no rule."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Optional

import numpy as np

from graph.evidence import ConsentRecord, Grant, Seen
from graph.instants import LATEST
from graph.stores.columns import Backings, Changing, Description, Members, Pieces, StoredFinding
from graph.stores.neo4j.changed import Changed
from graph.stores.neo4j.connection import Row, Transaction
from graph.stores.neo4j.nodes import Nodes
from graph.stores.neo4j.values import bools, finding_of, ints, members_of, pieces_of, uuid_bytes, uuid_text
from graph.stores.protocol import Place
from graph.stores.standing import Standing
from graph.tables import Bools, Ints

_PLAIN: Final = 1
"""The backing of all evidence that has no consent, no basis and full weight: the schema makes it, and nothing changes it."""


class Neo4jReading:
    """A consistent view of the database. What every write asks first came with the turn."""

    def __init__(self, tx: Transaction, turn: Mapping[str, Any], before: Optional["Neo4jReading"] = None) -> None:
        """`before`: the write before, where this one begins before its end."""
        self._tx = tx
        self._nodes = Nodes(tx.within, before and before._nodes)
        self._changed = Changed()
        self._laid = (before._changed, self._changed) if before else (self._changed,)
        """What to lay over answers that were given without it."""

        self._turn = turn
        self._state: dict[str, int] = dict(turn["state"])
        self._places: dict[int, Place] = {handle: (namespace, scope) for handle, namespace, scope in turn["places"]}
        self._fingerprint: str | None = turn["fingerprint"]
        self._standing: str | None = turn["standing"]
        self._policy: str | None = turn["policy"]
        self._changing = Changing.parse(turn["changing"])
        self._audit: tuple[int, str] = tuple(turn["audit"][0]) if turn["audit"] else (0, "")
        self._seal: str = turn["seal"] or ""
        self._decided: bool = turn["decided"]
        self._closed: bool = turn["closed"]
        self._buried: bool = turn["buried"]
        self._due: int | None = turn["due"]
        self._apart: dict[str, set[int]] = {}
        """By purpose, who was asked for and belongs nowhere."""

    async def standing(self) -> Standing:
        return Standing.read(self._standing)

    async def clock(self) -> tuple[int, int]:
        return self._state["clock"], self._state["stamp"]

    async def changing(self) -> Changing | None:
        return self._changing

    async def newest(self) -> int:
        return self._state["identifiers"]

    async def places(self) -> Mapping[int, Place]:
        return self._places

    async def handles(self, keys: Sequence[bytes]) -> Ints:
        return (await self._found([key.hex() for key in keys]))[0]

    async def _found(self, keys: Sequence[str]) -> tuple[Ints, Bools]:
        """Handles of keys, 0 for one not on record; and which of those that are no event has named yet."""
        row, under = await self._tx.under("read/handles", keys=keys)
        self._nodes.learn(row["handle"], row["node"])
        ids, unnamed = np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
        at = ints(row["at"])
        ids[at], unnamed[at] = ints(row["handle"]), bools(row["unnamed"])
        for changed in self._laid if under else ():
            changed.handles(keys, ids, unnamed)
        return ids, unnamed

    async def everybody(self) -> Ints:
        return ints((await self._tx.one("read/everybody"))["id"])

    async def keys(self, ids: Ints) -> list[bytes]:
        handles: list[int] = ids.tolist()
        found = {handle: laid.keys[handle] for laid in self._laid for handle in handles if handle in laid.keys}
        if others := [handle for handle in handles if handle not in found]:
            row, _ = await self._tx.under("read/keys", ids=others)
            found.update(zip(row["id"], row["key"], strict=True))
        return [bytes.fromhex(found[handle]) for handle in handles]

    async def members(self, purpose: str, ids: Ints) -> Members:
        if not len(ids):
            return Members.concat([])
        row, under = await self._tx.under("read/members", purpose=purpose, ids=ids.tolist())
        found = members_of(row)
        for changed in self._laid if under else ():
            found = changed.members(purpose, ids, found)
        self._learn_roots(purpose, row, under=under)
        if len(found) < len(ids):
            self._apart.setdefault(purpose, set()).update(np.setdiff1d(ids, found.ids).tolist())
        return found

    def _learn_roots(self, purpose: str, row: Row, *, under: bool) -> None:
        """Where the roots are of those whom nobody has moved."""
        stay = np.ones(len(row["id"]), np.bool_)
        for changed in self._laid if under else ():
            stay &= ~np.isin(ints(row["id"]), changed.assigned(purpose).ids)
        rows = np.flatnonzero(stay).tolist()
        self._nodes.learn_roots(purpose, [row["leader"][at] for at in rows], [row["root"][at] for at in rows])

    async def led(self, purpose: str, leaders: Ints) -> tuple[Ints, Ints, Ints]:
        if not len(leaders):
            return leaders, leaders, leaders
        row, under = await self._tx.under("read/led", purpose=purpose, leaders=leaders.tolist())
        found = ints(row["leader"]), ints(row["id"]), ints(row["place"])
        for changed in self._laid if under else ():
            found = changed.led(purpose, leaders, found)
        return found

    async def carrier(self, own: bytes) -> tuple[str, int] | None:
        row = await self._tx.maybe("read/carrier", own_id=uuid_text(own))
        row = row or await self._tx.maybe("read/successor", own_id=uuid_text(own))
        return (row["purpose"], row["id"]) if row else None

    async def pieces(self, ids: Ints) -> Pieces:
        row, under = await self._tx.under("read/pieces", ids=ids.tolist())
        found = pieces_of(row)
        for changed in self._laid if under else ():
            found = changed.pieces(ids, found)
        return found

    async def backings(self, ids: Ints) -> Backings:
        new = {handle: terms for changed in self._laid for handle, terms in changed.backings.items()}
        known = {_PLAIN: (0, "", 1.0)} | {handle: new[handle] for handle in ids.tolist() if handle in new}
        if others := [handle for handle in ids.tolist() if handle not in known]:
            row, _ = await self._tx.under("read/backings", ids=others)
            known.update(zip(row["id"], zip(row["consent"], row["basis"], row["weight"], strict=True), strict=True))
        rows = [known[handle] for handle in ids.tolist()]
        return Backings(
            ids, ints(row[0] for row in rows), [row[1] for row in rows], np.array([row[2] for row in rows], np.float64)
        )

    async def consents(self, ids: Iterable[int]) -> dict[int, ConsentRecord]:
        row, _ = await self._tx.under("read/consents", ids=list(ids))
        records: dict[int, ConsentRecord] = {}
        for handle, granted, withdrawn in zip(row["id"], row["grants"], row["withdrawals"], strict=True):
            grants = [
                Grant(at, LATEST + 1 if expires is None else expires, frozenset(purposes)) for at, expires, purposes in granted
            ]
            withdrawals = [(at, purpose) for at, purpose in withdrawn]
            if grants or withdrawals:
                records[handle] = ConsentRecord(grants, withdrawals)
        return records

    async def moments(self, stamps: Ints) -> list[tuple[str | None, str]]:
        wanted: list[int] = stamps.tolist()
        found = {stamp: told for changed in self._laid for stamp, told in changed.moments(wanted).items()}
        if others := [stamp for stamp in wanted if stamp not in found]:
            row, _ = await self._tx.under("read/moments", stamps=others)
            for stamp, session, source in zip(row["stamp"], row["session"], row["source"], strict=True):
                found[stamp] = session or None, source
        return [found[stamp] for stamp in wanted]

    async def seen(self, ids: Ints, as_of: int, known_at: int) -> list[Seen]:
        rows = (await self._tx.one("read/sightings_of", ids=ids.tolist(), as_of=as_of, known_at=known_at))["rows"]
        return [
            Seen(tuple(members), at, source, session, consent or None, basis or None, weight, stamp)
            for stamp, at, source, session, consent, basis, weight, members in rows
        ]

    async def judgements(self, ids: Ints) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        handles = ids.tolist()
        rulings: list[list[Any]] = []
        closings: list[list[Any]] = []
        if self._decided and handles:
            rulings = (await self._tx.one("read/decisions", ids=handles))["rows"]
        if self._closed and handles:
            closings = (await self._tx.one("read/closes", ids=handles))["rows"]
        return [tuple(row) for row in rulings], [tuple(row) for row in closings]

    async def findings(self, purpose: str, ids: Ints) -> list[StoredFinding]:
        row, under = await self._tx.under("read/findings", purpose=purpose, ids=ids.tolist())
        found = [finding_of(told) for told in row["rows"]]
        for changed in self._laid if under else ():
            found = changed.findings(purpose, ids, found)
        return found

    async def describe(self, purpose: str, ids: Ints) -> list[Description]:
        row = await self._tx.one("read/describe", purpose=purpose, ids=ids.tolist())
        names = ("id", "own_id", "namespace", "scope", "mask", "first", "last")
        return [
            Description(handle, uuid_bytes(own), namespace, scope, mask, first, last)
            for handle, own, namespace, scope, mask, first, last in zip(*(row[name] for name in names), strict=True)
        ]
