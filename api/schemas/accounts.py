"""The written form of the audit log and of receipts."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from api.schemas.base import Count, Time, Told
from graph import instants
from graph.audit import Entry, Finding


class AuditEntry(Told):
    """Who did what when."""

    seq: Annotated[int, Field(ge=1, description="Grows by 1 with every entry.")]
    at: Time
    actor: Annotated[
        str,
        Field(
            description="`key:NAME` for an API key, `token:DIGEST` for the subject of a token, `os:NAME` for a user of the "
            "machine, or a task's name."
        ),
    ]
    action: Annotated[str, Field(description="Which use case.")]
    counts: Annotated[dict[str, int], Field(description="How much of what; never a value.")]
    receipts: Annotated[list[str], Field(description="Ids of receipts that were given for it.")]
    digest: Annotated[str, Field(description="Keyed digest (HMAC-SHA256) over the entry and the digest before.")]


class AuditEntries(Told):
    """A page of the audit log, the eldest entry first."""

    entries: list[AuditEntry]
    cursor: Annotated[int, Field(ge=0, description="`after` of the next page.")]
    more: Annotated[bool, Field(description="Whether there are more entries now.")]


class AuditFinding(Told):
    """Whether the audit log was tampered with."""

    whole: bool
    entries: Annotated[Count, Field(description="How many entries hold.")]
    digest: Annotated[str, Field(description="That of the last entry that holds.")]
    broken_at: Annotated[int | None, Field(description="Number of the first entry that doesn't hold.")]
    problem: str | None


class Receipt(Told):
    """A signed receipt; verify it with `rootid receipt verify`, without the service."""

    receipt: Annotated[dict[str, Any], Field(description="What was done: deeds, links that ended, roots that changed.")]
    key: Annotated[str, Field(description="Public key (Ed25519), in hexadecimal.")]
    signature: Annotated[
        str, Field(description="Over `receipt` as JSON with sorted keys and without spaces, in UTF-8; in hexadecimal.")
    ]


def shown(found: Sequence[Entry], after: int, limit: int) -> AuditEntries:
    """A page of at most `limit` of the entries found after a cursor."""
    page = [
        AuditEntry(
            seq=entry.seq,
            at=instants.text(entry.at),
            actor=entry.actor,
            action=entry.action,
            counts=dict(entry.counts),
            receipts=list(entry.receipts),
            digest=entry.digest,
        )
        for entry in found[:limit]
    ]
    return AuditEntries(entries=page, cursor=page[-1].seq if page else after, more=len(found) > limit)


def judged(found: Finding) -> AuditFinding:
    """What verifying found, as it is written."""
    return AuditFinding(
        whole=found.whole, entries=found.entries, digest=found.digest, broken_at=found.broken_at, problem=found.problem
    )
