"""Consents as people deal with them: grant, renew, withdraw, look at. Holds no rule of what they carry (graph.evidence)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from graph import ownids
from graph.errors import InvalidInputError, UnknownConsentError
from graph.events import Event
from graph.evidence import ConsentRecord, Verdict
from graph.receipts import Body, consent_deed
from graph.stores.accounts import Granted, Withdrawn
from graph.stores.protocol import Reading

if TYPE_CHECKING:
    from graph.service import Service

_STATES: Final = {
    Verdict.ACCEPTED: "given",
    Verdict.WITHDRAWN: "withdrawn",
    Verdict.EXPIRED: "expired",
    Verdict.UNBACKED: "not given",
}


@dataclass(frozen=True, slots=True)
class Granting:
    """One granting of a consent. `subject` is the mask of who gave it, `recorded` when it went in."""

    at: int
    expires: int | None
    purposes: tuple[str, ...]
    subject: str | None
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
class Ending:
    """One withdrawal of a consent: of one purpose, or (None) of all; `by_subject`: said once for all consents given so far."""

    at: int
    purpose: str | None
    by_subject: bool
    channel: str | None
    reason: str | None
    recorded: int


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A consent record after ISO/IEC TS 27560: what was granted and withdrawn, and how each purpose stands now."""

    consent_id: str
    states: dict[str, str]
    grants: tuple[Granting, ...]
    withdrawals: tuple[Ending, ...]


class Consents:
    """The consents of a service."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    def new_id(self) -> str:
        """An id for a consent that brought none."""
        return ownids.text(ownids.to_bytes(ownids.mint(np.array([self._service.now()]), np.zeros(1, np.int64)))[0])

    async def grant(self, event: Event) -> tuple[ConsentView, Body]:
        """Record a consent; answers the record and the signed receipt.

        Raises UnknownPurposeError, InvalidIdentifierError and InvalidInputError.
        """
        receipt = await self._receipted(event)
        return await self.show(event.consent or ""), receipt

    async def renew(
        self, consent_id: str, *, expires: int | None = None, notice: str | None = None, evidence: str | None = None
    ) -> tuple[ConsentView, Body]:
        """Grant a consent again from now on, as it was granted last but for what is said. Raises UnknownConsentError."""
        async with self._service.store.reading() as reading:
            grants, _ = await reading.consent_events(await _known(reading, consent_id))
        if not grants:
            raise UnknownConsentError("no consent on record has this id")
        last = grants[-1]
        said: dict[str, Any] = {name: getattr(last, name) for name in _CARRIED}
        said |= {"consent": consent_id, "expires": expires}
        said |= {name: text for name, text in (("notice", notice), ("evidence", evidence)) if text is not None}
        return await self.grant(Event.model_construct(**said))

    async def withdraw(self, event: Event) -> tuple[list[ConsentView], Body]:
        """Withdraw a consent, or one purpose in all that a subject gave; answers the records and the signed receipt.

        What the consents alone held together is apart when the answer comes. Raises UnknownConsentError; and
        PurposeNotAllowedError where a consent is for a purpose that the caller may not name.
        """
        if isinstance(event.withdraw, str):
            async with self._service.store.reading() as reading:
                grants, _ = await reading.consent_events(await _known(reading, event.withdraw))
            self._service.hold_to(purpose for grant in grants for purpose in grant.purposes)
        receipt = await self._receipted(event)
        named: list[str] = next(deed["consents"] for deed in receipt["receipt"]["deeds"])
        async with self._service.store.reading() as reading:
            return await self._views(reading, await reading.consent_handles(named)), receipt

    async def receipt(self, consent_id: str) -> tuple[ConsentView, Body]:
        """A signed receipt for a consent as it was granted last: one that came with others in a batch has none of its own.

        Raises UnknownConsentError; and PurposeNotAllowedError where it is for a purpose that the caller may not name.
        """
        async with self._service.store.reading() as reading:
            grants, _ = await reading.consent_events(await _known(reading, consent_id))
        if not grants:
            raise UnknownConsentError("no consent on record has this id")
        last = grants[-1]
        self._service.hold_to(last.purposes)
        subject = np.array([last.subject or 0], np.int64)
        filed = await self._service.account("consent receipt", consent_deed(last), subject[subject > 0])
        return await self.show(consent_id), await self._service.receipts.get(filed)

    async def show(self, consent_id: str) -> ConsentView:
        """A consent record. Raises UnknownConsentError."""
        async with self._service.store.reading() as reading:
            found = await self._views(reading, await _known(reading, consent_id))
        if not found:
            raise UnknownConsentError("no consent on record has this id")
        return found[0]

    async def of(self, subject: str) -> list[ConsentView]:
        """The consents that an identifier gave, the eldest first. Raises InvalidIdentifierError."""
        key = self._service.key_of(subject)
        async with self._service.store.reading() as reading:
            handles = await reading.handles([key]) if key else np.zeros(1, np.int64)
            return await self.given_by(reading, handles.tolist())

    async def given_by(self, reading: Reading, handles: Sequence[int]) -> list[ConsentView]:
        """The consents that identifiers gave, by handle."""
        return await self._views(reading, await reading.given_by(np.array(sorted(handles), np.int64)))

    async def _receipted(self, event: Event) -> Body:
        receipt = await self._service.record([event], strict=True)
        if receipt.receipt_id is None:
            raise InvalidInputError("neither a consent nor a withdrawal")
        return await self._service.receipts.get(receipt.receipt_id)

    async def _views(self, reading: Reading, consents: Sequence[int]) -> list[ConsentView]:
        grants, ends = await reading.consent_events(consents)
        records = await reading.consents(consents)
        subjects = {grant.subject for grant in grants if grant.subject is not None}
        masks = await reading.masks(np.array(sorted(subjects), np.int64))
        now = max(self._service.now(), (await reading.clock())[0])
        by_consent: dict[int, list[Granted]] = {}
        for grant in grants:
            by_consent.setdefault(grant.consent, []).append(grant)
        return [_view(held, ends, records[consent], masks, now) for consent, held in by_consent.items()]


_CARRIED: Final = (
    "purposes",
    "notice",
    "basis",
    "evidence",
    "channel",
    "in_exchange_for",
    "controller",
    "jurisdiction",
    "language",
)
"""What a renewal takes over from the grant before."""


async def _known(reading: Reading, consent_id: str) -> list[int]:
    return [handle for handle in await reading.consent_handles([consent_id]) if handle]


def _view(
    grants: Sequence[Granted], ends: Iterable[Withdrawn], record: ConsentRecord, masks: dict[int, str], now: int
) -> ConsentView:
    consent, subjects = grants[0].consent, {grant.subject for grant in grants}
    purposes = dict.fromkeys(purpose for grant in grants for purpose in grant.purposes)
    mine = [end for end in ends if end.consent == consent or (end.consent is None and end.subject in subjects)]
    return ConsentView(
        grants[0].consent_id,
        {purpose: _STATES[record.standing(purpose, now)] for purpose in purposes},
        tuple(_granting(grant, masks) for grant in grants),
        tuple(Ending(e.at, e.purpose, e.consent is None, e.channel, e.reason, e.recorded) for e in mine),
    )


def _granting(grant: Granted, masks: dict[int, str]) -> Granting:
    said: dict[str, Any] = {known.name: getattr(grant, known.name) for known in fields(Granting)}
    said["subject"] = None if grant.subject is None else masks.get(grant.subject)
    return Granting(**said)
