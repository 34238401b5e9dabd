"""Re-keying: nothing but digests changes, whoever is stopped goes on, and a secret that leaked opens nothing any more."""

import asyncio
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import moving
from graph.audit import Chain
from graph.covers import Cover
from graph.errors import InvalidInputError, StoreBusyError, StoreMismatchError
from graph.events import Event
from graph.keys import Keyring, load_keyring
from graph.policy import Policy
from graph.receipts import verified
from graph.service import Service
from graph.stores.sqlite.copies import back_up, restore
from graph.stores.standing import Standing
from tests.graph.laws import STORES, Begin, law
from tests.graph.stage import LATER, SECRET, Stage, emptied, restored
from tests.graph.worlds import DEVICES, PERSONS, START, Step, worlds
from tests.graph.writer import POLICY

ROOT = Path(__file__).parents[2]
NAMES = [f"{space}{scope}:{value}" for space in (*PERSONS, *DEVICES, "b") for scope in ("", "@x") for value in (1, 2, 3)]


class Names:
    """Gives ids, which are random, names in the order of their appearance."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def of(self, value: Any) -> str:
        return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", lambda m: self._names.setdefault(m[0], f"id {len(self._names)}"), repr(value))


async def told(scene: Stage, policy: Policy) -> list[Any]:
    """All that callers are told: answers, changes, what the rules give on all facts."""
    found: list[Any] = [await scene.service.lookup([[name] for name in NAMES], purpose) for purpose in policy.purposes]
    handles = await scene.service.handles(NAMES)
    for purpose in policy.purposes:
        parts = (await scene.service.partition(purpose)).parts
        found.append(sorted(sorted(handles.index(node) for node in part) for part in parts))
    return [*found, await scene.service.changes()]


@law(worlds(erasures=True), st.integers(0, 12), st.integers(1, 3), examples=25, on_server=3)
async def test_whatever_happens_while_it_goes_on_everybody_is_told_the_same(
    begin: Begin, world: tuple[Policy, list[Step]], start: int, size: int
) -> None:
    policy, steps = world
    wanted: list[str] = []
    one, other = Names(), Names()
    async with begin(policy) as scene:
        for step in steps:
            outcomes = (await scene.record(step)).outcomes
            wanted.append(one.of([outcomes, *await told(scene, policy)]))
        again = (await scene.record((steps[-1][0], [event for _, events in steps for event in events]))).outcomes
    async with begin(policy) as scene:
        jobs = [scene.service.rekeying.run(size) for _ in LATER]
        for number, step in enumerate(steps):
            if number >= start and jobs and await anext(jobs[0], None) is None:
                jobs.pop(0)
            outcomes = (await scene.record(step)).outcomes
            assert other.of([outcomes, *await told(scene, policy)]) == wanted[number]
        while (await scene.service.store.standing()).following is not None:
            await through(scene.service, 2)  # somebody else goes on
        assert other.of([outcomes, *await told(scene, policy)]) == wanted[-1]
        assert (await scene.record((steps[-1][0], [event for _, events in steps for event in events]))).outcomes == again
        assert (await scene.service.audit.verify()).whole


def opened(url: str, *later: bytes) -> Any:
    return Service.open(url, POLICY, secret=Keyring(SECRET, later), clock=lambda: START)


EVENTS = [
    {"see": ["m:1", "p:1", "c:1"]},
    {"see": ["m:2", "p:2"]},
    {"refer": ["m:1", "m:2"], "campaign": "spring"},
    {"see": ["m:3", "p:3"], "event_id": "theirs"},
    {"erase": "p:3"},
]


async def fill(service: Service) -> None:
    for event in EVENTS:
        assert (await service.record([Event.model_validate({"at": "2026-01-01", **event})])).outcomes[0].status == "recorded"


async def through(service: Service, told: int | None = None) -> None:
    """Work at it until so much was told, or to its end. It is told before each step."""
    count = 0
    async for _ in service.rekeying.run(2):
        count += 1
        if count == told:
            return


@pytest.mark.parametrize("store", STORES)
def test_a_worker_without_the_new_secret_refuses_and_one_that_has_it_takes_it_up(
    store: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}" if store == "sqlite" else request.getfixturevalue("neo4j_url")

    async def work() -> None:
        one, knowing, other = await opened(url, *LATER), await opened(url, *LATER), await opened(url)
        await fill(one)
        before = await other.lookup([["m:1"], ["m:9"]])
        for count in (1, 4, None):
            await through(one, count)
            assert await knowing.lookup([["m:1"], ["m:9"]]) == before
            with pytest.raises(StoreMismatchError, match="re-keyed with a secret"):
                await other.lookup([["m:1"], ["m:9"]])
            with pytest.raises(StoreMismatchError):
                await other.record([Event(see=("m:1", "m:8"))])
        await knowing.record([Event(see=("m:1", "e:1"))])
        assert (await one.lookup([["e:1"]]))[0].root_id == before[0].root_id
        for service in (one, knowing, other):
            await service.close()
        with pytest.raises(StoreMismatchError):
            await opened(url)

    if store != "sqlite":
        asyncio.run(emptied(url))
    asyncio.run(work())


def digests(path: Path) -> bytes:
    """Everything in the file, and what it holds as text."""
    return path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()


def test_the_first_secret_opens_nothing_that_is_left_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    ring = Keyring(SECRET)
    keys = [ring.of(name[0], "", name[2:]) for name in ("m:1", "p:1", "c:1", "m:2", "p:2", "m:3")]
    marks = [ring.mark(ring.of("p", "", "3"))]

    async def work() -> None:
        service = await opened(f"sqlite:///{path}", *LATER)
        await fill(service)
        events = [row["event_id"] async for row in service.export_sightings() if row["event_id"].startswith("~")]
        assert len(events) == 4
        before = digests(path)
        wanted = [*keys, *marks, *(name[1:31].encode() for name in events)]
        assert all(digest in before for digest in wanted)
        await through(service)
        await service.compact()
        await service.close()
        assert [digest for digest in wanted if digest in path.read_bytes()] == []

    asyncio.run(work())


def test_events_without_an_id_are_known_again_and_late_ones_are_refused(tmp_path: Path) -> None:
    async def work() -> None:
        service = await opened(f"sqlite:///{tmp_path / 'a.db'}", *LATER)
        await fill(service)
        for _ in LATER:
            await through(service)
            for event in EVENTS[:3]:
                receipt = await service.record([Event.model_validate({"at": "2026-01-01", **event})])
                assert receipt.outcomes[0].status == "duplicate"
            late = await service.record([Event.model_validate({"at": "2026-01-01", "see": ["p:3", "m:7"]})])
            assert late.outcomes[0].code == "erased"
        assert (await service.store.standing()) == Standing(Keyring(SECRET, LATER).covers[1])
        with pytest.raises(InvalidInputError, match="after a comma"):
            await through(service)
        await service.close()

    asyncio.run(work())


def test_the_audit_log_goes_on_and_a_former_secret_can_not_go_on_with_it(tmp_path: Path) -> None:
    url, path = f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "a.db"

    async def work() -> None:
        service = await opened(url, *LATER)
        await fill(service)
        await through(service)
        await service.record([Event(see=("m:1", "e:1"))])
        assert (await service.audit.verify()).whole
        assert [entry.action for entry in await service.audit.entries()][-3:] == ["begin to re-key", "re-key", "record"]
        await service.close()

    async def forge() -> None:
        """Cut the log off before the re-keying, and go on with the secret that leaked."""
        with sqlite3.connect(path) as db:
            db.executescript(
                "DROP TRIGGER audit_undeleted; DELETE FROM audit WHERE seq > 5; "
                "UPDATE meta SET name = 'kept' WHERE name = 'standing'"
            )
        db.close()
        service = await opened(url, *LATER)
        async with service.store.writing() as tx:
            await Chain(Keyring(SECRET)).enter(tx, START, "record", {"recorded": 1})
        await service.close()
        with sqlite3.connect(path) as db:
            db.execute("UPDATE meta SET name = 'standing' WHERE name = 'kept'")
        db.close()
        service = await opened(url, *LATER)
        assert not (await service.audit.verify()).whole
        await service.close()

    asyncio.run(work())
    asyncio.run(forge())


def test_receipts_of_before_and_after_hold_each_under_its_key(tmp_path: Path) -> None:
    async def work() -> None:
        service = await opened(f"sqlite:///{tmp_path / 'a.db'}", LATER[0])
        ids = [(await service.record([Event(close="m:1")])).receipt_id]
        await through(service)
        ids.append((await service.record([Event(close="m:1")])).receipt_id)
        newest, first = service.receipts.public_keys
        for receipt_id, key in zip(ids, (first, newest), strict=True):
            body = await service.receipts.get(receipt_id or "")
            assert body["key"] == key
            assert verified(orjson.dumps(body), newest, first)["id"] == receipt_id
        await service.close()

    asyncio.run(work())


def test_a_backup_of_before_opens_with_the_key_file_of_today_and_one_in_the_middle_goes_on(tmp_path: Path) -> None:
    async def work() -> None:
        service = await opened(f"sqlite:///{tmp_path / 'a.db'}", LATER[0])
        await fill(service)
        wanted = await service.lookup([["m:1"], ["p:2"]])
        back_up(tmp_path / "a.db", tmp_path / "before.db")
        await through(service, 3)
        back_up(tmp_path / "a.db", tmp_path / "middle.db")
        with pytest.raises(StoreBusyError, match="rootid rekey"):
            _ = [line async for line in moving.lines(service.store)]
        await through(service)
        lines = [line async for line in moving.lines(service.store)]
        await service.close()
        for name in ("before", "middle"):
            restore(tmp_path / f"{name}.db", tmp_path / f"{name}-again.db")
            again = await opened(f"sqlite:///{tmp_path / name}-again.db", LATER[0])
            assert await again.lookup([["m:1"], ["p:2"]]) == wanted
            await through(again)
            assert await again.lookup([["m:1"], ["p:2"]]) == wanted
            await again.close()
        await restored(f"sqlite:///{tmp_path / 'moved.db'}", lines)
        moved = await opened(f"sqlite:///{tmp_path / 'moved.db'}", LATER[0])
        assert await moved.lookup([["m:1"], ["p:2"]]) == wanted
        await moved.close()

    asyncio.run(work())


def started(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_killed_at_any_moment_it_goes_on_while_others_write_and_ask(tmp_path: Path) -> None:
    url, file = f"sqlite:///{tmp_path / 'k.db'}", tmp_path / "k.db.key"
    chance = random.Random(7)
    environment = {**os.environ, "ROOTID_STORE": url, "ROOTID_KEY_FILE": str(file)}

    async def lookups(service: Service) -> list[str | None]:
        return [answer.root_id for answer in await service.lookup([[f"m:{n}"] for n in range(2000)])]

    async def work() -> None:
        service = await Service.open(url, POLICY, secret=load_keyring(file))
        events = [Event.model_validate({"see": [f"m:{n}", f"p:{n}"], "at": "2026-01-01"}) for n in range(2000)]
        await service.record(events)
        wanted = await lookups(service)
        for kills in (True, True, False):
            before, written = await service.store.standing(), 0
            process = started([sys.executable, "-m", "cli.main", "rekey", "--step", "97", "--json"], environment)
            while process.poll() is None and not (kills and await service.store.standing() != before):
                assert await lookups(service) == wanted
                written += 1
                await service.record([Event.model_validate({"see": [f"m:{written}", f"e:{written}"]})])
            if kills:
                time.sleep(chance.random() / 20)  # noqa: ASYNC251 - nothing else is to happen meanwhile
                os.kill(process.pid, signal.SIGKILL)
            process.communicate()
            assert process.returncode == (-9 if kills else 0)
        assert await lookups(service) == wanted
        assert (await service.record(events)).outcomes[0].status == "duplicate"
        assert (await service.audit.verify()).whole
        await service.close()
        assert len(file.read_text().split()) == 2

    asyncio.run(work())


@given(
    st.lists(st.binary(min_size=16, max_size=16)),
    st.lists(st.one_of(st.from_regex(r"~[0-9a-f]{30}(#a)?", fullmatch=True), st.text(max_size=8))),
)
def test_a_cover_comes_off_as_it_went_on(raw: list[bytes], names: list[str]) -> None:
    cover = Cover(b"a secret")
    assert cover.off(cover.on(raw)) == raw
    assert cover.events_off(cover.events_on(names)) == names
    assert len(set(cover.on(raw))) == len(set(raw))
