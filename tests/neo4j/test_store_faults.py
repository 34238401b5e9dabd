"""Several writers, a writer killed, a server that isn't what it should be: one clear message each."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import neo4j
import pytest

from graph.errors import StoreError, StoreMismatchError
from graph.service import Service
from graph.stores import schemas
from tests.graph.stage import SECRET, emptied
from tests.graph.test_sqlite_faults import assert_whole
from tests.graph.writer import POLICY

pytestmark = pytest.mark.neo4j
ROOT = Path(__file__).parents[2]


def writer(url: str, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.graph.writer", url, name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def acknowledged(name: str, lines: list[str]) -> set[tuple[str, str]]:
    return {(name, line.split()[0]) for line in lines if line.strip().endswith("recorded")}


@pytest.fixture
def url(neo4j_url: str) -> str:
    asyncio.run(emptied(neo4j_url))
    return neo4j_url


def test_four_processes_that_write_the_same_parts_end_where_the_rules_end(url: str) -> None:
    names = ("north", "east", "south", "west")
    running = {name: writer(url, name, 40) for name in names}
    said = {name: process.communicate(timeout=300) for name, process in running.items()}
    assert [process.returncode for process in running.values()] == [0] * 4, said
    kept = set[tuple[str, str]]().union(*(acknowledged(name, out.splitlines()) for name, (out, _) in said.items()))
    assert len(kept) > 80
    asyncio.run(assert_whole(url, kept))


def test_a_writer_killed_at_any_moment_loses_nothing_acknowledged_and_leaves_no_torn_part(url: str) -> None:
    chance = random.Random(4)
    kept: set[tuple[str, str]] = set()
    for number in range(3):
        name = f"w{number}"
        running = writer(url, name, 10_000)
        assert running.stdout is not None
        lines = [running.stdout.readline() for _ in range(chance.randint(1, 15))]
        time.sleep(chance.random() / 50)
        os.kill(running.pid, signal.SIGKILL)
        lines += running.stdout.read().splitlines()
        running.communicate()
        kept |= acknowledged(name, lines)
        asyncio.run(assert_whole(url, kept))
    assert kept


async def opened(url: str) -> None:
    await (await Service.open(url, POLICY, secret=SECRET)).close()


def test_a_server_that_is_away_is_one_clear_message(neo4j_url: str) -> None:
    with pytest.raises(StoreError, match=r"nothing answers at bolt://127\.0\.0\.1:9"):
        asyncio.run(opened("bolt://127.0.0.1:9"))


def test_a_wrong_password_is_one_clear_message_without_it(neo4j_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOTID_NEO4J_PASSWORD", "not-the-password")
    with pytest.raises(StoreError, match="refuses the user or the password") as caught:
        asyncio.run(opened(neo4j_url))
    assert "not-the-password" not in str(caught.value)


def test_a_password_that_is_not_set_is_one_clear_message(neo4j_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROOTID_NEO4J_PASSWORD")
    with pytest.raises(StoreError, match="set ROOTID_NEO4J_PASSWORD"):
        asyncio.run(opened(neo4j_url))


def test_a_database_that_is_not_there_is_one_clear_message(neo4j_url: str) -> None:
    with pytest.raises(StoreError, match="has no database 'nowhere'"):
        asyncio.run(opened(f"{neo4j_url}/nowhere"))


@pytest.mark.parametrize("given", ["neo4j://", "bolt://user:secret@127.0.0.1", "neo4j://127.0.0.1:99999"])
def test_a_url_that_is_none_of_a_neo4j_is_one_clear_message(given: str) -> None:
    with pytest.raises(StoreError) as caught:
        asyncio.run(opened(given))
    assert "secret" not in str(caught.value)


def test_another_schema_version_is_refused_and_told(url: str, database: neo4j.Driver) -> None:
    database.execute_query("MATCH (store:Store) SET store.schema = 99")
    for work in (opened(url), schemas.apply(url)):
        with pytest.raises(StoreMismatchError, match=r"schema version 99.*a newer rootid"):
            asyncio.run(work)
    database.execute_query("MATCH (store:Store) SET store.schema = 1")


def test_a_database_of_something_else_is_refused_and_left_alone(neo4j_url: str, database: neo4j.Driver) -> None:
    database.execute_query("MATCH (n) DETACH DELETE n")
    database.execute_query("CREATE (:Theirs)")
    with pytest.raises(StoreMismatchError, match="something else"):
        asyncio.run(opened(neo4j_url))
    with pytest.raises(StoreMismatchError, match="something else"):
        asyncio.run(schemas.apply(neo4j_url))
    assert database.execute_query("MATCH (n) RETURN count(n) AS nodes").records[0]["nodes"] == 1
    database.execute_query("MATCH (n) DETACH DELETE n")


def test_a_database_without_a_schema_is_told_how_to_make_it(neo4j_url: str, database: neo4j.Driver) -> None:
    database.execute_query("MATCH (n) DETACH DELETE n")
    with pytest.raises(StoreMismatchError, match=r"no schema of rootid.*'rootid schema apply'"):
        asyncio.run(opened(neo4j_url))


def test_a_schema_is_applied_twice_and_verified(url: str) -> None:
    assert asyncio.run(schemas.apply(url)) == schemas.Applied((), ())
    assert asyncio.run(schemas.verify(url)).good
