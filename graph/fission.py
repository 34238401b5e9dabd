"""The referral network of a service: who brought whom, and what the last scoring says of it. Computes no score."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from graph.gathering import distinct, isin
from graph.growth import Growth, Person, ReferrerPage, Summary, Tree
from graph.network import Network, read_network
from graph.on_record import answered_for, carrier, part_of_handle
from graph.stores.scored import Among, StoredScoring
from graph.tables import Ints
from graph.touched import Part, read_part

if TYPE_CHECKING:
    from graph.service import Service


class Fission:
    """Referrals and their scoring, in a service."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    async def network(self, purpose: str | None = None, as_of: int | None = None) -> Network:
        """Who brought whom under a purpose, by what was told up to a time, as the people they are today. For jobs: it is long."""
        service, name = self._service, self._service.asked(purpose, 0)
        while await service.sweep_due():
            pass
        async with service.store.reading() as reading:
            clock, _ = await reading.clock()
            return await read_network(reading, service.policy, name, max(service.now(), clock) if as_of is None else as_of)

    async def places(self, network: Network, names: Sequence[str]) -> Ints:
        """Where the people of some identifiers stand in a network, -1 for whom it doesn't have.

        Raises InvalidIdentifierError and UndeclaredNamespaceError.
        """
        handles = np.array(await self._service.handles(names), np.int64)
        async with self._service.store.reading() as reading:
            members = await reading.members(network.purpose, distinct(handles))
        leader: Ints = np.append(members.leader, 0)[np.searchsorted(members.ids, handles)]
        known = isin(handles, members.ids) & isin(leader, network.persons)
        return np.where(known, np.searchsorted(network.persons, leader), -1)

    async def part(self, since: StoredScoring, stamp: int, most: int) -> Part | None:
        """The part of a network that was touched since a scoring that saw all up to a stamp, with what that held of it.

        None where it has more than `most` people, and where only the whole network can tell what changed.
        """
        service = self._service
        async with service.store.reading() as reading:
            clock, _ = await reading.clock()
            as_of = max(service.now(), clock)
            return await read_part(reading, service.policy, since.purpose, (since, stamp), as_of, most)

    async def summary(self, purpose: str | None = None) -> Summary:
        """The last scoring of a purpose as a whole. Raises NotScoredError where there is none."""
        async with self._service.store.reading() as reading:
            return (await Growth.of(reading, self._service.asked(purpose, 0))).summary()

    async def people(self, purpose: str | None = None) -> tuple[dict[int, Person], dict[int, Person]]:
        """Whom the summary of the last scoring tells of: persons by handle, and single identifiers by handle."""
        async with self._service.store.reading() as reading:
            return await (await Growth.of(reading, self._service.asked(purpose, 0))).people()

    async def top(
        self,
        purpose: str | None = None,
        *,
        metric: str = "will_refer",
        among: Among | None = None,
        cursor: str | None = None,
        limit: int = 20,
    ) -> ReferrerPage:
        """Who brings people, by the last scoring. Raises NotScoredError, and StaleCursorError for a page of an earlier one."""
        async with self._service.store.reading() as reading:
            growth = await Growth.of(reading, self._service.asked(purpose, limit))
            return await growth.page(metric, among or Among(), cursor, limit)

    async def tree(self, root_id: str, purpose: str | None = None, *, depth: int = 6, size: int = 200) -> Tree:
        """Whom the person of a root-ID (also a former one) brought, and those below, by the last scoring.

        Raises UnknownRootError, GoneRootError and NotScoredError.
        """
        async with self._service.store.reading() as reading:
            name, handle = await carrier(reading, root_id, purpose)
            self._service.asked(name)
            answered_for(handle)
            part = await part_of_handle(reading, name, handle)
            return await (await Growth.of(reading, name)).tree(part.ids, depth=depth, size=size)
