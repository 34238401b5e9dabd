"""The policy in force, and what reads and records by it. Follows the store where somebody else put it under another policy."""

import logging
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Final, TypeVar

from graph import policy as policies
from graph.errors import PolicyChangedError
from graph.intents import Reader
from graph.keys import Keyring
from graph.names import Names
from graph.policy import Policy
from graph.recording import Recorder
from graph.stores import Store

LOG: Final = logging.getLogger("rootid.policy")

FRESH_SECONDS: Final = 1.0
"""How long a process may read names and resolve by a policy that another process has replaced. Nobody records by it."""

T = TypeVar("T")


class InForce:
    """The policy that one process takes for the one in force."""

    def __init__(self, store: Store, policy: Policy, keyring: Keyring) -> None:
        self._store, self._keyring = store, keyring
        self._body: str | None = None
        self._again = 0.0
        self.changing = False
        """Whether a change to it was under way when that was last looked at."""

        self._take(policy)

    def _take(self, policy: Policy) -> None:
        self.policy = policy
        self.reader = Reader(policy)
        self.names = Names(policy, self._keyring)
        self.recorder = Recorder(self._store, policy, self._keyring)

    async def follow(self) -> None:
        """Take the policy on record, looked at once a second."""
        if monotonic() >= self._again:
            await self.reload()

    async def reload(self) -> None:
        """Take the policy on record now."""
        self._again = monotonic() + FRESH_SECONDS
        body, changing = await self._store.policy()
        self.changing = changing is not None
        if body is None or body == self._body:
            return
        found = policies.from_json(body)
        if found.version != self.policy.version:
            LOG.info("the store is under policy %s now", found.version)
            self._take(found)
        self._body = body

    async def recorded(self, work: Callable[[], Awaitable[T]]) -> T:
        """The answer of work that records; done again, from its beginning, where the policy turns out to be another one."""
        try:
            return await work()
        except PolicyChangedError:
            await self.reload()
            return await work()
