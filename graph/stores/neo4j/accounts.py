"""Reads what accounts for what was done: consents, the audit log, receipts. Holds no rule."""

from collections.abc import Sequence
from dataclasses import fields
from itertools import chain
from typing import Any

from graph.stores.accounts import AuditRow, Decided, Granted, Withdrawn
from graph.stores.columns import StoredChange, StoredFinding
from graph.stores.neo4j.reading import Neo4jReading
from graph.stores.neo4j.values import finding_of, uuid_bytes, uuid_text
from graph.tables import Ints

_GRANTED = [field.name for field in fields(Granted)]
_WITHDRAWN = [field.name for field in fields(Withdrawn)]


def as_change(row: list[Any]) -> tuple[int, StoredChange]:
    """A change record of what statements tell of one."""
    seq, at, purpose, kind, root, others, version, cause = row
    return seq, StoredChange(at, purpose, kind, uuid_bytes(root), tuple(map(uuid_bytes, others)), version, cause)


class Neo4jAccounts(Neo4jReading):
    """Reads of accounts."""

    async def lineage(self, own: bytes, limit: int) -> list[tuple[int, StoredChange]]:
        row = await self._tx.one("read/lineage", own_id=uuid_text(own), limit=limit)
        return [as_change(found) for found in reversed(row["rows"])]

    async def bookmark(self, name: str) -> int:
        row = await self._tx.maybe("read/bookmark", receiver=name)
        return row["seq"] if row else 0

    async def audit_head(self) -> tuple[int, bytes, bytes]:
        seq, digest = self._audit
        return seq, bytes.fromhex(digest), bytes.fromhex(self._seal)

    async def audit(self, after: int, limit: int) -> list[AuditRow]:
        row = await self._tx.one("read/audit", after=after, limit=limit)
        return [AuditRow(seq, body.encode(), bytes.fromhex(digest)) for seq, body, digest in row["rows"]]

    async def receipt(self, receipt_id: bytes) -> bytes | None:
        row = await self._tx.maybe("read/receipt", receipt_id=uuid_text(receipt_id))
        return row["body"].encode() if row else None

    async def kept_answer(self, key: bytes) -> tuple[bytes, bytes] | None:
        row = await self._tx.maybe("read/kept_answer", key=key.hex())
        return (bytes.fromhex(row["request"]), row["body"].encode()) if row else None

    async def receipts(self, ids: Ints) -> list[bytes]:
        return [row["body"].encode() async for row in self._tx.rows("read/receipts", ids=ids.tolist())]

    async def refused(self, purpose: str, reasons: Sequence[str], after: tuple[int, int], limit: int) -> list[StoredFinding]:
        values = {"purpose": purpose, "reasons": list(reasons), "a": after[0], "b": after[1], "limit": limit}
        return [finding_of(found) for found in (await self._tx.one("read/refused", **values))["rows"]]

    async def told_of(self, ids: Ints) -> dict[str, int]:
        row = await self._tx.one("read/told_of", ids=ids.tolist())
        return {what: count for what, count in row["counts"].items() if count}

    async def consent_handles(self, consent_ids: Sequence[str]) -> list[int]:
        row = await self._tx.one("read/consent_handles", consent_ids=list(consent_ids))
        found = dict(zip(row["consent_id"], row["id"], strict=True))
        return [found.get(name, 0) for name in consent_ids]

    async def given_by(self, subjects: Ints) -> list[int]:
        return sorted((await self._tx.one("read/given", subjects=subjects.tolist()))["id"])

    async def consent_events(self, consents: Sequence[int]) -> tuple[list[Granted], list[Withdrawn]]:
        row = await self._tx.one("read/consent_events", ids=list(consents))
        grants = [_granted(told) for told in chain.from_iterable(row["grants"])]
        ended = {_withdrawn(told) for told in chain.from_iterable(row["withdrawals"])}
        return sorted(grants, key=lambda g: g.recorded), sorted(ended, key=lambda w: w.recorded)

    async def masks(self, ids: Ints) -> dict[int, str]:
        row = await self._tx.one("read/shown", ids=ids.tolist())
        return {
            handle: f"{namespace}{'@' + scope if scope else ''}:{mask}"
            for handle, (namespace, scope, _, mask) in zip(row["id"], row["shown"], strict=True)
        }

    async def decided(self, ids: Ints) -> list[Decided]:
        row = await self._tx.one("read/decided", ids=ids.tolist())
        return sorted((Decided(*found) for found in row["rows"]), key=lambda found: found.recorded)


def _granted(told: dict[str, Any]) -> Granted:
    values = [told.get(name) for name in _GRANTED]
    values[_GRANTED.index("purposes")] = tuple(told["purposes"])
    found: list[Any] = values
    return Granted(*found)


def _withdrawn(told: dict[str, Any]) -> Withdrawn:
    found: list[Any] = [told.get(name) for name in _WITHDRAWN]
    return Withdrawn(*found)
