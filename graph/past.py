"""Asks about any time: who somebody was, what was known of it, who was on a device. Holds no rule: traces and names."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from graph import explaining, ownids
from graph.answers import Answer, LinkView, Member, OnDevice, RootView
from graph.asking import answer
from graph.errors import InvalidInputError, UnknownRootError
from graph.evidence import Link, Pair, Usability, Verdict
from graph.instants import LATEST
from graph.model import Kind
from graph.names import Named
from graph.on_record import answered_for, carrier
from graph.stores.columns import Description, Found
from graph.stores.protocol import Reading
from graph.tracing import Traced, Tracing, When

if TYPE_CHECKING:
    from graph.service import Service

_SETTLED = {Verdict.MASS_VALUE: 1, Verdict.SHARED: 2}


class Past:
    """The service at a time. Root-IDs are the own ids of the leaders of then, as they are carried today.

    `as_of`: up to which event time (None: now). `known_at`: up to which moment of recording (None: all).
    """

    def __init__(self, service: "Service", as_of: int | None = None, known_at: int | None = None) -> None:
        self._service, self._policy = service, service.policy
        self._as_of, self._known_at = as_of, known_at

    async def when(self, reading: Reading) -> When:
        """The time asked for; where none is, that of the state on record."""
        clock, _ = await reading.clock()
        as_of = max(self._service.now(), clock) if self._as_of is None else self._as_of
        return When(as_of, LATEST if self._known_at is None else self._known_at)

    async def lookup(self, groups: Sequence[Sequence[str]], purpose: str | None = None) -> list[Answer]:
        """Who each group of identifiers was, in the same order."""
        name = self._service.asked(purpose, len(groups))
        names = self._service.names
        read = [[names.read(text) for text in group] for group in groups]
        keys = [one.key for group in read for one in group if isinstance(one, Named)]
        async with self._service.store.reading() as reading:
            handles = await reading.handles(keys)
            traced = await Tracing(reading, self._policy, name, await self.when(reading)).trace(handles[handles > 0].tolist())
            shown = await self.described(reading, name, handles[handles > 0].tolist())
        found = iter([self._found(traced, shown, handle) for handle in handles.tolist()])
        return [answer(group, found) for group in read]

    def _found(self, traced: Traced, shown: Mapping[int, Description], handle: int) -> Found | None:
        if handle not in traced.case.nodes or handle not in shown:
            return None
        known, part = shown[handle], traced.part(handle)
        settled = _SETTLED.get(traced.resolution.settled.get(handle, Verdict.ACCEPTED), 0)
        root = traced.own[explaining.leader(self._policy, traced, part)] if part else None
        return Found(ownids.text(known.own), None if root is None else ownids.text(root), known.mask, settled)

    async def root(self, root_id: str, purpose: str | None = None) -> RootView:
        """The part that an id answered with. Raises UnknownRootError also where nobody had named the identifier by then."""
        async with self._service.store.reading() as reading:
            name, handle = await carrier(reading, root_id, purpose)
            self._service.asked(name)
            answered_for(handle)
            when = await self.when(reading)
            traced = await Tracing(reading, self._policy, name, when).trace([handle])
            part = traced.part(handle) or frozenset({handle})
            if handle not in traced.case.nodes:
                raise UnknownRootError("nobody had named the identifier that carries this id by then")
            pairs = [pair for pair in traced.resolution.findings if not part.isdisjoint(pair)]
            shown = await self.described(reading, name, {*part, *(end for pair in pairs for end in pair)})
        head = explaining.leader(self._policy, traced, part)
        usability = Usability(self._policy, traced.case.consents, name, when.as_of)
        members = [self._member(traced, shown[handle], leads=handle == head) for handle in part]
        members.sort(key=lambda m: (not m.leader, m.kind != "person", self._policy.space(m.namespace).rank, m.own_id))
        links = [self._link(traced, usability, shown, pair) for pair in sorted(pairs)]
        return RootView(ownids.text(traced.own[head]), name, self._policy.version, members, links)

    def _member(self, traced: Traced, known: Description, *, leads: bool) -> Member:
        times = traced.seen_at(known.handle)
        kind = self._policy.space(known.namespace).kind.value
        own = ownids.text(known.own)
        return Member(own, known.namespace, known.scope, known.mask, kind, min(times), max(times), leads)

    def _link(self, traced: Traced, usability: Usability, shown: Mapping[int, Description], pair: Pair) -> LinkView:
        finding = traced.resolution.findings[pair]
        held = traced.resolution.accepted.get(pair)
        pieces = explaining.pieces_of(traced, usability, pair)
        first = min((piece.first for piece in pieces), default=0)
        last, count = max((piece.last for piece in pieces), default=0), len(pieces)
        if isinstance(held, Link):
            first, last, count = held.first, held.last, held.count
        elif held is not None and not pieces:
            first = last = held.at
        reason = finding.reason.value if finding.reason else None
        a, b = (ownids.text(shown[end].own) for end in pair)
        return LinkView(a, b, finding.verdict.value, reason, first, last, count)

    async def on_device(self, device: str, at: int, purpose: str | None = None) -> OnDevice:
        """Who was on a device at a time.

        Proven is the person seen with it at that very time, or up to `session_window` before; of several the last one seen,
        then the stronger. Otherwise it is the device's root of then, by last login. Raises InvalidInputError for what is no
        device.
        """
        name = self._service.asked(purpose)
        identifier = self._service.identifier(device)
        if self._policy.space(identifier.namespace).kind is not Kind.DEVICE:
            raise InvalidInputError(f"{identifier.namespace} is no namespace of devices")
        async with self._service.store.reading() as reading:
            handle = int((await reading.handles([self._service.key(identifier)]))[0])
            tracing = Tracing(reading, self._policy, name, When(at, (await self.when(reading)).known_at))
            traced = await tracing.trace([handle] if handle else [])
            if handle not in traced.case.nodes:
                return OnDevice("unknown", None, None, proven=False, seen=None)
            seen = self._seen_on(traced, Usability(self._policy, traced.case.consents, name, at), handle, at)
            if seen is not None:
                traced = await tracing.trace([seen[0]])
        whom = handle if seen is None else seen[0]
        root = ownids.text(traced.own[explaining.leader(self._policy, traced, traced.part(whom))])
        own = ownids.text(traced.own[whom])
        if seen is not None:
            return OnDevice("resolved", root, own, proven=True, seen=seen[1])
        status = "shared" if handle in traced.resolution.settled else "resolved"
        return OnDevice(status, root, own, proven=False, seen=None)

    def _seen_on(self, traced: Traced, usability: Usability, device: int, at: int) -> tuple[int, int] | None:
        """The person seen with a device then or shortly before, and when."""
        found: list[tuple[int, tuple[bool, bool, int, bytes], int]] = []
        for piece in traced.case.pieces:
            if device not in (piece.a, piece.b) or usability.piece(piece) is not Verdict.ACCEPTED:
                continue
            other = piece.b if piece.a == device else piece.a
            person = self._policy.space(traced.case.nodes[other].namespace).kind is Kind.PERSON
            if person and at - (self._policy.session_window or 0) <= piece.last <= at:
                found.append((-piece.last, explaining.strength(self._policy, traced, other), other))
        return None if not found else (min(found)[2], -min(found)[0])

    async def described(self, reading: Reading, purpose: str, handles: Iterable[int]) -> dict[int, Description]:
        """What people may see of identifiers."""
        wanted = np.array(sorted(set(handles)), np.int64)
        return {known.handle: known for known in await reading.describe(purpose, wanted)}
