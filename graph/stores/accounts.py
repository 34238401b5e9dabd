"""What a store keeps to account for what was done: consents, audit log, receipts. Must not know any engine, holds no rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from graph.stores.columns import StoredChange, StoredFinding
from graph.tables import Ints


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the audit log: its number from 1, its bytes, and their digest (32 bytes)."""

    seq: int
    body: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Granted:
    """One granting of a consent as recorded; `subject` is a handle."""

    consent: int
    consent_id: str
    at: int
    expires: int | None
    purposes: tuple[str, ...]
    subject: int | None
    notice: str | None
    basis: str | None
    evidence: str | None
    channel: str | None
    in_exchange_for: str | None
    controller: str | None
    jurisdiction: str | None
    language: str | None
    recorded: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """One withdrawal as recorded: of a consent, or (`consent` is None) of a purpose in all that a subject gave so far."""

    consent: int | None
    subject: int | None
    purpose: str | None
    at: int
    channel: str | None
    reason: str | None
    recorded: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as recorded, or a close (`ruling` is `close`; `b` is None where it ended all links of `a`)."""

    ruling: str
    a: int
    b: int | None
    at: int
    by: str | None
    reason: str | None
    source: str | None
    recorded: int


class Accounts(Protocol):
    """Reads accounts."""

    async def masks(self, ids: Ints) -> dict[int, str]:
        """What people may see of identifiers, by handle: `namespace@scope:mask`, without the scope where there is none."""
        ...

    async def decided(self, ids: Ints) -> list[Decided]:
        """Decisions and closes that name one of these identifiers, each once, in the order of recording."""
        ...

    async def refused(self, purpose: str, reasons: Sequence[str], after: tuple[int, int], limit: int) -> list[StoredFinding]:
        """Links refused for one of these reasons under a purpose, in the order of their handles, from beyond the pair `after`."""
        ...

    async def told_of(self, ids: Ints) -> dict[str, int]:
        """How much was told of these identifiers: `referrer`, `referee` (referrals), `orders`, `marks`; zeros are left out."""
        ...

    async def consent_handles(self, consent_ids: Sequence[str]) -> list[int]:
        """Handles of consents that were granted or that evidence names, 0 for one that neither did; in the same order."""
        ...

    async def given_by(self, subjects: Ints) -> list[int]:
        """Handles of the consents that these identifiers gave, each once, in their order."""
        ...

    async def consent_events(self, consents: Sequence[int]) -> tuple[list[Granted], list[Withdrawn]]:
        """Grantings of these consents, and withdrawals of them or by a subject of theirs; in the order of recording."""
        ...

    async def lineage(self, own: bytes, limit: int) -> list[tuple[int, StoredChange]]:
        """The last change records that name an own id as root or among the others (joins left out), in order."""
        ...

    async def bookmark(self, name: str) -> int:
        """The place in the change feed that was kept under a name, 0 for none."""
        ...

    async def audit_head(self) -> tuple[int, bytes, bytes]:
        """Number and digest of the last row of the audit log, and the seal last given; (0, b"", b"") where there is none."""
        ...

    async def audit(self, after: int, limit: int) -> list[AuditRow]:
        """Rows of the audit log with a number above `after`, in order."""
        ...

    async def receipt(self, receipt_id: bytes) -> bytes | None:
        """The receipt with this id (16 bytes), as it was filed."""
        ...

    async def receipts(self, ids: Ints) -> list[bytes]:
        """Every receipt that was filed for one of these identifiers, once, the eldest first."""
        ...


class Ledger(Protocol):
    """Writes accounts, within the transaction that they account for."""

    async def enter(self, row: AuditRow, seal: bytes) -> None:
        """Append a row to the audit log, and put the seal in the place of the one before. No row is ever changed again."""
        ...

    async def file(self, receipt_id: bytes, body: bytes, ids: Ints) -> None:
        """Keep a receipt, to be found by its id and by each of the identifiers."""
        ...

    async def keep_bookmark(self, name: str, seq: int) -> None:
        """Keep a place in the change feed under a name."""
        ...
