"""The one written shape of an event, shared by scenario files, NDJSON files and the API. Checks form, holds no rule."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from graph import instants
from graph.errors import InvalidInputError


def _moment(value: object) -> object:
    if value is None:
        return None
    if isinstance(value, bool):
        raise ValueError("not a time")
    try:
        return instants.parse(str(value))
    except InvalidInputError as error:
        raise ValueError(error.message) from None


def _text(value: object) -> object:
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


Moment = Annotated[int, BeforeValidator(_moment), Field(json_schema_extra={"type": "string", "format": "date-time"})]
"""Microseconds inside; written as ISO 8601 or Unix seconds."""

Name = Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=1024)]
"""`namespace:value` or `namespace@scope:value`; also the id of a consent or an event."""

PairOfNames = tuple[Name, Name]
VERBS: Final = ("see", "consent", "withdraw", "close", "never_link", "same_person", "reverse", "erase", "erase_person", "refer")


class Strict(BaseModel):
    """Unknown keys are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BySubject(Strict):
    """A withdrawal of one purpose in all consents that a subject gave so far."""

    subject: Name
    purpose: str


class Event(Strict):
    """One event with exactly one verb; `consent` beside another verb is what backs it."""

    at: Moment | None = Field(default=None, description="Event time; absent means now.")
    see: Annotated[tuple[Name, ...], Field(min_length=1, max_length=64)] | None = None
    consent: Name | None = None
    withdraw: BySubject | Name | None = None
    close: PairOfNames | Name | None = None
    never_link: PairOfNames | None = None
    same_person: PairOfNames | None = None
    reverse: PairOfNames | None = None
    erase: Name | None = None
    erase_person: Name | None = None
    refer: PairOfNames | None = None
    event_id: Name | None = Field(default=None, description="With the source, the event's identity; absent means its content.")
    source: Annotated[str, Field(max_length=200)] | None = None
    session: Name | None = None
    weight: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1.0
    basis: str | None = None
    purposes: tuple[str, ...] | None = None
    subject: Name | None = None
    expires: Moment | None = None
    notice: Name | None = None
    evidence: str | None = None
    channel: str | None = None
    in_exchange_for: str | None = None
    by: str | None = None
    reason: str | None = None
    campaign: str | None = None
    code: Name | None = None
    value: float | None = None
    status: Literal["pending", "accepted", "rejected", "refunded"] = "accepted"

    @property
    def verb(self) -> str:
        """What happened."""
        return next((v for v in VERBS if v != "consent" and getattr(self, v) is not None), "consent")

    @model_validator(mode="after")
    def _one_verb(self) -> "Event":
        named = [verb for verb in VERBS if verb != "consent" and getattr(self, verb) is not None]
        if len(named) > 1 or (not named and self.consent is None):
            raise ValueError(f"an event has exactly one of: {', '.join(VERBS)}")
        if (self.verb == "consent") != (self.purposes is not None):
            raise ValueError("purposes go with consent, and only there")
        return self
