"""Expiry: answers are right where nobody has swept, a step is bounded, and a sweep that is killed goes on."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from graph.events import Event
from graph.instants import DAY, HOUR, now
from graph.policy import Policy, from_mapping
from graph.service import Service
from tests.graph.laws import Begin, law
from tests.graph.stage import SECRET, Stage, stage
from tests.graph.worlds import DEVICES, PERSONS, START, Step, worlds

ROOT = Path(__file__).parents[2]
AGING = from_mapping(
    {"require_consent": False, "namespaces": {"m": {"unique": True}, "p": {"rank": 2}, "c": {"kind": "device", "max_age": "1d"}}}
)


@law(worlds(), examples=30, on_server=2)
async def test_a_lookup_answers_as_the_rules_give_although_nobody_has_swept(
    begin: Begin, world: tuple[Policy, list[Step]]
) -> None:
    """Mass values and shared devices may stay what they were until the sweep; so policies that make some are left out."""

    policy, steps = world
    async with begin(policy) as scene:
        for hour, recorded in steps:
            scene.now[0] = max(scene.now[0], START + hour * HOUR)
            await scene.service.record(recorded)
        scene.now[0] += 3 * DAY
        names = [f"{space}:{value}" for space in (*PERSONS, *DEVICES) for value in range(1, 4)]
        for purpose in policy.purposes:
            answers = await scene.service.lookup([[name] for name in names], purpose)
            wanted, resolution = await scene.expected(purpose)
            if resolution.settled or any(answer.status in ("shared", "mass_value") for answer in answers):
                return
            found: dict[str, set[str]] = {}
            for name, answer in zip(names, answers, strict=True):
                if answer.root_id is not None:
                    found.setdefault(answer.root_id, set()).add((scene.service.key_of(name) or b"").hex())
                    view = await scene.service.root(answer.root_id, purpose)
                    assert view.root_id == answer.root_id
            keys = {key for part in found.values() for key in part}
            assert {frozenset(part) for part in found.values()} == {part & keys for part in wanted} - {frozenset()}


def test_a_lookup_in_time_of_a_backlog_writes_nothing(tmp_path: Path) -> None:
    async def play() -> None:
        async with stage(AGING) as scene:
            await scene.service.record([Event(see=("m:1", "c:1"), at=START)])
            scene.now[0] += 2 * DAY
            before = await scene.service.stamp()
            one, other = await scene.service.lookup([["m:1"], ["c:1"]])
            assert one.root_id != other.root_id
            assert await scene.service.stamp() == before
            assert await scene.service.changes() == []
            assert [await scene.service.sweep_due(), await scene.service.sweep_due()] == [1, 0]
            assert [change.cause for change in await scene.service.changes()] == ["expiry"]
            assert [answer.root_id for answer in await scene.service.lookup([["m:1"], ["c:1"]])] == [one.root_id, other.root_id]

    asyncio.run(play())


def test_a_step_takes_no_more_than_it_is_told(tmp_path: Path) -> None:
    async def play() -> None:
        async with stage(AGING) as scene:
            await scene.service.record([Event(see=(f"m:{n}", f"c:{n}"), at=START) for n in range(30)])
            scene.now[0] += 2 * DAY
            assert [await scene.service.sweep_due(12) for _ in range(4)] == [12, 12, 6, 0]

    asyncio.run(play())


def test_a_sweep_killed_at_any_moment_loses_nothing_and_the_next_goes_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'swept.db'}"
    (tmp_path / "swept.db.key").write_text(SECRET.hex())
    (tmp_path / "swept.db.key").chmod(0o600)

    async def fill() -> None:
        service = await Service.open(url, AGING)
        past = now() - 2 * DAY
        for start in range(0, 6000, 1000):
            seen = [Event(see=(f"m:{n}", f"c:{n}"), at=past) for n in range(start, start + 1000)]
            await service.record(seen)
        await service.close()

    async def look() -> int:
        """How much is still due, after all that is on record was held to the rules."""
        service = await Service.open(url)
        scene = Stage(service)
        rows = [row async for row in service.export_roots()]
        devices = [row for row in rows if row["namespace"] == "c"]
        split = sum(row["root_id"] == row["own_id"] for row in devices)
        assert (await service.audit.verify()).whole
        if split == len(devices):
            wanted, _ = await scene.expected("default")
            assert await scene.groups("default") == wanted
        await service.close()
        return len(devices) - split

    asyncio.run(fill())
    command = [sys.executable, "-m", "cli.main", "--store", url, "sweep"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    time.sleep(2.2)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    asyncio.run(look())
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.endswith("expiries worked in\n")
    assert asyncio.run(look()) == 0
