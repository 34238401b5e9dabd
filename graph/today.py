"""Asks about today: who somebody is, what hangs together with an id. Holds no rule, writes nothing.

No answer rests on a link that has expired, also where nobody has swept yet.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from graph import ownids
from graph.answers import Answer, LinkView, Member, RootView
from graph.asking import answer
from graph.names import Named
from graph.on_record import answered_for, carrier, part_of_handle
from graph.present import Present
from graph.stores.columns import Description, Found
from graph.stores.protocol import Reading
from graph.tables import Ints
from graph.views import link_views

if TYPE_CHECKING:
    from graph.service import Service


class Today:
    """The service as it is now."""

    def __init__(self, service: "Service") -> None:
        self._service, self._policy = service, service.policy

    async def lookup(self, groups: Sequence[Sequence[str]], purpose: str | None = None) -> list[Answer]:
        """Who each group of identifiers is, in the same order."""
        service = self._service
        name = service.asked(purpose, len(groups))
        names = service.names
        read = [[names.read(text) for text in group] for group in groups]
        keys = [one.key for group in read for one in group if isinstance(one, Named)]
        found = (await service.store.lookup(name, keys)).found
        if await service.store.overdue(service.now()):
            found = await self._unswept(name, keys, found)
        held = iter(found)
        return [answer(group, held) for group in read]

    async def _unswept(self, purpose: str, keys: Sequence[bytes], found: Sequence[Found | None]) -> list[Found | None]:
        """What was found, as it is without the links that have expired since the last sweep.

        Nothing is written, so nobody waits for a writer. Whether a mass value or shared device beside the part is still one, is
        left to the sweep.
        """
        async with self._service.store.reading() as reading:
            handles = [handle if hit else 0 for handle, hit in zip((await reading.handles(keys)).tolist(), found, strict=True)]
            asked = np.unique(np.array([handle for handle in handles if handle], np.int64))
            present = await self._around(reading, purpose, asked)
            leaders = {handle: present.leader(handle) for handle in asked.tolist()}
            members = await reading.members(purpose, np.unique(np.array([n for n in leaders.values() if n], np.int64)))
        own = dict(zip(members.ids.tolist(), map(ownids.text, ownids.to_bytes(members.own)), strict=True))
        return [
            hit._replace(root=own.get(leaders[handle]), settled=present.settled(handle)) if hit and handle else None
            for handle, hit in zip(handles, found, strict=True)
        ]

    async def _around(self, reading: Reading, purpose: str, ids: Ints) -> Present:
        clock, _ = await reading.clock()
        places = dict(await reading.places())
        return await Present.around(reading, self._policy, places, purpose, max(self._service.now(), clock), ids)

    async def root(self, root_id: str, purpose: str | None = None) -> RootView:
        """The part that an id answers with. Raises UnknownRootError and GoneRootError."""
        async with self._service.store.reading() as reading:
            name, handle = await carrier(reading, root_id, purpose)
            self._service.asked(name)
            answered_for(handle)
            present = await self._around(reading, name, np.array([handle], np.int64))
            leader, part = present.leader(handle) or handle, present.part(handle)
            views = link_views(present.rules, present.now, present.resolved, part)
            wanted = np.unique(np.r_[part, [end for view in views for end in view[0]]]).astype(np.int64)
            known = {d.handle: d for d in await reading.describe(name, wanted)}
        members = [self._member(known[handle], leads=handle == leader) for handle in part.tolist()]
        members.sort(key=lambda m: (not m.leader, m.kind != "person", self._policy.space(m.namespace).rank, m.own_id))
        links = [
            LinkView(ownids.text(known[a].own), ownids.text(known[b].own), verdict, reason, first, last, count)
            for (a, b), verdict, reason, first, last, count in views
        ]
        return RootView(ownids.text(known[leader].own), name, self._policy.version, members, links)

    def _member(self, known: Description, *, leads: bool) -> Member:
        kind, own = self._policy.space(known.namespace).kind.value, ownids.text(known.own)
        return Member(own, known.namespace, known.scope, known.mask, kind, known.first_seen, known.last_seen, leads)

    async def root_of(self, own_id: str) -> tuple[str, str | None]:
        """Purpose and root-ID of an own id; None where it was erased and nobody answers for it. Raises UnknownRootError."""
        async with self._service.store.reading() as reading:
            purpose, handle = await carrier(reading, own_id)
            self._service.hold_to([purpose])
            if not handle:
                return purpose, None
            part = await part_of_handle(reading, purpose, handle)
            members = await reading.members(purpose, np.array([part.leader or handle], np.int64))
        return purpose, ownids.text(ownids.to_bytes(members.own)[0])
