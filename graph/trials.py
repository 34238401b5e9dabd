"""What if: the ordinary write path in a transaction that never happens, and what it would have changed. Holds no rule."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from graph import adopting, ownids
from graph.answers import Outcome
from graph.events import Event
from graph.explanations import Named
from graph.policy import Policy
from graph.preparing import prepare
from graph.recording import Recorder
from graph.stores.columns import Description, StoredChange
from graph.stores.protocol import Reading, Writing
from graph.tables import Batch, Ints
from graph.tally import Tally

if TYPE_CHECKING:
    from graph.service import Service

MOST_ROOTS: Final = 200
"""How many roots are shown before and after, and how many conflicts of each purpose."""


@dataclass(frozen=True, slots=True)
class Group:
    """A root with those who answer with it."""

    purpose: str
    root_id: str
    members: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A link that would be refused, and is not now; `clash` is the pair that it clashes with."""

    purpose: str
    a: Named
    b: Named
    reason: str
    clash: tuple[Named, Named] | None


@dataclass(frozen=True, slots=True)
class Shift:
    """A record that the change feed would have."""

    purpose: str
    kind: str
    root_id: str | None
    others: tuple[str, ...]


@dataclass(slots=True)
class WhatIf:
    """What would happen. Ids of identifiers that nobody named before are examples: the real ones are made when it happens.

    `before` and `after` show the first of the roots that would change or gain or lose somebody; `affected` counts them as they
    are before and after.
    """

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    recorded: int = 0
    duplicates: int = 0
    rejected: int = 0
    merges: int = 0
    splits: int = 0
    moves: int = 0
    shifts: list[Shift] = field(default_factory=list[Shift])
    conflicts: list[Conflict] = field(default_factory=list[Conflict])
    affected: tuple[int, int] = (0, 0)
    before: list[Group] = field(default_factory=list[Group])
    after: list[Group] = field(default_factory=list[Group])


class Trial:
    """One transaction that never happens."""

    def __init__(self, service: "Service", recorder: Recorder, tx: Writing) -> None:
        self._service, self._recorder, self._tx = service, recorder, tx
        self._policy = service.policy
        self._total = Tally()
        self._answer = WhatIf()
        self._changed: dict[str, Ints] = {}

    async def events(self, events: Sequence[Event]) -> None:
        """Try events of any kind."""
        now = self._service.now()
        prepared = prepare(events, self._service.policy, self._service.keying.keyring, now)
        receipt, tally = await self._recorder.within(self._tx, prepared, now)
        self._answer.outcomes += receipt.outcomes
        for outcome in receipt.outcomes:
            self._count(outcome.status, 1)
        self._total.add(tally)

    async def batch(self, batch: Batch) -> None:
        """Try sightings that were read and keyed."""
        receipt, tally = await self._recorder.batch_within(self._tx, batch, self._service.now())
        self._count("recorded", receipt.recorded)
        self._count("duplicate", receipt.duplicates)
        self._count("rejected", len(receipt.rejections))
        self._total.add(tally)

    async def policy(self, new: Policy) -> None:
        """Try another policy, on all that is on record."""
        keyring, now = self._service.keying.keyring, self._service.now()
        await adopting.begin(self._tx, keyring, self._policy, new, now)
        self._policy = new
        while (tally := await adopting.step(self._tx, keyring, new, now)) is not None:
            self._total.add(tally)

    def refuse(self, count: int) -> None:
        """Count what could not be read."""
        self._count("rejected", count)

    def _count(self, status: str, count: int) -> None:
        self._answer.recorded += count * (status == "recorded")
        self._answer.duplicates += count * (status == "duplicate")
        self._answer.rejected += count * (status == "rejected")

    async def look(self) -> None:
        """See what was tried, while it lasts."""
        answer, total = self._answer, self._total
        may = self._service.may
        answer.merges, answer.splits, answer.moves = total.merges, total.splits, total.moves
        answer.shifts = [_shift(change) for change in total.changes if may(change.purpose)]
        self._changed = {purpose: np.unique(np.concatenate(ids)) for purpose, ids in total.assigned.items() if may(purpose)}
        for purpose, ids in self._changed.items():
            leaders = (await self._tx.members(purpose, ids)).leader
            self._changed[purpose] = np.union1d(ids, leaders[leaders > 0])  # who gains somebody changes, too
        count, answer.after = await self._roots(self._tx)
        answer.affected = 0, count
        answer.conflicts = [conflict for purpose in total.refused if may(purpose) for conflict in await self._conflicts(purpose)]

    async def told(self, committed: Reading) -> WhatIf:
        """What it would do to the state on record."""
        after = self._answer.affected[1]
        count, self._answer.before = await self._roots(committed)
        self._answer.affected = count, after
        return self._answer

    async def _roots(self, reading: Reading) -> tuple[int, list[Group]]:
        """How many roots hold the identifiers that change, and the first of them."""
        count, groups = 0, list[Group]()
        for purpose, ids in self._changed.items():
            leaders = (await reading.members(purpose, ids)).leader
            leaders = np.unique(leaders[leaders > 0])
            count += len(leaders)
            groups += await self._groups(reading, purpose, leaders[: MOST_ROOTS - len(groups)])
        return count, groups

    async def _groups(self, reading: Reading, purpose: str, leaders: Ints) -> list[Group]:
        leader, member, _ = await reading.led(purpose, leaders)
        shown = await self._shown(reading, purpose, member.tolist())
        groups: list[Group] = []
        for head in leaders.tolist():
            mine = sorted(member[leader == head].tolist(), key=lambda handle: (handle != head, handle))
            named = tuple(self._named(shown[handle]) for handle in mine)
            if named:
                groups.append(Group(purpose, named[0].own_id, named))
        return groups

    async def _conflicts(self, purpose: str) -> list[Conflict]:
        found = self._total.refused[purpose][:MOST_ROOTS]
        ends = {end for finding in found for end in (finding.a, finding.b, *(finding.clash or ()))}
        shown = await self._shown(self._tx, purpose, ends)
        conflicts: list[Conflict] = []
        for finding in found:
            a, b = self._named(shown[finding.a]), self._named(shown[finding.b])
            clash = None
            if finding.clash is not None:
                clash = self._named(shown[finding.clash[0]]), self._named(shown[finding.clash[1]])
            conflicts.append(Conflict(purpose, a, b, finding.reason or "", clash))
        return conflicts

    async def _shown(self, reading: Reading, purpose: str, handles: Iterable[int]) -> dict[int, Description]:
        wanted = np.array(sorted(set(handles)), np.int64)
        return {known.handle: known for known in await reading.describe(purpose, wanted)}

    def _named(self, known: Description) -> Named:
        kind = self._policy.space(known.namespace).kind.value
        return Named(ownids.text(known.own), known.namespace, known.scope, known.mask, kind)


def _shift(change: StoredChange) -> Shift:
    return Shift(change.purpose, change.kind, ownids.root_text(change.root), tuple(map(ownids.text, change.others)))


async def try_out(service: "Service", recorder: Recorder, work: Callable[[Trial], Awaitable[None]]) -> WhatIf:
    """Try what `work` does; nothing of it reaches the store. Writers wait meanwhile."""
    async with service.store.trying() as tx:
        attempt = Trial(service, recorder, tx)
        await work(attempt)
        await attempt.look()
    async with service.store.reading() as committed:
        return await attempt.told(committed)
