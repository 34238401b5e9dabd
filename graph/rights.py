"""What a person may ask for: access, export, correction, erasure, opting out. Tells nothing of anybody else. Holds no rule.

Who a person is, is asked under each purpose by itself: what was seen together for one purpose is not told for another.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from graph import instants, ownids
from graph.consents import ConsentView
from graph.errors import UnknownIdentifierError
from graph.events import Event
from graph.evidence import Seen
from graph.model import Kind
from graph.on_record import PartOnRecord, part_of_handle
from graph.receipts import Body, Deed
from graph.stores.protocol import Reading

if TYPE_CHECKING:
    from graph.service import Service

Bundle = dict[str, Any]
"""What is on record of a person, as JSON values: times in ISO 8601, identifiers by their masks."""

ELSEWHERE: Final = "another person"
"""Stands for an identifier that is not the person's own."""


class Rights:
    """The rights of persons, in a service."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    async def access(self, name: str) -> tuple[Bundle, Body]:
        """What is on record of the person that an identifier stands for; with a signed receipt that it was told.

        Raises UnknownIdentifierError and InvalidIdentifierError.
        """
        return await self._told(name, "access", whole=False)

    async def export(self, name: str) -> tuple[Bundle, Body]:
        """The same with every single sighting, for the person to take elsewhere."""
        return await self._told(name, "export", whole=True)

    async def correct(self, a: str, b: str | None, by: str, reason: str | None = None) -> Body:
        """End what links an identifier to another, or to all: it is not, or no longer, this person's."""
        ends: Any = a if b is None else (a, b)
        return await self._service.decisions.take(Event.model_construct(close=ends, by=by, reason=reason))

    async def erase(self, name: str, *, whole_person: bool = True) -> Body:
        """Erase an identifier, or all that is the same person under any purpose; the receipt holds no personal data."""
        return await self._recorded(Event(erase_person=name) if whole_person else Event(erase=name))

    async def opt_out(self, name: str, *, back: bool = False) -> Body:
        """No scoring of this person from now on; `back` takes that back."""
        return await self._recorded(Event(opt_in=name) if back else Event(opt_out=name))

    async def _recorded(self, event: Event) -> Body:
        self._service.hold_to(self._service.policy.purposes)
        receipt = await self._service.record([event], strict=True)
        return await self._service.receipts.get(receipt.receipt_id or "")

    async def _told(self, name: str, what: str, *, whole: bool) -> tuple[Bundle, Body]:
        purposes = self._service.policy.purposes
        self._service.hold_to(purposes)
        (handle,) = await self._service.handles([name])
        if not handle:
            raise UnknownIdentifierError("the identifier is not on record")
        async with self._service.store.reading() as reading:
            parts = [await part_of_handle(reading, purpose, handle) for purpose in purposes]
            own = np.unique(np.concatenate([part.ids for part in parts]))
            bundle: Bundle = {
                "at": instants.text(self._service.now()),
                "policy": self._service.policy.version,
                "purposes": {part.purpose: await self._part(reading, part, whole=whole) for part in parts},
                "consents": [_consent(view) for view in await self._service.consents.given_by(reading, own.tolist())],
                "told": dict(await reading.told_of(own)),
                "receipts": [_receipt(body) for body in await reading.receipts(own)],
            }
        receipt = await self._service.account(what, Deed(what), own)
        return bundle, await self._service.receipts.get(receipt)

    async def _part(self, reading: Reading, part: PartOnRecord, *, whole: bool) -> Bundle:
        described = await reading.describe(part.purpose, part.ids)
        masks = await reading.masks(part.ids)
        kinds = {d.handle: self._service.policy.space(d.namespace).kind for d in described}
        persons = {handle for handle, kind in kinds.items() if kind is Kind.PERSON}
        seen = _own(await reading.seen(part.ids, instants.LATEST, instants.LATEST), persons, set(part.ids.tolist()))
        decided = await reading.decided(part.ids)
        leader = next((ownids.text(d.own) for d in described if d.handle == part.leader), None)
        bundle: Bundle = {
            "root_id": leader,
            "identifiers": [
                {
                    "own_id": ownids.text(d.own),
                    "identifier": masks[d.handle],
                    "kind": kinds[d.handle].value,
                    "first_seen": instants.text(d.first_seen),
                    "last_seen": instants.text(d.last_seen),
                }
                for d in described
            ],
            "sources": _sources(seen),
            "decisions": [
                {
                    "ruling": one.ruling,
                    "identifiers": [masks.get(end, ELSEWHERE) for end in (one.a, one.b) if end is not None],
                    "at": instants.text(one.at),
                }
                for one in decided
            ],
        }
        if whole:
            bundle["sightings"] = [
                {
                    "at": instants.text(one.at),
                    "source": one.source,
                    "see": [masks[member] for member in one.members if member in masks],
                    "basis": one.basis,
                }
                for one in seen
            ]
        return bundle


def _own(seen: Sequence[Seen], persons: set[int], part: set[int]) -> list[Seen]:
    """Sightings of the person: not those of somebody else on a device that is this person's now."""
    return [one for one in seen if not persons.isdisjoint(one.members) or part.issuperset(one.members)]


def _sources(seen: Sequence[Seen]) -> list[Bundle]:
    found: dict[str, list[int]] = {}
    for one in seen:
        found.setdefault(one.source, []).append(one.at)
    return [
        {"source": source, "sightings": len(at), "first": instants.text(min(at)), "last": instants.text(max(at))}
        for source, at in sorted(found.items())
    ]


def _consent(view: ConsentView) -> Bundle:
    return {
        "consent": view.consent_id,
        "states": view.states,
        "grants": [
            {
                "at": instants.text(grant.at),
                "expires": None if grant.expires is None else instants.text(grant.expires),
                "purposes": list(grant.purposes),
                "notice": grant.notice,
                "channel": grant.channel,
                "in_exchange_for": grant.in_exchange_for,
                "evidence": grant.evidence,
            }
            for grant in view.grants
        ],
        "withdrawals": [{"at": instants.text(ending.at), "purpose": ending.purpose} for ending in view.withdrawals],
    }


def _receipt(body: bytes) -> Bundle:
    said = orjson.loads(body)["receipt"]
    return {"id": said["id"], "at": said["at"], "deeds": [deed["what"] for deed in said["deeds"]]}
