"""The audit log: who did what when, each entry chained to the one before. Never holds the value of an identifier.

A row is canonical JSON and its HMAC-SHA256 under a key made of the HMAC key (after re-keying: of the secret in force). The JSON
holds the digest of the row before, and a seal of the last row lies beside the log. So whoever can write the database, but doesn't
have the key, can't change, remove or insert a row unseen, at the end neither; whoever has a former one, neither.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from graph.acting import actor
from graph.keys import Keyring
from graph.stores.accounts import AuditRow
from graph.stores.protocol import Writing

if TYPE_CHECKING:
    from graph.service import Service

PAGE: Final = 10_000
_GENESIS: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `counts` says how much of what, `receipts` names the receipts that were given for it."""

    seq: int
    at: int
    actor: str
    action: str
    counts: Mapping[str, int]
    receipts: tuple[str, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What verifying found: how many entries hold, the digest of the last, and where (and how) the log was tampered with."""

    entries: int
    digest: str
    broken_at: int | None = None
    problem: str | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing was tampered with."""
        return self.problem is None


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did, counted for a while. Neither name nor action may hold the value of an identifier."""

    by: str
    action: str
    counts: Mapping[str, int]


class Chain:
    """Makes and checks rows of the log."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def enter(
        self, tx: Writing, at: int, action: str, counts: Mapping[str, int], receipts: Sequence[str] = (), by: str | None = None
    ) -> tuple[int, str]:
        """Append an entry within a transaction; answers its number and digest. Counts of 0 are left out."""
        last, before, _ = await tx.audit_head()
        cover = (await tx.standing()).cover
        key, seq = self._key(cover), last + 1
        entry: dict[str, Any] = {
            "seq": seq,
            "at": at,
            "actor": actor() if by is None else by,
            "action": action,
            "counts": {name: count for name, count in counts.items() if count},
            "receipts": list(receipts),
            "before": (before or _GENESIS).hex(),
            **({"cover": cover} if cover else {}),
        }
        body = orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)
        digest = _digest(key, body)
        await tx.enter(AuditRow(seq, body, digest), _seal(key, seq, digest))
        return seq, digest.hex()

    def _key(self, cover: str) -> bytes:
        """What makes digests while a cover is in force."""
        return self._keyring.derived(b"rootid audit", cover)

    def fault(self, row: AuditRow, number: int, before: bytes, cover: str) -> tuple[str | None, str]:
        """What is wrong with the row that should be the `number`-th and follow one with the digest `before`; and its cover.

        `cover`: that of the row before. A row may be of a later one, never of an earlier one: who has only an earlier secret
        can't go on with the log.
        """
        if row.seq != number:
            return "entries are missing before it", cover
        entry = _entry(row.body)
        own = str(entry.get("cover", ""))
        order = ["", *self._keyring.covers]
        if own not in order or order.index(own) < order.index(cover):
            return "it was changed", cover
        if not hmac.compare_digest(_digest(self._key(own), row.body), row.digest):
            return "it was changed", cover
        if entry["seq"] != number or entry["before"] != before.hex():
            return "it doesn't follow the entry before", cover
        return None, own

    def sealed(self, seq: int, digest: bytes, seal: bytes, cover: str) -> bool:
        """Whether the log ends where it ended when it was last written."""
        return hmac.compare_digest(_seal(self._key(cover), seq, digest), seal)


def _entry(body: bytes) -> dict[str, Any]:
    """What a row says; nothing where it was made unreadable."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}


def _digest(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, b"entry\0" + body, "sha256")


def _seal(key: bytes, seq: int, digest: bytes) -> bytes:
    return hmac.digest(key, b"head\0%d\0" % seq + digest, "sha256")


class Audit:
    """The log of a service."""

    def __init__(self, service: "Service", keyring: Keyring) -> None:
        self._service = service
        self._chain = Chain(keyring)

    async def append(self, action: str, counts: Mapping[str, int], *, by: str | None = None) -> int:
        """Append an entry of its own, as of read accesses that were counted for a while; answers its number.

        `by` is who acted, where that isn't who acts here. Neither name nor action may hold the value of an identifier.
        """
        async with self._service.store.writing() as tx:
            seq, _ = await self._chain.enter(tx, self._service.now(), action, counts, by=by)
        return seq

    async def append_each(self, acts: Sequence[Act]) -> None:
        """Append an entry for each act, in one transaction."""
        async with self._service.store.writing() as tx:
            for act in acts:
                await self._chain.enter(tx, self._service.now(), act.action, act.counts, by=act.by)

    async def entries(self, after: int = 0, limit: int = 100) -> list[Entry]:
        """Entries with a number above `after`, in order."""
        async with self._service.store.reading() as reading:
            return [_read(row) for row in await reading.audit(after, limit)]

    async def verify(self) -> Finding:
        """Go through the whole log and tell the first place where it was tampered with."""
        before, number, cover = _GENESIS, 0, ""
        async with self._service.store.reading() as reading:
            _, _, seal = await reading.audit_head()
            in_force = (await reading.standing()).cover
            while rows := await reading.audit(number, PAGE):
                for row in rows:
                    fault, cover = self._chain.fault(row, number + 1, before, cover)
                    if fault is not None:
                        return Finding(number, before.hex(), number + 1, f"entry {number + 1}: {fault}")
                    before, number = row.digest, row.seq
        if not self._chain.sealed(number, before, seal, in_force):
            return Finding(number, before.hex(), number + 1, f"entries are missing after entry {number}")
        return Finding(number, before.hex())


def _read(row: AuditRow) -> Entry:
    entry = orjson.loads(row.body)
    return Entry(
        row.seq, entry["at"], entry["actor"], entry["action"], entry["counts"], tuple(entry["receipts"]), row.digest.hex()
    )
