"""Two writers, a writer killed at any moment, and files that are no store of ours."""

import asyncio
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.errors import PolicyChangedError, RootidError, StoreError, StoreMismatchError
from graph.policy import from_mapping
from graph.service import Service
from tests.graph.stage import SECRET, Stage
from tests.graph.writer import POLICY

ROOT = Path(__file__).parents[2]


def writer(url: str, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.graph.writer", url, name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def assert_whole(url: str, acknowledged: set[tuple[str, str]]) -> None:
    """Everything acknowledged is there, and what is on record is what the rules give on all facts."""
    service = await Service.open(url, POLICY, secret=SECRET)
    try:
        scene = Stage(service)
        kept = {(row["source"], row["event_id"]) async for row in service.export_sightings()}
        assert acknowledged <= kept
        wanted, resolution = await scene.expected("default")
        assert await scene.groups("default") == wanted
        held, given = await scene.findings("default", resolution)
        assert held == given
    finally:
        await service.close()


def test_two_processes_that_write_the_same_parts_end_where_the_rules_end(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'two.db'}"
    running = [writer(url, name, 60) for name in ("left", "right")]
    said = {name: process.communicate(timeout=120) for name, process in zip(("left", "right"), running, strict=True)}
    assert [process.returncode for process in running] == [0, 0], said
    acknowledged = {
        (name, line.split()[0]) for name, (out, _) in said.items() for line in out.splitlines() if line.endswith("recorded")
    }
    assert len(acknowledged) > 60
    asyncio.run(assert_whole(url, acknowledged))


def test_a_writer_killed_at_any_moment_loses_nothing_acknowledged_and_leaves_no_torn_part(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    chance = random.Random(4)
    acknowledged: set[tuple[str, str]] = set()
    for number in range(5):
        process = writer(url, f"w{number}", 10_000)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(chance.randint(1, 15))]
        time.sleep(chance.random() / 50)
        os.kill(process.pid, signal.SIGKILL)
        lines += process.stdout.read().splitlines()
        process.communicate()
        acknowledged |= {(f"w{number}", line.split()[0]) for line in lines if line.strip().endswith("recorded")}
        asyncio.run(assert_whole(url, acknowledged))
    assert acknowledged


def opened(url: str, secret: bytes = SECRET) -> None:
    async def work() -> None:
        await (await Service.open(url, POLICY, secret=secret)).close()

    asyncio.run(work())


def modes(folder: Path) -> list[int]:
    return [file.stat().st_mode & 0o777 for file in folder.iterdir()]


def test_nobody_else_may_read_a_store(tmp_path: Path) -> None:
    async def work() -> list[int]:
        service = await Service.open(f"sqlite:///{tmp_path / 'a.db'}", POLICY, secret=SECRET)
        found = modes(tmp_path)
        await service.close()
        return found

    found = asyncio.run(work())
    assert len(found) == 3
    assert set(found) == {0o600}


def test_another_hmac_key_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    opened(url)
    with pytest.raises(StoreMismatchError, match="another HMAC key"):
        opened(url, b"another")


def test_another_policy_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    opened(url)

    async def work() -> None:
        await Service.open(url, from_mapping({"namespaces": {"m": {}}}), secret=SECRET)

    with pytest.raises(PolicyChangedError, match="not under"):
        asyncio.run(work())


def test_another_schema_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    opened(url)
    with sqlite3.connect(tmp_path / "a.db") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(StoreMismatchError, match="schema version 99"):
        opened(url)


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as database:
        database.execute("CREATE TABLE theirs (a)")
    database.close()
    with pytest.raises(StoreMismatchError, match="something else"):
        opened(f"sqlite:///{tmp_path / 'other.db'}")


def test_a_file_that_is_no_database_is_one_clear_message(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("not a database, but long enough to be looked at " * 10)
    with pytest.raises(StoreError, match="no database of rootid"):
        opened(f"sqlite:///{tmp_path / 'text.db'}")


@pytest.mark.parametrize("url", ["sqlite:///", "mysql://nowhere", "sqlite:///nowhere/../\0/x.db"])
def test_what_is_no_store_is_one_clear_message(url: str) -> None:
    with pytest.raises(RootidError):
        opened(url)
