"""Reads within one transaction that holds the turn, so that all of them see one state. Holds no rule."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from graph.evidence import ConsentRecord, Grant, Seen
from graph.instants import LATEST
from graph.stores.columns import Backings, Changing, Description, Members, Pieces, StoredFinding
from graph.stores.neo4j.connection import Row, Transaction
from graph.stores.neo4j.nodes import Nodes
from graph.stores.neo4j.values import finding_of, ints, members_of, pieces_of, uuid_bytes, uuid_text
from graph.stores.protocol import Place
from graph.stores.standing import Standing
from graph.tables import Ints

_PLAIN: Final = 1
"""The backing of all evidence that has no consent, no basis and full weight: the schema makes it, and nothing changes it."""


class Neo4jReading:
    """A consistent view of the database. What every write asks first came with the turn."""

    def __init__(self, tx: Transaction, turn: Row) -> None:
        self._tx = tx
        self._nodes = Nodes(tx)
        self._keys: dict[int, str] = {}
        """Of identifiers that this transaction has made, in hexadecimal."""
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
        return (await self._found(keys))[0]

    async def _found(self, keys: Sequence[bytes]) -> tuple[Ints, Row]:
        """Handles of keys, 0 for one not on record; and what else was answered of those that are."""
        row = await self._tx.one("read/handles", keys=[key.hex() for key in keys])
        ids = np.zeros(len(keys), np.int64)
        ids[ints(row["at"])] = ints(row["handle"])
        return ids, row

    async def everybody(self) -> Ints:
        return ints((await self._tx.one("read/everybody"))["id"])

    async def keys(self, ids: Ints) -> list[bytes]:
        handles: list[int] = ids.tolist()
        found = {handle: self._keys[handle] for handle in handles if handle in self._keys}
        if others := [handle for handle in handles if handle not in found]:
            row = await self._tx.one("read/keys", ids=others)
            found.update(zip(row["id"], row["key"], strict=True))
        return [bytes.fromhex(found[handle]) for handle in handles]

    async def members(self, purpose: str, ids: Ints) -> Members:
        if not len(ids):
            return Members.concat([])
        row = await self._tx.one("read/members", purpose=purpose, ids=ids.tolist())
        self._nodes.learn_roots(purpose, row["leader"], row["root"])
        found = members_of(row)
        if len(found) < len(ids):
            self._apart.setdefault(purpose, set()).update(np.setdiff1d(ids, found.ids).tolist())
        return found

    async def led(self, purpose: str, leaders: Ints) -> tuple[Ints, Ints, Ints]:
        if not len(leaders):
            return leaders, leaders, leaders
        row = await self._tx.one("read/led", purpose=purpose, leaders=leaders.tolist())
        return ints(row["leader"]), ints(row["id"]), ints(row["place"])

    async def carrier(self, own: bytes) -> tuple[str, int] | None:
        row = await self._tx.maybe("read/carrier", own_id=uuid_text(own))
        row = row or await self._tx.maybe("read/successor", own_id=uuid_text(own))
        return (row["purpose"], row["id"]) if row else None

    async def pieces(self, ids: Ints) -> Pieces:
        return pieces_of(await self._tx.one("read/pieces", ids=ids.tolist()))

    async def backings(self, ids: Ints) -> Backings:
        if ids.tolist() == [_PLAIN]:
            return Backings(ids, ints([0]), [""], np.ones(1))
        row = await self._tx.one("read/backings", ids=ids.tolist())
        order = np.argsort(ints(row["id"])).tolist()
        consent, basis, weight = ([row[name][at] for at in order] for name in ("consent", "basis", "weight"))
        return Backings(np.sort(ints(row["id"])), ints(consent), basis, np.array(weight, np.float64))

    async def consents(self, ids: Iterable[int]) -> dict[int, ConsentRecord]:
        records: dict[int, ConsentRecord] = {}
        async for row in self._tx.rows("read/consents", ids=list(ids)):
            grants = [
                Grant(at, LATEST + 1 if expires is None else expires, frozenset(purposes))
                for at, expires, purposes in row["grants"]
            ]
            withdrawals = [(at, purpose) for at, purpose in row["withdrawals"]]
            if grants or withdrawals:
                records[row["id"]] = ConsentRecord(grants, withdrawals)
        return records

    async def moments(self, stamps: Ints) -> list[tuple[str | None, str]]:
        row = await self._tx.one("read/moments", stamps=stamps.tolist())
        found = {
            stamp: (session or None, source)
            for stamp, session, source in zip(row["stamp"], row["session"], row["source"], strict=True)
        }
        return [found[stamp] for stamp in stamps.tolist()]

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
        row = await self._tx.one("read/findings", purpose=purpose, ids=ids.tolist())
        return [finding_of(found) for found in row["rows"]]

    async def describe(self, purpose: str, ids: Ints) -> list[Description]:
        row = await self._tx.one("read/describe", purpose=purpose, ids=ids.tolist())
        names = ("id", "own_id", "namespace", "scope", "mask", "first", "last")
        return [
            Description(handle, uuid_bytes(own), namespace, scope, mask, first, last)
            for handle, own, namespace, scope, mask, first, last in zip(*(row[name] for name in names), strict=True)
        ]
