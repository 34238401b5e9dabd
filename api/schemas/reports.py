"""The written form of reports."""

from typing import Annotated

from pydantic import Field

from api.schemas.accounts import AuditFinding, judged
from api.schemas.base import Count, Time, Told
from graph import compliance, instants

Seconds = Annotated[float | None, Field(ge=0, description="Seconds; null where there is nothing to tell.")]


class ConsentStanding(Told):
    """How the consents to one version of the notice stand for a purpose now."""

    purpose: str
    notice: Annotated[str | None, Field(description="Version of the text that was agreed to last.")]
    live: Count
    expired: Count
    withdrawn: Count


class WithdrawalDelays(Told):
    """Withdrawals of the period, and how long each took from its event time to being worked in."""

    count: Count
    p50: Seconds
    p95: Seconds
    longest: Seconds


class ComplianceReport(Told):
    """What there is to answer for: counts only."""

    at: Time
    since: Annotated[str | None, Field(description="Begin of the period; null for the first event.")]
    until: Annotated[str | None, Field(description="End of the period; null for now.")]
    policy: str
    roots: Annotated[dict[str, int], Field(description="By purpose, how many root-IDs there are now.")]
    consents: Annotated[list[ConsentStanding], Field(description="By purpose and version of the notice, now.")]
    withdrawals: WithdrawalDelays
    tombstones: Annotated[Count, Field(description="Identifiers erased in the period.")]
    decisions: Annotated[dict[str, int], Field(description="Rulings and closes of the period, by their kind.")]
    receipts: Annotated[dict[str, int], Field(description="Deeds of the period that a signed receipt was given for.")]
    audit: AuditFinding


def answered_for(found: compliance.Compliance) -> ComplianceReport:
    """A compliance report as it is written."""
    taken = found.withdrawals
    return ComplianceReport(
        at=instants.text(found.at),
        since=_time(found.period.since),
        until=_time(found.period.until),
        policy=found.policy,
        roots=dict(found.roots),
        consents=[
            ConsentStanding(
                purpose=one.purpose,
                notice=one.notice,
                live=one.live,
                expired=one.expired,
                withdrawn=one.withdrawn,
            )
            for one in found.consents
        ],
        withdrawals=WithdrawalDelays(
            count=taken.count, p50=_seconds(taken.p50), p95=_seconds(taken.p95), longest=_seconds(taken.longest)
        ),
        tombstones=found.tombstones,
        decisions=dict(found.decisions),
        receipts=dict(found.receipts),
        audit=judged(found.audit),
    )


def _time(instant: int | None) -> str | None:
    return None if instant is None else instants.text(instant)


def _seconds(duration: int | None) -> float | None:
    return None if duration is None else round(duration / instants.SECOND, 3)
