"""The written form of what a person may ask for."""

from typing import Annotated, Any, Literal

from pydantic import Field

from api.schemas.accounts import Receipt
from api.schemas.base import Asked, Time, Told
from api.schemas.decisions import By, Why
from api.validation import field_names
from graph.events import Name

Anybody = Annotated[Name, Field(description="Any identifier of the person.")]


class Person(Asked):
    """Whose data."""

    identifier: Anybody


class Correction(Asked):
    """What isn't, or is no longer, this person's."""

    identifier: Anybody
    other: Annotated[Name | None, Field(description="What it was linked with; absent means everything.")] = None
    by: By = None
    reason: Why = None


class ErasureRequest(Asked):
    """Whom, or what, to erase."""

    identifier: Anybody
    whole_person: Annotated[bool, Field(description="All that is the same person under any purpose; else the identifier.")] = True


class OptOut(Asked):
    """Who doesn't want to be scored."""

    identifier: Anybody
    back: Annotated[bool, Field(description="Takes it back.")] = False


class OwnIdentifier(Told):
    """One identifier of the person."""

    own_id: str
    identifier: Annotated[str, Field(description="By its mask.")]
    kind: Literal["person", "device", "attribute"]
    first_seen: Time
    last_seen: Time


class OwnPart(Told):
    """Who the person is under one purpose."""

    root_id: str | None
    identifiers: list[OwnIdentifier]
    sources: Annotated[list[dict[str, Any]], Field(description="Who saw the person, how often, first and last.")]
    decisions: Annotated[list[dict[str, Any]], Field(description="What was ruled; others are told as 'another person'.")]
    sightings: Annotated[list[dict[str, Any]] | None, Field(description="Of an export: every one, with own identifiers only.")]


class OwnData(Told):
    """What is on record of a person; nothing of anybody else."""

    at: Time
    policy: str
    purposes: dict[str, OwnPart]
    consents: list[dict[str, Any]]
    told: Annotated[dict[str, int], Field(description="How many referrals (as referrer, as referee), orders and marks.")]
    receipts: Annotated[list[dict[str, Any]], Field(description="Receipts that name the person, for what.")]


class AnsweredRight(Told):
    """The person's data, with the signed receipt that it was told."""

    person: OwnData
    receipt: Receipt


KNOWN = field_names([Person, Correction, ErasureRequest, OptOut])


def answered(bundle: dict[str, Any], receipt: Any) -> AnsweredRight:
    """A bundle as it is written."""
    purposes = {name: {"sightings": None, **part} for name, part in bundle["purposes"].items()}
    person = OwnData.model_validate({**bundle, "purposes": purposes})
    return AnsweredRight(person=person, receipt=Receipt.model_validate(receipt))
