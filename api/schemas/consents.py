"""The written form of consents and of what is asked of them."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from api.schemas.accounts import Receipt
from api.schemas.base import Asked, Time, Told
from api.validation import field_names
from graph import instants
from graph.consents import ConsentView, Ending, Granting
from graph.events import BySubject, Event, Moment, Name, Text

When = Annotated[Moment | None, Field(description="When it was given or said; absent means now.")]


class Grant(Asked):
    """A consent, after ISO/IEC TS 27560 and W3C DPV. The same id again renews it."""

    consent: Annotated[Name | None, Field(description="Its id; absent means that it gets one.")] = None
    purposes: Annotated[tuple[Text, ...], Field(min_length=1, description="What it is for: purposes of the policy.")]
    subject: Annotated[Name | None, Field(description="Identifier of who gave it.")] = None
    at: When = None
    expires: Annotated[Moment | None, Field(description="When it ends by itself.")] = None
    notice: Annotated[Name | None, Field(description="Version of the notice that was shown.")] = None
    language: Annotated[Text | None, Field(description="Language of the notice.")] = None
    basis: Annotated[Text | None, Field(description="Legal basis, where the law knows several kinds of consent.")] = None
    jurisdiction: Annotated[Text | None, Field(description="Whose law it was given under.")] = None
    controller: Annotated[Text | None, Field(description="Who it was given to.")] = None
    channel: Annotated[Text | None, Field(description="Where it was given.")] = None
    evidence: Annotated[Text | None, Field(description="Where the proof lies.")] = None
    in_exchange_for: Annotated[Text | None, Field(description="What was offered for it.")] = None

    def event(self, new_id: str) -> Event:
        """The same as an event; `new_id` is its id where it has none."""
        said: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        said["consent"] = self.consent or new_id
        return Event.model_construct(**said)


class Renewal(Asked):
    """A consent that is given again, as it was but for what is said here."""

    consent: Name
    expires: Annotated[Moment | None, Field(description="When it ends by itself from now on; absent means never.")] = None
    notice: Annotated[Name | None, Field(description="Version of the notice that was shown; absent means the same.")] = None
    evidence: Annotated[Text | None, Field(description="Where the proof lies; absent means at the same place.")] = None


class ReceiptQuestion(Asked):
    """A consent by its id."""

    consent: Name


class ConsentQuestion(Asked):
    """One consent by its id, or all that an identifier gave."""

    consent: Name | None = None
    subject: Annotated[Name | None, Field(description="Identifier of who gave them.")] = None

    @model_validator(mode="after")
    def _one(self) -> "ConsentQuestion":
        if (self.consent is None) == (self.subject is None):
            raise ValueError("names either a consent or a subject")
        return self


class Withdrawal(Asked):
    """A consent to withdraw whole, or one purpose in all consents that a subject gave so far."""

    consent: Name | None = None
    subject: Annotated[Name | None, Field(description="Identifier of who withdraws.")] = None
    purpose: Annotated[Text | None, Field(description="Which purpose the subject withdraws.")] = None
    at: When = None
    channel: Annotated[Text | None, Field(description="Where it was said.")] = None
    reason: Annotated[Text | None, Field(description="Why, where somebody asked; nobody has to say.")] = None

    @model_validator(mode="after")
    def _one(self) -> "Withdrawal":
        if (self.consent is None) == (self.subject is None) or (self.subject is None) != (self.purpose is None):
            raise ValueError("names either a consent, or a subject and a purpose")
        return self

    def event(self) -> Event:
        """The same as an event."""
        said = {name: getattr(self, name) for name in ("at", "channel", "reason")}
        if self.subject is not None and self.purpose is not None:
            return Event.model_construct(withdraw=BySubject(subject=self.subject, purpose=self.purpose), **said)
        return Event.model_construct(withdraw=self.consent, **said)


class GrantRecord(Told):
    """One granting."""

    at: Time
    expires: Time | None
    purposes: list[str]
    subject: Annotated[str | None, Field(description="Mask of who gave it.")]
    notice: str | None
    language: str | None
    basis: str | None
    jurisdiction: str | None
    controller: str | None
    channel: str | None
    evidence: str | None
    in_exchange_for: str | None
    recorded: Annotated[Time, Field(description="When it went on record.")]


class WithdrawalRecord(Told):
    """One withdrawal."""

    at: Time
    purpose: Annotated[str | None, Field(description="Null where all purposes were withdrawn.")]
    by_subject: Annotated[bool, Field(description="Whether it was said once for all consents that the subject gave so far.")]
    channel: str | None
    reason: str | None
    recorded: Annotated[Time, Field(description="When it went on record, and was worked in.")]


State = Literal["given", "withdrawn", "expired", "not given"]


class Consent(Told):
    """A consent record: how each purpose stands, and all that was granted and withdrawn, the eldest first."""

    consent: str
    states: dict[str, State]
    grants: list[GrantRecord]
    withdrawals: list[WithdrawalRecord]


class GivenConsent(Told):
    """A consent that was granted or renewed, with the signed receipt for it."""

    consent: Consent
    receipt: Receipt


class Consents(Told):
    """Consents, the eldest first."""

    consents: list[Consent]


class WithdrawnConsents(Told):
    """What was withdrawn, with the signed receipt: what ended, and which roots split into which."""

    consents: list[Consent]
    receipt: Receipt


KNOWN = field_names([Grant, Renewal, ReceiptQuestion, ConsentQuestion, Withdrawal])


def shown(view: ConsentView) -> Consent:
    """A consent as it is written."""
    return Consent(
        consent=view.consent_id,
        states=view.states,  # type: ignore[arg-type]  # the four states of the domain
        grants=[_grant(grant) for grant in view.grants],
        withdrawals=[_withdrawal(ending) for ending in view.withdrawals],
    )


def all_shown(views: Sequence[ConsentView]) -> list[Consent]:
    """Consents as they are written."""
    return [shown(view) for view in views]


def _grant(grant: Granting) -> GrantRecord:
    return GrantRecord(
        at=instants.text(grant.at),
        expires=None if grant.expires is None else instants.text(grant.expires),
        purposes=list(grant.purposes),
        subject=grant.subject,
        notice=grant.notice,
        language=grant.language,
        basis=grant.basis,
        jurisdiction=grant.jurisdiction,
        controller=grant.controller,
        channel=grant.channel,
        evidence=grant.evidence,
        in_exchange_for=grant.in_exchange_for,
        recorded=instants.text(grant.recorded),
    )


def _withdrawal(ending: Ending) -> WithdrawalRecord:
    return WithdrawalRecord(
        at=instants.text(ending.at),
        purpose=ending.purpose,
        by_subject=ending.by_subject,
        channel=ending.channel,
        reason=ending.reason,
        recorded=instants.text(ending.recorded),
    )
