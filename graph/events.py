"""The one written shape of an event, shared by scenario files, NDJSON files and the API. Checks form, holds no rule."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

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


def _sound(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("text that can't be written as UTF-8") from None
    return value


def _text(value: object) -> object:
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


Moment = Annotated[int, BeforeValidator(_moment), Field(json_schema_extra={"type": "string", "format": "date-time"})]
"""Microseconds inside; written as ISO 8601 or Unix seconds."""

Text = Annotated[str, AfterValidator(_sound), Field(max_length=1024)]
"""Free text."""

Name = Annotated[str, BeforeValidator(_text), AfterValidator(_sound), Field(min_length=1, max_length=1024)]
"""`namespace:value` or `namespace@scope:value`; also the id of a consent or an event."""

PairOfNames = tuple[Name, Name]
VERBS: Final = (
    *("see", "consent", "withdraw", "close", "never_link", "same_person", "reverse", "erase", "erase_person"),
    *("refer", "order", "recruit", "opt_out", "opt_in"),
)

Money = Annotated[float, Field(ge=0, allow_inf_nan=False)]


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
    see: Annotated[tuple[Name, ...], Field(min_length=1, max_length=64)] | None = Field(
        default=None, description="Identifiers seen together."
    )
    consent: Name | None = Field(default=None, description="Id of a consent: recorded (with `purposes`), or what backs it.")
    withdraw: BySubject | Name | None = Field(default=None, description="A consent's id, or a subject and a purpose.")
    close: PairOfNames | Name | None = Field(default=None, description="A pair whose link ends, or an identifier: all its links.")
    never_link: PairOfNames | None = Field(default=None, description="Two identifiers that must never be one person.")
    same_person: PairOfNames | None = Field(default=None, description="Two persons that are one.")
    reverse: PairOfNames | None = Field(default=None, description="A pair on which every decision is taken back.")
    erase: Name | None = Field(default=None, description="An identifier to erase.")
    erase_person: Name | None = Field(default=None, description="An identifier whose whole person to erase.")
    refer: PairOfNames | None = Field(
        default=None, description="Referrer and referee; told again, the status is another one from then on."
    )
    order: Name | None = Field(default=None, description="Id of an order of `subject`; told again, what was paid back of it.")
    recruit: Name | None = Field(default=None, description="Who takes part in a `programme`, until `expires`.")
    opt_out: Name | None = Field(default=None, description="Who doesn't want to be scored, with all that is the same person.")
    opt_in: Name | None = Field(default=None, description="Who takes that back.")
    event_id: Name | None = Field(default=None, description="With the source, the event's identity; absent means its content.")
    source: Annotated[str, AfterValidator(_sound), Field(max_length=200)] | None = Field(
        default=None, description="Which system saw it; for a close: only that system's evidence."
    )
    session: Name | None = Field(default=None, description="Session on a device: persons seen in one session are one.")
    weight: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(default=1.0, description="How much the evidence weighs.")
    basis: Text | None = Field(default=None, description="Legal basis that carries it without consent; of a consent: its own.")
    purposes: tuple[Text, ...] | None = Field(default=None, description="What a consent is for.")
    subject: Name | None = Field(default=None, description="Who gave a consent, or an order.")
    expires: Moment | None = Field(default=None, description="When a consent, or taking part in a programme, ends by itself.")
    notice: Name | None = Field(default=None, description="Version of the notice that was shown.")
    evidence: Text | None = Field(default=None, description="Where the proof of a consent lies.")
    channel: Text | None = Field(default=None, description="Channel of a consent, withdrawal, referral or order.")
    in_exchange_for: Text | None = Field(default=None, description="What was offered for a consent.")
    controller: Text | None = Field(default=None, description="Who a consent was given to.")
    jurisdiction: Text | None = Field(default=None, description="Whose law a consent was given under.")
    language: Text | None = Field(default=None, description="Language of the notice.")
    by: Text | None = Field(default=None, description="Who decided or closed.")
    reason: Text | None = Field(default=None, description="Why it was decided, closed or withdrawn.")
    campaign: Text | None = Field(default=None, description="Campaign of a referral or order.")
    code: Name | None = Field(
        default=None, description="Code of a referral or order; the same two with the same code are the same referral."
    )
    value: Annotated[float, Field(allow_inf_nan=False)] | None = Field(default=None, description="Value of a referral.")
    amount: Money | None = Field(default=None, description="What an order is worth.")
    refunded: Money | None = Field(default=None, description="What was paid back of an order, in all.")
    refunded_at: Moment | None = Field(default=None, description="When it was paid back, where that is not `at`.")
    currency: Annotated[str, AfterValidator(_sound), Field(max_length=8)] | None = Field(
        default=None, description="Currency of an order."
    )
    programme: Name | None = Field(default=None, description="What somebody was recruited for.")
    status: Literal["pending", "accepted", "rejected", "refunded"] = Field(
        default="accepted", description="Status of a referral; only accepted ones are counted."
    )

    @property
    def verb(self) -> str:
        """What happened."""
        return next((v for v in VERBS if v != "consent" and getattr(self, v) is not None), "consent")

    @property
    def named_purposes(self) -> tuple[str, ...]:
        """The purposes that a consent grants or a withdrawal ends, where the event says them."""
        if isinstance(self.withdraw, BySubject):
            return (self.withdraw.purpose,)
        return self.purposes or ()

    @model_validator(mode="after")
    def _one_verb(self) -> "Event":
        named = [verb for verb in VERBS if verb != "consent" and getattr(self, verb) is not None]
        if len(named) > 1 or (not named and self.consent is None):
            raise ValueError(f"an event has exactly one of: {', '.join(VERBS)}")
        if (self.verb == "consent") != (self.purposes is not None):
            raise ValueError("purposes go with consent, and only there")
        if self.order is not None and (self.subject is None or (self.amount is None and self.refunded is None)):
            raise ValueError("an order has a subject, and an amount or what was refunded")
        if (self.verb == "recruit") != (self.programme is not None):
            raise ValueError("a programme goes with recruit, and only there")
        return self
