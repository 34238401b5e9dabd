"""A server that is killed while it is written to, or whose disk is full, and started again: nothing is lost, and a service goes
on by itself."""

import asyncio
import logging
import os
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import pytest

from api.routers import health
from bench import served
from deploy.neo4j import process
from deploy.neo4j import server as tool
from deploy.neo4j.connection import Connection, has_stopped
from deploy.neo4j.home import Home
from graph.service import Service
from graph.stores import schemas
from tests.api.conftest import talking_to
from tests.graph.stage import SECRET
from tests.graph.test_sqlite_faults import assert_whole
from tests.graph.writer import POLICY
from tests.neo4j.test_store_faults import acknowledged, writer
from tests.scratch import OWN_SERVER

pytestmark = [pytest.mark.neo4j, pytest.mark.xdist_group(OWN_SERVER)]

LITTLE = 65_536
"""Bytes: the files of a database are larger."""
ASKED_AGAIN = 60
"""Times: on a busy machine the first answers of a server take longer than a readiness check waits."""


@dataclass
class Outage:
    """What was seen of a server killed while it was written to, then with a full disk, and of a service that went through it."""

    url: str = ""
    kept: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    writer_said: str = ""
    ready: list[int] = field(default_factory=list[int])
    begun_without: list[int] = field(default_factory=list[int])
    begun_said: str = ""
    logged: list[str] = field(default_factory=list[str])
    full_said: str = ""
    stopped: bool = False
    full_ready: list[int] = field(default_factory=list[int])
    full_logged: list[str] = field(default_factory=list[str])


@pytest.fixture(scope="module")
def outage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outage]:
    """A server of these tests' own, killed and started again; it runs until they are through."""
    home = Home(tmp_path_factory.mktemp("outage") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ROOTID_NEO4J_URL", raising=False)
        patch.delenv("ROOTID_NEO4J_USER", raising=False)
        connection = tool.start(home, by="java", heap="512m").connection
        patch.setenv("ROOTID_NEO4J_PASSWORD", connection.password())
        try:
            asyncio.run(schemas.apply(connection.url))
            yield asyncio.run(lived_through(home, connection))
        finally:
            tool.stop(home)


async def lived_through(home: Home, connection: Connection) -> Outage:
    seen = Outage(connection.url)
    noted = Noted(seen.logged)
    health.LOG.addHandler(noted)
    service = await Service.open(connection.url, POLICY, secret=SECRET)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(service.close)
        client = await stack.enter_async_context(talking_to(service))
        seen.ready.append((await client.get("/readyz")).status_code)
        running = writer(connection.url, "w", 10_000)
        assert running.stdout is not None
        lines = [running.stdout.readline() for _ in range(20)]
        assert connection.pid is not None
        os.kill(connection.pid, signal.SIGKILL)
        out, seen.writer_said = running.communicate(timeout=120)
        await asyncio.to_thread(gone, home, connection.pid)
        seen.ready.append((await client.get("/readyz")).status_code)
        port = urlsplit(connection.url).port
        begun = served.begin(connection.url, home.folder / "served.log", more={"ROOTID_KEY": SECRET.hex()})
        await asyncio.to_thread(begun.wait, 503)
        seen.begun_without += [begun.answers("/livez"), begun.answers("/readyz")]
        again = await asyncio.to_thread(tool.start, home, by="java", heap="512m", bolt_port=port)
        await asyncio.to_thread(begun.wait)
        seen.begun_without.append(begun.answers("/readyz"))
        await asyncio.to_thread(served.end, begun)
        seen.begun_said = begun.log.read_text()
        seen.ready.append(await last_answer(client))
        seen.kept = acknowledged("w", lines + out.splitlines())
        health.LOG.removeHandler(noted)
        health.LOG.addHandler(noted := Noted(seen.full_logged))
        await with_a_full_disk(seen, home, again.connection, client)
    health.LOG.removeHandler(noted)
    return seen


async def with_a_full_disk(seen: Outage, home: Home, connection: Connection, client: httpx.AsyncClient) -> None:
    """No file can grow for a while; then there is room, and the server, whose database has stopped by then, is begun again."""
    running = writer(connection.url, "f", 10_000)
    assert running.stdout is not None
    assert connection.pid is not None
    lines = [running.stdout.readline() for _ in range(5)]
    resource.prlimit(connection.pid, resource.RLIMIT_FSIZE, (LITTLE, resource.RLIM_INFINITY))
    out, seen.full_said = running.communicate(timeout=120)
    seen.full_ready.append((await client.get("/readyz")).status_code)
    resource.prlimit(connection.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    seen.stopped = await asyncio.to_thread(has_stopped, connection)
    await asyncio.to_thread(tool.stop, home)
    await asyncio.to_thread(tool.start, home, by="java", heap="512m", bolt_port=urlsplit(connection.url).port)
    seen.full_ready.append(await last_answer(client))
    seen.kept |= acknowledged("f", lines + out.splitlines())


async def last_answer(client: httpx.AsyncClient) -> int:
    """Of several to the readiness check, until it says ready."""
    for _ in range(ASKED_AGAIN):
        if (last := (await client.get("/readyz")).status_code) == 200:
            break
        await asyncio.sleep(0.3)
    return last


def gone(home: Home, pid: int) -> None:
    """Wait until a process that was killed is no more."""
    while process.is_alive(home, pid):
        time.sleep(0.05)


class Noted(logging.Handler):
    """Keeps what is logged."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__()
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append(record.getMessage())


def test_a_full_disk_is_told_with_what_to_do_and_a_server_begun_again_has_all_that_was_acknowledged(outage: Outage) -> None:
    assert "is its disk full? Kill the server, make room, start it" in outage.full_said
    assert outage.stopped
    assert outage.full_ready == [503, 200]
    assert any("has stopped its database" in line for line in outage.full_logged)
    assert {source for source, _ in outage.kept} == {"w", "f"}
    asyncio.run(assert_whole(outage.url, outage.kept))


def test_a_server_killed_while_it_writes_loses_nothing_acknowledged(outage: Outage) -> None:
    assert "StoreError" in outage.writer_said
    asyncio.run(assert_whole(outage.url, outage.kept))


def test_a_service_says_that_its_server_is_away_and_goes_on_when_it_is_back(outage: Outage) -> None:
    assert outage.ready == [200, 503, 200]
    told = {line for line in outage.logged if line.startswith("the store")}
    away = f"the store is not ready: nothing answers at {outage.url}: is the server up, and is the URL right?"
    assert away in told
    assert told <= {away, "the store is not ready: no answer in time"}
    assert sum(line.startswith("sweeping failed: store_unavailable") for line in outage.logged) <= 1


def test_a_service_that_begins_without_its_server_says_so_once_and_is_ready_when_it_comes(outage: Outage) -> None:
    assert outage.begun_without == [200, 503, 200]
    assert outage.begun_said.count("nothing answers at") == 2, "one line for who started it, one in its log"
    assert outage.begun_said.count("the service is ready") == 1
