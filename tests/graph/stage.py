"""A service on a fresh store with a clock that tests set, and what it holds, in terms that tests compare."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from graph import moving
from graph.answers import Receipt
from graph.evidence import Verdict
from graph.instants import HOUR
from graph.keys import Keyring
from graph.policy import Policy
from graph.resolution import Resolution
from graph.service import Service
from graph.stores import open_store
from graph.stores.neo4j import schema
from graph.stores.neo4j.connection import Server
from tests.graph.worlds import START, Step

SECRET = b"a fixed secret of the tests"
LATER = (b"a secret to re-key with", b"and another one")


@dataclass
class Stage:
    """A service and its clock."""

    service: Service
    now: list[int] = field(default_factory=lambda: [START])
    url: str = ""

    async def reopen(self) -> None:
        """Another process goes on where this one ended without a word."""
        await self.service.close()
        self.service = await Service.open(self.url, secret=Keyring(SECRET, LATER), clock=lambda: self.now[0])

    async def play(self, step: Step) -> None:
        """Record the events of a step at its time, and let expire what is due."""
        await self.record(step)

    async def record(self, step: Step) -> Receipt:
        """The same, with what became of the events."""
        hour, recorded = step
        self.now[0] = max(self.now[0], START + hour * HOUR)
        receipt = await self.service.record(recorded)
        while await self.service.sweep():
            pass
        return receipt

    async def roots(self, purpose: str) -> dict[str, str]:
        """Root-ID by key (hex) of everything that has one."""
        rows = [row async for row in self.service.export_roots(purpose)]
        return {row["key"]: row["root_id"] for row in rows if row["root_id"] is not None}

    async def groups(self, purpose: str) -> set[frozenset[str]]:
        """The partition on record, by key (hex)."""
        found: dict[str, set[str]] = {}
        for key, root in (await self.roots(purpose)).items():
            found.setdefault(root, set()).add(key)
        return {frozenset(keys) for keys in found.values()}

    async def expected(self, purpose: str, **when: int) -> tuple[set[frozenset[str]], Resolution]:
        """The partition that the rules give on all facts, by key (hex)."""
        resolution = await self.service.partition(purpose, **when)
        ids = np.array(sorted(node for part in resolution.parts for node in part), np.int64)
        async with self.service.store.reading() as reading:
            keys = dict(zip(ids.tolist(), [key.hex() for key in await reading.keys(ids)], strict=True))
        return {frozenset(keys[node] for node in part) for part in resolution.parts}, resolution

    async def findings(
        self, purpose: str, resolution: Resolution
    ) -> tuple[dict[tuple[int, int], str], dict[tuple[int, int], str]]:
        """Refused and past links on record, and those that the rules give."""
        ids = np.array(sorted(node for part in resolution.parts for node in part), np.int64)
        async with self.service.store.reading() as reading:
            held = {(f.a, f.b): f.reason or f.verdict for f in await reading.findings(purpose, ids)}
        wanted = {
            pair: finding.reason.value if finding.reason else finding.verdict.value
            for pair, finding in resolution.findings.items()
            if finding.verdict in (Verdict.REFUSED, Verdict.PAST)
        }
        return held, wanted


async def emptied(url: str) -> None:
    """Take everything out of a Neo4j store; what is there is small."""
    server = Server(url)
    try:
        await schema.empty(server)
    finally:
        await server.close()


@asynccontextmanager
async def stage(
    policy: Policy, neo4j_url: str | None = None, *, restored_from: Sequence[bytes] = (), at: int = START
) -> AsyncGenerator[Stage]:
    """A stage on a store without anything in it but what was `restored_from` a backup, beginning at a time."""
    now = [at]
    with TemporaryDirectory() as folder:
        if neo4j_url is not None:
            await emptied(neo4j_url)
        url = neo4j_url or f"sqlite:///{Path(folder) / 'test.db'}"
        if restored_from:
            await restored(url, restored_from)
        service = await Service.open(url, policy, secret=Keyring(SECRET, LATER), clock=lambda: now[0])
        scene = Stage(service, now, url)
        try:
            yield scene
        finally:
            await scene.service.close()


async def restored(url: str, lines: Sequence[bytes]) -> None:
    """Put a backup into a store."""
    store = await open_store(url)
    try:
        async for _ in moving.restore(store, lines):
            pass
    finally:
        await store.close()
