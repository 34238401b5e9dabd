"""The change feed: in order, without gap and doubles, enough to rebuild who answers with what; and lineages in words."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bench.oracle import replayed
from graph.answers import Change
from graph.errors import UnknownRootError
from graph.events import Event
from graph.policy import Policy, from_mapping
from graph.service import Service
from tests.graph.laws import Begin, law
from tests.graph.stage import SECRET, stage
from tests.graph.worlds import START, Step, worlds
from tests.graph.writer import POLICY

ROOT = Path(__file__).parents[2]


async def on_record(service: Service, purpose: str) -> dict[str, str]:
    rows = [row async for row in service.export_roots(purpose)]
    return {row["own_id"]: row["root_id"] for row in rows if row["root_id"] is not None}


@law(worlds(erasures=True), examples=40, on_server=3)
async def test_the_feed_replayed_from_zero_rebuilds_the_partition(begin: Begin, world: tuple[Policy, list[Step]]) -> None:
    policy, steps = world
    async with begin(policy) as scene:
        changes: list[Change] = []
        for step in steps:
            await scene.play(step)
            changes += await scene.service.changes(changes[-1].seq if changes else 0, joins=True)
            rebuilt = replayed(changes)
            for purpose in policy.purposes:
                assert rebuilt.get(purpose, {}) == await on_record(scene.service, purpose)
        assert [change.seq for change in changes] == list(range(1, len(changes) + 1))
        plain = await scene.service.changes()
        assert plain == [change for change in changes if change.kind != "join"]
        for change in plain[-2:]:
            steps_told = (await scene.service.feed.history(change.others[0])).steps
            assert change.seq in [told.seq for told in steps_told]
            await scene.service.feed.keep_place("receiver", change.seq)
            assert await scene.service.feed.place("receiver") == change.seq


def test_who_follows_while_two_processes_write_gets_every_record_once_and_in_order(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'two.db'}"

    async def follow(running: list[subprocess.Popen[bytes]]) -> None:
        service = await Service.open(url, POLICY, secret=SECRET)
        changes: list[Change] = []
        idle = 0
        async for page in service.feed.follow(0, 0.3, joins=True):
            changes += page
            idle = 0 if page or any(process.poll() is None for process in running) else idle + 1
            if idle == 2:
                break
        assert [process.returncode for process in running] == [0, 0]
        assert [change.seq for change in changes] == list(range(1, len(changes) + 1))
        assert replayed(changes)["default"] == await on_record(service, "default")
        await service.close()

    command = [sys.executable, "-m", "tests.graph.writer", url]
    asyncio.run(follow([subprocess.Popen([*command, name, "40"], cwd=ROOT, stdout=subprocess.DEVNULL) for name in ("l", "r")]))


def test_who_waits_is_answered_when_something_changes_or_when_the_time_is_over(tmp_path: Path) -> None:
    async def play() -> None:
        async with stage(from_mapping({"require_consent": False, "namespaces": {"m": {}, "p": {"rank": 2}}})) as scene:
            service = scene.service
            await service.record([Event(see=("m:1",)), Event(see=("p:1",))])
            assert await service.feed.wait(0, 10, 0.05) == []
            waiting = asyncio.create_task(service.feed.wait(0, 10, 20))
            await asyncio.sleep(0.05)
            await service.record([Event(see=("m:1", "p:1"))])
            (change,) = await asyncio.wait_for(waiting, 5)
            assert change.kind == "merge"
            assert await service.feed.wait(change.seq, 10, 20, enough=lambda: True) == []

    asyncio.run(play())


def test_a_lineage_tells_in_words_what_became_of_a_root(tmp_path: Path) -> None:
    async def play() -> None:
        policy = from_mapping({"require_consent": False, "namespaces": {"m": {"rank": 1}, "p": {"rank": 2}}})
        async with stage(policy) as scene:
            service = scene.service
            await service.record([Event(see=("m:1",)), Event(see=("p:1",))])
            card, phone = [(await service.lookup([[name]]))[0].own_id or "" for name in ("m:1", "p:1")]
            await service.record([Event(see=("m:1", "p:1"), at=START)])
            await service.record([Event(close=("m:1", "p:1"), at=START)])
            lineage = await service.feed.history(phone)
            assert (lineage.root_id, lineage.purpose) == (phone, "default")
            assert [step.text for step in lineage.steps] == [
                "an identifier was named for the first time",
                f"went into {card}, by what was seen",
                f"became a root of its own, apart from {card}, by a close",
            ]
            assert lineage.steps[0].at == START
            assert [step.text for step in (await service.feed.history(card)).steps[1:]] == [
                f"took in {phone}, by what was seen",
                f"{phone} became a root of its own, by a close",
            ]
            with pytest.raises(UnknownRootError):
                await service.feed.history("0199aa3e-6c00-7a10-8000-3f5a9c2b7d41")

    asyncio.run(play())
