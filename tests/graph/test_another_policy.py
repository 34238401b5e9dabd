"""Putting a store under another policy gives what the rules of that policy give on all facts."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from graph import in_force
from graph.adopting import differences
from graph.charter import Course
from graph.errors import InvalidInputError
from graph.events import Event
from graph.instants import HOUR
from graph.model import Kind
from graph.policy import Policy, from_json, from_mapping
from graph.service import Service
from graph.tables import table_of
from graph.tally import Tally
from tests.graph.laws import STORES, Begin, law
from tests.graph.stage import SECRET, Stage, stage
from tests.graph.worlds import START, Step, policies, worlds

ROOT = Path(__file__).parents[2]


def but(policy: Policy, **update: Any) -> Policy:
    """A policy with some rules changed; made anew, since a copy would keep what was worked out from the old rules."""
    return from_json(policy.model_copy(update=update).model_dump_json())


def turned(policy: Policy, name: str | None) -> Policy:
    """A policy in which a namespace is of another kind."""
    if name is None:
        return policy
    kind = {"e": Kind.DEVICE, "c": Kind.PERSON}[name]
    space = policy.namespaces[name].model_copy(update={"kind": kind, "max_holders": None, "limit": None})
    return but(policy, namespaces={**policy.namespaces, name: space})


@st.composite
def others(draw: st.DrawFn, policy: Policy) -> Policy:
    """Another policy that may come after one: any rule may differ, a namespace may be of another kind, a purpose may be new."""
    new = turned(draw(policies()), draw(st.sampled_from([None, None, "e", "c"])))
    research = draw(st.sampled_from([{}, {}, {"research": ("contract",)}]))
    first = draw(st.booleans())
    return but(new, purposes={**research, **policy.purposes} if first else {**policy.purposes, **research})


def changes() -> st.SearchStrategy[tuple[Policy, list[Step], Policy]]:
    """A policy, a history under it, and the policy after it."""
    return worlds(erasures=True).flatmap(lambda world: st.tuples(st.just(world[0]), st.just(world[1]), others(world[0])))


async def holds(scene: Stage, policy: Policy) -> None:
    """What is on record is what the rules of a policy give on all facts."""
    assert scene.service.policy.version == policy.version
    for purpose in policy.purposes:
        wanted, resolution = await scene.expected(purpose)
        assert await scene.groups(purpose) == wanted
        held, given_by_rules = await scene.findings(purpose, resolution)
        assert held == given_by_rules


@law(changes(), st.integers(1, 5), examples=25, on_server=2)
async def test_a_store_put_under_another_policy_is_as_if_it_had_always_been(
    begin: Begin, change: tuple[Policy, list[Step], Policy], size: int
) -> None:
    old, steps, new = change
    async with begin(old) as scene:
        for step in steps[:-1]:
            await scene.play(step)
        scene.now[0] = max(scene.now[0], START + steps[-1][0] * HOUR)
        while await scene.service.sweep():
            pass
        said = await scene.service.charter.try_out(new)
        before = {purpose: await scene.groups(purpose) for purpose in old.purposes}
        await scene.service.charter.begin(new)
        done, parts = Tally(), list[tuple[str, frozenset[str]]]()
        while (tally := await scene.service.charter.step(size)) is not None:
            done.add(tally)
            parts += [(purpose, part) for purpose in old.purposes for part in await scene.groups(purpose)]
            await scene.reopen()
        await holds(scene, new)
        assert (said.merges, said.splits, said.moves) == (done.merges, done.splits, done.moves)
        after = {purpose: await scene.groups(purpose) for purpose in old.purposes}
        assert all(part in before[purpose] | after[purpose] for purpose, part in parts)
        await scene.play(steps[-1])
        await holds(scene, new)


@law(changes(), st.integers(1, 5), st.randoms(use_true_random=False), examples=25, on_server=3)
async def test_writers_beside_a_change_of_policy_and_a_change_of_mind_change_nothing_of_its_end(
    begin: Begin, change: tuple[Policy, list[Step], Policy], size: int, chance: random.Random
) -> None:
    old, steps, new = change
    async with begin(old) as scene:
        before = chance.randint(1, len(steps))
        for step in steps[:before]:
            await scene.play(step)
        rest = steps[before:]
        if chance.random() < 0.3:
            await scene.service.charter.begin(but(turned(old, "e"), max_size=2, purposes=new.purposes))
            await scene.service.charter.step(size)
        await scene.service.charter.begin(new)
        going = True
        while going or rest:
            going = await scene.service.charter.step(size) is not None
            while rest and (not going or chance.random() < 0.4):
                await scene.play(rest.pop(0))
            if chance.random() < 0.2:
                await scene.reopen()
        while await scene.service.sweep():
            pass
        await holds(scene, new)


OLD = from_mapping({"require_consent": False, "namespaces": {"card": {"unique": True, "rank": 1}, "phone": {"rank": 2}}})


@pytest.mark.parametrize(
    "change",
    [
        {"namespaces": {"card": {"unique": True, "rank": 1}, "phone": {"normalise": "phone"}}},
        {"namespaces": {"card": {"kind": "attribute", "unique": True}, "phone": {"rank": 2}}},
        {"namespaces": dict(OLD.namespaces), "purposes": {"other": ()}},
    ],
)
def test_what_is_on_record_cannot_follow_every_change(change: dict[str, Any]) -> None:
    async def work() -> None:
        async with stage(OLD) as scene:
            with pytest.raises(InvalidInputError, match="can't"):
                await scene.service.charter.begin(from_mapping(change))
            assert (await scene.service.charter.standing()).policy == OLD

    asyncio.run(work())


NEW = from_mapping({"require_consent": False, "namespaces": {"card": {"rank": 1}, "phone": {"rank": 2}}})


@pytest.mark.parametrize("store", STORES)
def test_other_processes_take_up_another_policy_when_they_write_and_within_a_second_when_they_read(
    store: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    neo4j_url = request.getfixturevalue("neo4j_url") if store == "neo4j" else None

    async def work() -> None:
        async with stage(OLD, neo4j_url) as scene:
            one = scene.service
            reader, writer = [await Service.open(scene.url, secret=SECRET, clock=lambda: scene.now[0]) for _ in range(2)]
            await one.record([Event(see=("card:1", "phone:1")), Event(see=("card:2", "phone:1"))])
            assert differences(OLD, NEW) == [("namespaces.card.unique", True, False)]
            await one.charter.begin(NEW)
            assert (await writer.record([Event(see=("card:3", "phone:1"))])).merges == 1
            assert writer.policy == NEW
            monkeypatch.setattr(in_force, "monotonic", lambda: time.monotonic() + 1.0)
            assert await reader.charter.follow(1)
            assert reader.policy == NEW
            while await reader.charter.follow(1):
                pass
            assert not (await one.charter.standing()).changing
            assert [change.kind for change in await one.changes()] == ["merge"]
            await reader.close()
            await writer.close()

    asyncio.run(work())


def test_a_change_of_what_comes_in_only_needs_no_step() -> None:
    async def work() -> None:
        async with stage(OLD) as scene:
            await scene.play((1, [Event(see=("card:1", "phone:1"))]))
            spaces = {**OLD.namespaces, "phone": OLD.namespaces["phone"].model_copy(update={"blocked": ("^0+$",)})}
            assert not (await scene.service.charter.begin(but(OLD, namespaces=spaces))).changing
            assert (await scene.service.lookup([["phone:000"]]))[0].status == "blocked"

    asyncio.run(work())


def test_a_change_of_policy_killed_at_any_moment_goes_on_where_it_was(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    (tmp_path / "a.db.key").write_text(SECRET.hex())
    (tmp_path / "a.db.key").chmod(0o600)

    async def fill() -> None:
        service = await Service.open(url, OLD, secret=SECRET)
        for start in range(0, 20_000, 10_000):
            seen = [(n, 1, "a", str(n), None, None, None, 1.0) for n in range(start, start + 10_000)]
            named = [[("card", "", str(n)), ("phone", "", str(n // 2))] for n in range(start, start + 10_000)]
            await service.record_table(table_of(seen, named))
        await service.close()

    async def look(until: int = 0) -> Course:
        """How far it has come, as soon as that is far enough; parts on record are old or new, half of them once it came half."""
        service = await Service.open(url, secret=SECRET)
        standing = await service.charter.standing()
        for _ in range(3_000):
            if standing.done >= until or not standing.changing:
                break
            await asyncio.sleep(0.02)
            standing = await service.charter.standing()
        sizes = Counter(len(group) for group in await Stage(service).groups("default"))
        assert sizes[1] == sizes[2]
        assert bool(sizes[1]) == standing.changing
        assert (await service.audit.verify()).whole
        await service.close()
        return standing

    async def begin() -> None:
        service = await Service.open(url, secret=SECRET)
        await service.charter.begin(NEW)
        await service.close()

    asyncio.run(fill())
    asyncio.run(begin())
    command = [sys.executable, "-m", "cli.main", "--store", url, "policy", "apply"]
    for until in (1, 15_000):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        assert asyncio.run(look(until)).done >= until
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert ended.stdout.startswith(f"the store is under policy {NEW.version}; ")
    assert not asyncio.run(look()).changing


@pytest.mark.parametrize("store", STORES)
def test_under_a_new_purpose_everybody_has_a_root_at_once(store: str, request: pytest.FixtureRequest) -> None:
    neo4j_url = request.getfixturevalue("neo4j_url") if store == "neo4j" else None

    async def work() -> None:
        async with stage(OLD, neo4j_url) as scene:
            await scene.play((1, [Event(see=("card:1", "phone:1")), Event(see=("card:2",))]))
            await scene.service.charter.apply(but(OLD, purposes={**OLD.purposes, "research": ("contract",)}))
            wanted, _ = await scene.expected("research")
            assert len(wanted) > 0
            assert await scene.groups("research") == wanted

    asyncio.run(work())
