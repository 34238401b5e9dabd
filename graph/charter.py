"""The use cases of a store's policy: how far it has come, what another one would do, and putting the store under it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph import adopting
from graph import policy as policies
from graph.errors import InvalidInputError, PolicyChangedError
from graph.policy import Policy
from graph.retrying import again_if_interrupted
from graph.stores.columns import Changing
from graph.stores.protocol import Writing
from graph.tally import Tally
from graph.trials import Trial, WhatIf

if TYPE_CHECKING:
    from graph.service import Service


@dataclass(frozen=True, slots=True)
class Course:
    """The policy on record, and how much of what is on record has come to it: `done` of `total`, equal where all has."""

    policy: Policy
    done: int
    total: int

    @property
    def changing(self) -> bool:
        """Whether some of what is on record is by a former policy still."""
        return self.done < self.total


def _course(policy: Policy, changing: Changing | None, newest: int) -> Course:
    """Where evidence is folded anew first, everybody is come to twice."""
    if changing is None:
        return Course(policy, newest, newest)
    return Course(policy, changing.upto, newest * 2) if changing.folding else Course(policy, changing.upto, newest)


class Charter:
    """The policy of one store."""

    def __init__(self, service: "Service") -> None:
        self._service = service
        self._store, self._keyring = service.store, service.keying.keyring

    async def standing(self) -> Course:
        """The policy in force, and how far a change to it has come."""
        await self._service.follow_policy()
        async with self._store.reading() as reading:
            return _course(self._service.policy, await reading.changing(), await reading.newest())

    async def try_out(self, new: Policy, *, most: int | None = None) -> WhatIf:
        """What putting the store under another policy would merge, split and refuse. Nothing is changed; writers wait meanwhile.

        Time and memory follow the size of the store. Raises InvalidInputError for a change that what is on record can't follow,
        and for a store of more than so many identifiers, where `most` says so.
        """
        if most is not None and (count := (await self.standing()).total) > most:
            raise InvalidInputError(f"a store of {count:,} identifiers is too large to try that while a caller waits")

        async def work(attempt: Trial) -> None:
            await attempt.policy(new)

        return await self._service.try_out(work)

    async def begin(self, new: Policy) -> Course:
        """Put another policy on record: from now on everything is read and recorded by it.

        What is on record follows in steps; where it is the policy on record already, what was begun goes on. Raises
        InvalidInputError for a change that what is on record can't follow.
        """
        standing = await self._service.aside(self._begin(new))
        await self._service.follow_policy(now=True)
        return standing

    @again_if_interrupted
    async def _begin(self, new: Policy) -> Course:
        async with self._store.writing() as tx:
            old = await self._on_record(tx)
            if old.version != new.version:
                await adopting.begin(tx, self._keyring, old, new, self._service.now())
            return _course(new, await tx.changing(), await tx.newest())

    async def step(self, most: int = adopting.STEP) -> Tally | None:
        """Let the next identifiers follow the policy; None where all of them have. What it changed is in the feed."""
        return await self._service.recorded(lambda: self._service.aside(self._step(most)))

    @again_if_interrupted
    async def _step(self, most: int) -> Tally | None:
        async with self._store.writing() as tx:
            policy = self._service.policy
            if (await self._on_record(tx)).version != policy.version:
                raise PolicyChangedError("the store was put under another policy meanwhile")
            return await adopting.step(tx, self._keyring, policy, self._service.now(), most)

    async def follow(self, most: int) -> bool:
        """Take up the policy on record, and do a step where a change to it is under way; answers whether there may be more."""
        await self._service.follow_policy()
        if not self._service.policy_changes:
            return False
        if await self.step(most) is None:
            await self._service.follow_policy(now=True)
        return self._service.policy_changes

    async def apply(self, new: Policy, most: int = adopting.STEP) -> Tally:
        """Put the store under another policy, and do all steps: for small stores and tests."""
        await self.begin(new)
        total = Tally()
        while (done := await self.step(most)) is not None:
            total.add(done)
        return total

    async def _on_record(self, tx: Writing) -> Policy:
        held = await tx.charter(self._keyring.fingerprint)
        return policies.from_json(held) if held else self._service.policy
