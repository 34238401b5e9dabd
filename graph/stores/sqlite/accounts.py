"""Reads what accounts for what was done: consents, the audit log, receipts. Holds no rule."""

from collections.abc import Sequence
from typing import Final

import orjson

from graph.stores.accounts import AuditRow, Decided, Granted, Withdrawn
from graph.stores.columns import StoredChange, StoredFinding
from graph.stores.sqlite.connection import Row
from graph.stores.sqlite.reading import SqliteReading, as_json
from graph.tables import Ints

CHANGE: Final = "seq, at, purpose, kind, root, others, policy, cause"


def as_change(row: Row) -> tuple[int, StoredChange]:
    """A change record of the columns CHANGE."""
    seq, at, purpose, kind, root, others, policy, cause = row
    ids = tuple(others[start : start + 16] for start in range(0, len(others), 16))
    return seq, StoredChange(at, purpose, kind, root, ids, policy, cause)


class SqliteAccounts(SqliteReading):
    """Reads of accounts."""

    async def audit_head(self) -> tuple[int, bytes, bytes]:
        rows = self._all("SELECT seq, digest FROM audit ORDER BY seq DESC LIMIT 1")
        seals = self._all("SELECT value FROM meta WHERE name = 'audit seal'")
        seq, digest = rows[0] if rows else (0, b"")
        return seq, digest, seals[0][0] if seals else b""

    async def audit(self, after: int, limit: int) -> list[AuditRow]:
        rows = self._all(
            "SELECT seq, CAST(body AS BLOB), CAST(digest AS BLOB) FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", after, limit
        )
        return [AuditRow(*row) for row in rows]

    async def receipt(self, receipt_id: bytes) -> bytes | None:
        rows = self._all("SELECT body FROM receipt WHERE id = ?", receipt_id)
        return rows[0][0] if rows else None

    async def kept_answer(self, key: bytes) -> tuple[bytes, bytes] | None:
        rows = self._all("SELECT request, body FROM kept_answer WHERE key = ?", key)
        return rows[0] if rows else None  # type: ignore[return-value]  # two columns

    async def receipts(self, ids: Ints) -> list[bytes]:
        rows = self._all(
            "SELECT DISTINCT r.number, r.body FROM json_each(?) w CROSS JOIN receipt_of o ON o.identifier = w.value "
            "CROSS JOIN receipt r ON r.number = o.number ORDER BY r.number",
            as_json(ids),
        )
        return [row[1] for row in rows]

    async def refused(self, purpose: str, reasons: Sequence[str], after: tuple[int, int], limit: int) -> list[StoredFinding]:
        rows = self._all(
            "SELECT a, b, verdict, reason, clash_a, clash_b FROM finding WHERE purpose = ? AND (a, b) > (?, ?) "
            "AND verdict = 'refused' AND reason IN (SELECT value FROM json_each(?)) ORDER BY a, b LIMIT ?",
            self._purpose(purpose),
            *after,
            orjson.dumps(list(reasons)).decode(),
            limit,
        )
        return [StoredFinding(a, b, v, r, None if ca is None else (ca, cb)) for a, b, v, r, ca, cb in rows]

    async def told_of(self, ids: Ints) -> dict[str, int]:
        counted = (("referrer", "of", "referral", "referrer"), ("referee", "of", "referral", "referee"))
        counted += (("orders", "of", "purchase", "subject"), ("marks", "recorded", "mark", "identifier"))
        parts = (
            f"SELECT '{what}', count(DISTINCT t.{column}) FROM json_each(?1) w CROSS JOIN {table} t ON t.{end} = w.value"
            for what, column, table, end in counted
        )
        rows = self._all(" UNION ALL ".join(parts), as_json(ids))
        return {what: count for what, count in rows if count}

    async def consent_handles(self, consent_ids: Sequence[str]) -> list[int]:
        rows = self._all(
            "SELECT w.value, c.id FROM json_each(?) w CROSS JOIN consent c ON c.consent_id = w.value",
            orjson.dumps(list(consent_ids)).decode(),
        )
        found: dict[str, int] = dict(rows)  # type: ignore[arg-type]  # two columns
        return [found.get(name, 0) for name in consent_ids]

    async def given_by(self, subjects: Ints) -> list[int]:
        rows = self._all(
            "SELECT DISTINCT g.consent FROM json_each(?) w CROSS JOIN granting g ON g.subject = w.value ORDER BY 1",
            as_json(subjects),
        )
        return [row[0] for row in rows]

    async def consent_events(self, consents: Sequence[int]) -> tuple[list[Granted], list[Withdrawn]]:
        wanted = orjson.dumps(list(consents)).decode()
        grants = self._all(
            "SELECT g.consent, c.consent_id, g.at, g.expires, g.purposes, g.subject, g.notice, g.basis, g.evidence, g.channel, "
            "g.in_exchange_for, g.controller, g.jurisdiction, g.language, g.recorded FROM json_each(?) w "
            "CROSS JOIN granting g ON g.consent = w.value CROSS JOIN consent c ON c.id = g.consent ORDER BY g.recorded",
            wanted,
        )
        columns = "d.consent, d.subject, d.purpose, d.at, d.channel, d.reason, d.recorded"
        ended = self._all(
            f"SELECT {columns} FROM json_each(?1) w CROSS JOIN withdrawal d ON d.consent = w.value UNION "
            f"SELECT {columns} FROM json_each(?1) w CROSS JOIN granting g ON g.consent = w.value "
            "CROSS JOIN withdrawal d ON d.subject = g.subject WHERE d.consent IS NULL ORDER BY 7",
            wanted,
        )
        return [_granted(row) for row in grants], [Withdrawn(*row) for row in ended]

    async def lineage(self, own: bytes, limit: int) -> list[tuple[int, StoredChange]]:
        columns = ", ".join(f"c.{column}" for column in CHANGE.split(", "))
        rows = self._all(
            f"SELECT {columns} FROM lineage l CROSS JOIN change c ON c.seq = l.seq WHERE l.own = ? ORDER BY l.seq DESC LIMIT ?",
            own,
            limit,
        )
        return [as_change(row) for row in reversed(rows)]

    async def bookmark(self, name: str) -> int:
        rows = self._all("SELECT value FROM meta WHERE name = ?", f"bookmark {name}")
        return rows[0][0] if rows else 0

    async def masks(self, ids: Ints) -> dict[int, str]:
        rows = self._all(
            "SELECT i.id, p.namespace || CASE p.scope WHEN '' THEN '' ELSE '@' || p.scope END || ':' || i.mask "
            "FROM json_each(?) w CROSS JOIN identifier i ON i.id = w.value CROSS JOIN place p ON p.id = i.place",
            as_json(ids),
        )
        return dict(rows)  # type: ignore[arg-type]  # two columns

    async def decided(self, ids: Ints) -> list[Decided]:
        rulings = "t.ruling, t.a, t.b, t.at, t.by, t.reason, NULL, t.recorded"
        closings = "'close', t.a, t.b, t.at, t.by, t.reason, t.source, t.recorded"
        each = (
            f"SELECT {columns} FROM json_each(?1) w CROSS JOIN {table} t ON t.{end} = w.value"
            for columns, table in ((rulings, "ruling"), (closings, "closing"))
            for end in "ab"
        )
        return [Decided(*row) for row in self._all(f"{' UNION '.join(each)} ORDER BY 8", as_json(ids))]


def _granted(row: Row) -> Granted:
    values = list(row)
    values[4] = tuple(orjson.loads(row[4]))
    return Granted(*values)
