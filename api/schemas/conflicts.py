"""The written form of the conflict queue."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import Asked, Count, Time, Told
from api.schemas.decisions import By, Why
from api.validation import field_names
from graph import instants
from graph.conflicts import Page, Proposal
from graph.events import Text


class ConflictDecision(Asked):
    """What a human rules on a link that was refused."""

    a: Annotated[UUID, Field(description="Own id of one end.")]
    b: Annotated[UUID, Field(description="Own id of the other.")]
    ruling: Literal["same_person", "never_link"]
    by: By = None
    reason: Why = None
    basis: Annotated[
        Text | None, Field(description="Legal basis that a `same_person` rests on, where the policy asks for one.")
    ] = None


class ConflictRecord(Told):
    """A link that rules refused, with the evidence for it."""

    a: Annotated[str, Field(description="Own id of one end.")]
    b: Annotated[str, Field(description="Own id of the other.")]
    a_identifier: Annotated[str, Field(description="One end by its mask.")]
    b_identifier: Annotated[str, Field(description="The other by its mask.")]
    reason: Annotated[str, Field(description="unique, limit, attribute or max_size.")]
    clash: Annotated[list[str] | None, Field(description="What it clashed with, by masks.")]
    first_seen: Time
    last_seen: Time
    count: Annotated[Count, Field(description="How often the two were seen together.")]


class Conflicts(Told):
    """A page of the conflict queue."""

    purpose: str
    conflicts: list[ConflictRecord]
    cursor: Annotated[str | None, Field(description="`after` of the next page; null where there is none.")]


KNOWN = field_names([ConflictDecision])


def shown(page: Page) -> Conflicts:
    """A page as it is written."""
    records = [
        ConflictRecord(
            a=one.a,
            b=one.b,
            a_identifier=one.a_mask,
            b_identifier=one.b_mask,
            reason=one.reason,
            clash=None if one.clash is None else list(one.clash),
            first_seen=instants.text(one.first_seen),
            last_seen=instants.text(one.last_seen),
            count=one.count,
        )
        for one in page.conflicts
    ]
    return Conflicts(purpose=page.purpose, conflicts=records, cursor=page.cursor)


class ProposalRecord(Told):
    """A mass value or shared device, with what it rests on and what can be done."""

    own_id: str
    identifier: Annotated[str, Field(description="By its mask.")]
    what: Annotated[str, Field(description="mass_value or shared.")]
    linked: Annotated[Count, Field(description="Identifiers that it was seen with.")]
    first_seen: Time
    last_seen: Time
    advice: str


class Proposals(Told):
    """Mass values and shared devices, the most linked first."""

    purpose: str
    total: Annotated[Count, Field(description="How many there are.")]
    proposals: list[ProposalRecord]


def proposed(purpose: str, total: int, proposals: Sequence[Proposal]) -> Proposals:
    """Proposals as they are written."""
    records = [
        ProposalRecord(
            own_id=one.own_id,
            identifier=one.identifier,
            what=one.what,
            linked=one.linked,
            first_seen=instants.text(one.first_seen),
            last_seen=instants.text(one.last_seen),
            advice=one.advice,
        )
        for one in proposals
    ]
    return Proposals(purpose=purpose, total=total, proposals=records)
