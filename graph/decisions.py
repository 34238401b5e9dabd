"""Decisions and closes as people take them: signed, dated, reversible, each with a receipt. Holds no rule of what they do."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graph import ownids
from graph.events import Event
from graph.on_record import part_of_id
from graph.receipts import Body
from graph.stores.accounts import Decided

if TYPE_CHECKING:
    from graph.service import Service


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What a human ruled on a pair, or closed (`b` is None: all links of `a`); ends are masks, `own_ids` those they carry."""

    ruling: str
    a: str
    b: str | None
    own_ids: tuple[str, ...]
    at: int
    by: str | None
    reason: str | None
    source: str | None
    recorded: int


class Decisions:
    """The decisions of a service."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    async def take(self, event: Event) -> Body:
        """Record a decision or a close, which hold for every purpose; answers the signed receipt.

        Raises InvalidDecisionError and InvalidIdentifierError; and PurposeNotAllowedError for a caller of some purposes only.
        """
        self._service.hold_to(self._service.policy.purposes)
        receipt = await self._service.record([event], strict=True)
        return await self._service.receipts.get(receipt.receipt_id or "")

    async def on(self, root_id: str) -> list[DecisionView]:
        """Every decision and close that names a member of the part, in the order of recording. Raises UnknownRootError."""
        async with self._service.store.reading() as reading:
            part = await part_of_id(reading, root_id)
            self._service.hold_to([part.purpose])
            found = await reading.decided(part.ids)
            ends = np.unique(np.array([end for d in found for end in (d.a, d.b) if end is not None], np.int64))
            masks = await reading.masks(ends)
            members = await reading.members(part.purpose, ends)
        own = dict(zip(members.ids.tolist(), map(ownids.text, ownids.to_bytes(members.own)), strict=True))
        return [_view(decided, masks, own) for decided in found]


def _view(decided: Decided, masks: dict[int, str], own: dict[int, str]) -> DecisionView:
    ends = [end for end in (decided.a, decided.b) if end is not None]
    named: list[Any] = [masks[end] for end in ends]
    return DecisionView(
        decided.ruling,
        named[0],
        named[1] if len(named) > 1 else None,
        tuple(own[end] for end in ends if end in own),
        decided.at,
        decided.by,
        decided.reason,
        decided.source,
        decided.recorded,
    )
