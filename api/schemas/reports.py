"""The written form of reports."""

from dataclasses import asdict
from typing import Annotated

from pydantic import Field

from api.schemas.accounts import AuditFinding, judged
from api.schemas.base import Count, Time, Told
from graph import compliance, health, instants

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


class LargePart(Told):
    """A part: where a wrong merge may hide, if it is large and a few links hold it together."""

    root_id: str
    size: Annotated[Count, Field(description="Members.")]
    persons: Annotated[Count, Field(description="Of these, identifiers of persons.")]
    namespaces: Annotated[dict[str, int], Field(description="Members by namespace.")]
    links: Annotated[Count, Field(description="Accepted links.")]
    bridges: Annotated[Count, Field(description="Of these, links whose loss splits the part.")]


class ValueOfNobody(Told):
    """A mass value or shared device, by its mask."""

    identifier: str
    what: Annotated[str, Field(description="mass_value or shared.")]
    linked: Annotated[Count, Field(description="Identifiers that it was seen with.")]


class WithoutConsent(Told):
    """Identifiers of a namespace that have evidence, none of which any purpose may use."""

    namespace: str
    looked_at: Annotated[Count, Field(description="How many of it were looked at: at most 10,000 in all, spread evenly.")]
    unbacked: Count


class ConflictingSource(Told):
    """A source of refused links."""

    source: str
    refused: Annotated[Count, Field(description="Refused links it saw, of at most 1,000 that were looked at.")]
    sightings: Annotated[Count, Field(description="In so many sightings.")]


class HealthReport(Told):
    """How the data is under a purpose."""

    at: Time
    purpose: str
    policy: str
    largest: list[LargePart]
    mass_values: Annotated[dict[str, int], Field(description="By namespace.")]
    shared_devices: Annotated[dict[str, int], Field(description="By namespace.")]
    most_linked: list[ValueOfNobody]
    blocked: Annotated[dict[str, int], Field(description="Values never recorded, by namespace.")]
    parked: Annotated[dict[str, int], Field(description="Identifiers of undeclared namespaces set aside, by namespace.")]
    without_consent: list[WithoutConsent]
    sources: Annotated[list[ConflictingSource], Field(description="Those with the most refused links first.")]


def examined(found: health.Health) -> HealthReport:
    """A report on the health of the data as it is written."""
    return HealthReport.model_validate({**asdict(found), "at": instants.text(found.at)})
