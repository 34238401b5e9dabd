"""What all commands share: the options before the command, the settings, one open service. Holds no rule."""

import asyncio
import getpass
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import typer

from graph import policy
from graph.acting import act_as
from graph.errors import PolicyError, StoreError
from graph.keys import Keyring
from graph.policy import Policy
from graph.service import Service
from graph.settings import Settings
from graph.stores import sqlite_path

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Session:
    """The options before the command, filled up from the settings."""

    store: str
    policy: Path | None
    keyring: Callable[[], Keyring | None]
    """Reads the HMAC key that the settings name; None leaves it beside the store."""

    debug: bool = False

    @classmethod
    def of(cls, store: str | None, policy_file: Path | None, *, debug: bool) -> "Session":
        """Options win over settings (`ROOTID_STORE`, `ROOTID_POLICY`, …)."""
        settings = Settings()
        act_as(f"os:{_user()}")
        return cls(store or settings.store, policy_file or settings.policy, settings.keyring, debug)

    def chosen_policy(self) -> Policy | None:
        """The policy that was asked for, if one was. Raises PolicyError."""
        return load_policy(self.policy) if self.policy else None

    def exists(self) -> bool:
        """Whether the store was made before; of one that is not a file, that is taken for granted."""
        return not self.store.startswith("sqlite:///") or sqlite_path(self.store).exists()

    @asynccontextmanager
    async def service(self, *, new: bool = False) -> AsyncGenerator[Service]:
        """The open service. Where there is no store, `new` makes one; else that is a StoreError, being most likely a typo."""
        if not new and not self.exists():
            raise StoreError(f"there is no store at {self.store} yet; 'rootid import' makes one, --store names another")
        service = await Service.open(self.store, self.chosen_policy(), secret=self.keyring())
        try:
            yield service
        finally:
            await service.close()

    def with_service(self, work: Callable[[Service], Awaitable[T]], *, new: bool = False) -> T:
        """Do one thing with the service, in one event loop."""

        async def inside() -> T:
            async with self.service(new=new) as service:
                return await work(service)

        return run(inside())

    def to_environment(self) -> None:
        """Hand the options on to server processes."""
        os.environ["ROOTID_STORE"] = self.store
        if self.policy is not None:
            os.environ["ROOTID_POLICY"] = str(self.policy)


def _user() -> str:
    """Who runs the command."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in many containers
        return str(os.getuid())


def load_policy(file: Path) -> Policy:
    """Read a policy file. Raises PolicyError whose problems all name the file."""
    try:
        return policy.load(file)
    except PolicyError as error:
        named = [problem if problem.startswith(f"{file}: ") else f"{file}: {problem}" for problem in error.problems]
        raise PolicyError(named) from None


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run async work to its end."""
    with asyncio.Runner() as runner:
        return runner.run(work)


def session(context: typer.Context) -> Session:
    """The session of a command."""
    found: Session = context.find_root().obj
    return found
