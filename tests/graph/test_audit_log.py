"""The audit log: who did what, and that nobody changes it unseen."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from typing import LiteralString, cast

import neo4j
import pytest

from graph.acting import acting_as
from graph.audit import Chain
from graph.events import Event
from graph.keys import Keyring
from graph.policy import from_mapping
from graph.service import Service
from tests.graph.laws import STORES
from tests.graph.stage import SECRET, Stage, stage
from tests.graph.worlds import START

pytestmark = pytest.mark.anyio

POLICY = from_mapping({"require_consent": False, "namespaces": {"m": {"unique": True}, "p": {"rank": 2}}})
WRITTEN = (
    [Event(see=("m:1", "p:13800000001"))],
    [Event(see=("m:1",), event_id="x"), Event(see=("m:1",), event_id="x")],
    [Event(never_link=("m:1", "m:2"), by="desk", reason="twins")],
)
UNLOCK = "DROP TRIGGER audit_unchanged; DROP TRIGGER audit_undeleted; "


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=STORES)
def url(request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("neo4j_url") if request.param == "neo4j" else None


@pytest.fixture
async def scene(url: str | None) -> AsyncGenerator[Stage]:
    async with stage(POLICY, url) as scene:
        with acting_as("os:tester"):
            for events in WRITTEN:
                await scene.service.record(events)
        yield scene


@pytest.fixture
def service(scene: Stage) -> Service:
    return scene.service


def tamper(url: str, statement: str) -> None:
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        database.executescript(UNLOCK + statement)
    database.close()


async def test_every_write_is_on_record_with_who_and_how_much_and_without_a_value(service: Service) -> None:
    entries = await service.audit.entries()
    assert [(entry.action, entry.counts) for entry in entries] == [
        ("adopt policy", {"namespaces": 2}),
        ("record", {"recorded": 1}),
        ("record", {"recorded": 1, "duplicate": 1}),
        ("record", {"recorded": 1, "never_link": 1}),
    ]
    assert {entry.actor for entry in entries[1:]} == {"os:tester"}
    assert len(entries[3].receipts) == 1
    assert "13800000001" not in str(entries)
    assert "twins" not in str(entries)
    assert [entry.seq for entry in await service.audit.entries(after=1, limit=2)] == [2, 3]


async def test_what_was_counted_elsewhere_can_be_appended(service: Service) -> None:
    assert await service.audit.append("lookups", {"asked": 120, "found": 100}, by="key:shop") == 5
    (entry,) = await service.audit.entries(after=4)
    assert (entry.actor, entry.action, entry.counts) == ("key:shop", "lookups", {"asked": 120, "found": 100})
    assert (await service.audit.verify()).whole


async def test_an_untouched_log_is_whole(service: Service) -> None:
    found = await service.audit.verify()
    assert (found.whole, found.entries, found.broken_at) == (True, 4, None)
    assert found.digest == (await service.audit.entries())[-1].digest


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE audit SET body = replace(body, 'tester', 'nobody') WHERE seq = 2", 2),
        ("UPDATE audit SET digest = zeroblob(32) WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 4", 4),
        ("DELETE FROM audit", 1),
        ("DELETE FROM audit; DELETE FROM meta WHERE name = 'audit seal'", 1),
        ("INSERT INTO audit SELECT 5, body, digest FROM audit WHERE seq = 4", 5),
        (
            "UPDATE audit SET seq = 9 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; "
            "UPDATE audit SET seq = 3 WHERE seq = 9",
            2,
        ),
        ("DELETE FROM audit WHERE seq = 2; UPDATE audit SET seq = seq - 1 WHERE seq > 2", 2),
    ],
)
@pytest.mark.parametrize("url", [None])
async def test_a_tampered_removed_or_inserted_entry_is_found(scene: Stage, statement: str, broken_at: int) -> None:
    tamper(scene.url, statement)
    found = await scene.service.audit.verify()
    assert (found.whole, found.broken_at) == (False, broken_at)


@pytest.mark.neo4j
@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("MATCH (e:AuditEntry {seq: 2}) SET e.body = replace(e.body, 'recorded', 'rejected')", 2),
        ("MATCH (e:AuditEntry {seq: 3}) SET e.digest = e.digest + '00'", 3),
        ("MATCH (e:AuditEntry {seq: 2}) DELETE e", 2),
        ("MATCH (e:AuditEntry {seq: 4}) DELETE e", 4),
        ("MATCH (e:AuditEntry {seq: 4}) CREATE (:AuditEntry {seq: 5, body: e.body, digest: e.digest})", 5),
    ],
)
def test_whoever_can_write_the_server_changes_nothing_unseen(
    neo4j_url: str, driver: neo4j.Driver, statement: str, broken_at: int
) -> None:
    async def play() -> None:
        async with stage(POLICY, neo4j_url) as scene:
            for events in WRITTEN:
                await scene.service.record(events)
            with driver.session() as session:  # pyright: ignore[reportUnknownMemberType]  # the driver's **config is untyped
                session.run(cast("LiteralString", statement)).consume()
            found = await scene.service.audit.verify()
            assert (found.whole, found.broken_at) == (False, broken_at)

    asyncio.run(play())


@pytest.mark.parametrize("url", [None])
async def test_the_database_itself_refuses_to_change_the_log(scene: Stage) -> None:
    database = sqlite3.connect(scene.url.removeprefix("sqlite:///"))
    for statement in ("UPDATE audit SET body = '{}'", "DELETE FROM audit"):
        with pytest.raises(sqlite3.IntegrityError, match="only appended"):
            database.execute(statement)
    database.close()


async def test_a_write_that_fails_leaves_no_entry(service: Service) -> None:
    async def fail() -> None:
        async with service.store.writing() as tx:
            await Chain(Keyring(SECRET)).enter(tx, START, "record", {"recorded": 1})
            raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError):
        await fail()
    found = await service.audit.verify()
    assert (found.whole, found.entries) == (True, 4)
