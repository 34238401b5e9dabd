"""One Neo4j for all tests and workers, started where none runs. Its database is the tests' own: never a person's.

Tests with the marker neo4j are one group of xdist (tests/conftest.py), so that no worker waits for another's database.
`server` is how to reach it, `driver` a driver to it, `database` a driver to its database emptied for the module, held alone
until the module ends; `neo4j_url` is the same database as a store, with its schema. A server that `ROOTID_NEO4J_URL` names
is used only if its database is empty or was emptied by tests before. Without any way to a server the tests skip; with
ROOTID_REQUIRE_NEO4J=1 they fail.
"""

import asyncio
import fcntl
import os
from collections.abc import Iterator

import neo4j
import pytest

from deploy.neo4j import server as tool
from deploy.neo4j.connection import Connection
from deploy.neo4j.connection import driver as driver_to
from deploy.neo4j.errors import NoServerError
from deploy.neo4j.home import Home, held
from graph.stores.neo4j import schema
from graph.stores.neo4j.connection import Server

OWN_SERVER = "a server of their own"
"""The group of xdist for tests that start and stop a server beside the one here: another worker may have them."""
OWN = Home.of("tests")
MARK = "rootid_tests_may_empty_this"
"""An index of this name, in which nothing is, marks a database as the tests' own: unlike a node it outlives what tests empty."""


@pytest.fixture(scope="session")
def server() -> Iterator[Connection]:
    """The server; whoever of several workers leaves last stops it, if a test run started it."""
    OWN.folder.mkdir(parents=True, exist_ok=True)
    with (OWN.folder / "users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        yield _started()
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if _ours_to_stop().exists():
            tool.stop(OWN)
            _ours_to_stop().unlink()


@pytest.fixture(scope="session")
def driver(server: Connection) -> Iterator[neo4j.Driver]:
    with driver_to(server) as opened:
        yield opened


@pytest.fixture(scope="module")
def database(server: Connection, driver: neo4j.Driver) -> Iterator[neo4j.Driver]:
    with held(OWN.folder / "database.lock"):
        if server.by == "environment":
            claim(driver)
        _empty(driver)
        yield driver


@pytest.fixture(scope="module")
def neo4j_url(server: Connection, database: neo4j.Driver) -> Iterator[str]:
    """The URL of a store without anything in it; user and password are in the environment meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROOTID_NEO4J_USER", server.user)
        patch.setenv("ROOTID_NEO4J_PASSWORD", server.password())
        asyncio.run(apply_schema(server.url))
        yield server.url


async def apply_schema(url: str) -> None:
    """Make constraints and indexes."""
    opened = Server(url)
    try:
        await schema.apply(opened)
    finally:
        await opened.close()


@pytest.fixture
def away_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URL", "USER", "PASSWORD"):
        monkeypatch.delenv(f"ROOTID_NEO4J_{name}", raising=False)


def _started() -> Connection:
    try:
        started = tool.start(OWN, heap="1g")
    except NoServerError as problem:
        if os.environ.get("ROOTID_REQUIRE_NEO4J") == "1":
            pytest.fail(f"ROOTID_REQUIRE_NEO4J=1, but {problem}", pytrace=False)
        pytest.skip(f"no Neo4j: {problem}")
    if not started.was_running:
        _ours_to_stop().touch()
    return started.connection


def _ours_to_stop():
    return OWN.folder / "started-by-tests"


def claim(driver: neo4j.Driver) -> None:
    """Mark a database as the tests' own; fails, and leaves it alone, where anything is in it and no mark."""
    with driver.session() as session:
        if MARK in _schema(session):
            return
        if _schema(session) or session.run("MATCH (n) RETURN n LIMIT 1").single():
            pytest.fail("ROOTID_NEO4J_URL names a database that isn't empty: tests would delete everything in it", pytrace=False)
        session.run(f"CREATE INDEX {MARK} FOR (n:RootidTestsMayEmptyThis) ON (n.mark)").consume()


def _schema(session: neo4j.Session) -> list[str]:
    return session.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name").value()


def _empty(driver: neo4j.Driver) -> None:
    """Take out all but a store's constraints and indexes: when one of them goes, the server forgets its plans of everything."""
    stays = {name.removeprefix("schema/") for name in schema.statements()} | {MARK}
    with driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
        for each in set(session.run("SHOW CONSTRAINTS YIELD name").value()) - stays:
            session.run(f"DROP CONSTRAINT `{each}`").consume()
        for each in set(_schema(session)) - stays:
            session.run(f"DROP INDEX `{each}`").consume()
