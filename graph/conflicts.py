"""The conflict queue: links that rules refused, for a human to decide; deciding takes them out. Holds no rule of its own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from graph import ownids
from graph.errors import InvalidDecisionError, UnknownRootError
from graph.model import Decision, Identifier, Kind
from graph.plain import verdict_of
from graph.receipts import Body
from graph.stores.columns import Description

if TYPE_CHECKING:
    from graph.service import Service

REASONS: Final = ("unique", "limit", "attribute", "max_size")
"""Why a link waits for a human; what a decision refused is decided, and a device of somebody else is no conflict."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A refused link: its ends by own id and mask, why it was refused, what it clashed with, and the evidence for it."""

    a: str
    b: str
    a_mask: str
    b_mask: str
    reason: str
    clash: tuple[str, str] | None
    first_seen: int
    last_seen: int
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some conflicts; `cursor` is where the next page begins, None for no more."""

    purpose: str
    conflicts: tuple[Conflict, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value that stands alone since too many people have it: how many identifiers it was seen with, and what can be done."""

    own_id: str
    identifier: str
    what: str
    linked: int
    first_seen: int
    last_seen: int
    advice: str


_ADVICE: Final = {
    1: "It joins nobody while more people have it than max_holders allows. To accept that, do nothing. No decision makes it "
    "somebody's: raise max_holders in the policy, or close the links that were wrong.",
    2: "It joins nobody while as many people use it as shared_after says. To accept that, do nothing. No decision makes it "
    "somebody's: raise shared_after in the policy, or close the links that were wrong.",
}


class Conflicts:
    """The queue of a service."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    async def waiting(self, purpose: str | None = None, cursor: str | None = None, limit: int = 100) -> Page:
        """Conflicts under a purpose (the policy's first, if none is named). Raises UnknownRootError for what is no cursor."""
        name = purpose or next(iter(self._service.policy.purposes))
        self._service.hold_to([name])
        async with self._service.store.reading() as reading:
            after = (0, 0)
            if cursor is not None:
                ends = [await reading.carrier(ownids.parse(one)) for one in cursor.partition("/")[::2]]
                handles = [0 if end is None else end[1] for end in ends]
                after = handles[0], handles[1]
            found = await reading.refused(name, REASONS, after, limit + 1)
            named = [end for f in found for end in (f.a, f.b, *(f.clash or ()))]
            ids = np.unique(np.array(named, np.int64))
            known = {d.handle: d for d in await reading.describe(name, ids)}
            masks = await reading.masks(ids)
            pieces = await reading.pieces(np.unique(np.array([f.a for f in found], np.int64)))
        shown: list[Conflict] = []
        for f in found[:limit]:
            seen = pieces[(pieces.a == f.a) & (pieces.b == f.b) & ~pieces.closed]
            shown.append(
                Conflict(
                    ownids.text(known[f.a].own),
                    ownids.text(known[f.b].own),
                    masks[f.a],
                    masks[f.b],
                    f.reason or "",
                    None if f.clash is None else (masks[f.clash[0]], masks[f.clash[1]]),
                    int(seen.first.min()) if len(seen) else 0,
                    int(seen.last.max()) if len(seen) else 0,
                    int(seen.count.sum()),
                )
            )
        more = f"{shown[-1].a}/{shown[-1].b}" if len(found) > limit else None
        return Page(name, tuple(shown), more)

    async def proposed(self, purpose: str | None = None, limit: int = 100) -> tuple[str, int, tuple[Proposal, ...]]:
        """The purpose, how many mass values and shared devices there are under it, and the most linked of them.

        Raises UnknownPurposeError, and PurposeNotAllowedError.
        """
        name = self._service.asked(purpose)
        async with self._service.store.reading() as reading:
            alone = await reading.alone(name)
            ids = alone.ids[:limit]
            known = {one.handle: one for one in await reading.describe(name, np.sort(ids))}
            masks = await reading.masks(np.sort(ids))
        return (
            name,
            len(alone),
            tuple(
                Proposal(
                    ownids.text(known[handle].own),
                    masks[handle],
                    verdict_of(settled).value,
                    linked,
                    known[handle].first_seen,
                    known[handle].last_seen,
                    _ADVICE[settled],
                )
                for handle, settled, linked in zip(ids.tolist(), alone.settled.tolist(), alone.linked.tolist(), strict=False)
            ),
        )

    async def decide(
        self, a: str, b: str, ruling: Literal["same_person", "never_link"], by: str, reason: str | None, basis: str | None
    ) -> Body:
        """Rule on two identifiers by their own ids: they are one person, or never are. Answers the signed receipt.

        Raises UnknownRootError and InvalidDecisionError.
        """
        self._service.hold_to(self._service.policy.purposes)
        async with self._service.store.reading() as reading:
            carried = [await reading.carrier(ownids.parse(own)) for own in (a, b)]
            handles = [found[1] for found in carried if found is not None]
            if len(handles) < 2 or not all(handles):
                raise UnknownRootError("no identifier on record carries this id")
            purpose = next(found[0] for found in carried if found is not None)
            known = await reading.describe(purpose, np.unique(np.array(handles, np.int64)))
        if len(known) < 2:
            raise InvalidDecisionError("a decision is on two identifiers")
        kinds = {self._service.policy.space(one.namespace).kind for one in known}
        if ruling == "same_person" and kinds != {Kind.PERSON}:
            raise InvalidDecisionError("same_person is on two persons; a device or an attribute is none")
        first, second = (_identifier(one) for one in known)
        fact = Decision(ruling, first, second, self._service.now(), by, reason, None, basis)
        receipt = await self._service.rule(fact, known[0].handle, known[1].handle)
        return await self._service.receipts.get(receipt)


def _identifier(known: Description) -> Identifier:
    """An identifier that is known by its handle: nobody has its value."""
    return Identifier(known.namespace, known.scope, "", known.mask)
