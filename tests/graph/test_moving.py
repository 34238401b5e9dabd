"""Everything moves between stores and is the same on the other side: rows, partition, root-IDs, change cursor."""

import asyncio
from pathlib import Path

import pytest

from graph import moving
from graph.errors import InvalidInputError, StoreMismatchError
from graph.events import Event
from graph.policy import Policy
from graph.service import Service
from tests.graph.laws import STORES, Begin, law
from tests.graph.stage import SECRET, Stage, emptied, restored, stage
from tests.graph.worlds import Step, worlds
from tests.graph.writer import POLICY

RICH = [
    {"consent": "K1", "purposes": ["default"], "subject": "m:1"},
    {"see": ["m:1", "p:1", "c:1"], "session": "s", "consent": "K1", "weight": 2.0},
    {"see": ["m:2", "p:2", "c:1"], "basis": "contract"},
    {"refer": ["m:1", "m:2"], "campaign": "spring", "code": "A1", "value": 3.5},
    {"order": "O1", "subject": "m:2", "amount": 9.5, "currency": "CNY"},
    {"never_link": ["m:1", "m:2"], "by": "someone", "reason": "told so"},
    {"close": ["m:1", "p:1"]},
    {"withdraw": {"subject": "m:1", "purpose": "default"}},
    {"see": ["m:3", "p:3"]},
    {"erase": "p:3"},
]


async def backup(service: Service) -> list[bytes]:
    return [line async for line in moving.lines(service.store)]


async def seen(scene: Stage, policy: Policy) -> list[object]:
    """Root-IDs under every purpose, partition by the rules, and the change feed."""
    found: list[object] = [await scene.roots(purpose) for purpose in policy.purposes]
    found += [(await scene.expected(purpose))[0] for purpose in policy.purposes]
    return [*found, await scene.service.changes()]


@law(worlds(erasures=True), examples=20, on_server=5)
async def test_there_and_back_again_everything_is_the_same(begin: Begin, world: tuple[Policy, list[Step]]) -> None:
    policy, steps = world
    async with stage(policy) as scene:
        for step in steps:
            await scene.play(step)
        first, before, now = await backup(scene.service), await seen(scene, policy), scene.now[0]
    async with begin(policy, restored_from=first, at=now) as scene:
        assert await seen(scene, policy) == before
        there = await backup(scene.service)
        assert sorted(there) == sorted(first)
    async with stage(policy, restored_from=there, at=now) as scene:
        assert await seen(scene, policy) == before
        assert sorted(await backup(scene.service)) == sorted(first)


@pytest.mark.parametrize("store", STORES)
def test_what_was_restored_goes_on_where_it_stood(store: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'first.db'}"

    async def fill() -> list[bytes]:
        service = await Service.open(url, POLICY, secret=SECRET)
        receipt = await service.record([Event.model_validate(event) for event in RICH])
        assert {outcome.status for outcome in receipt.outcomes} == {"recorded"}
        lines = await backup(service)
        await service.close()
        return lines

    async def go_on(at: str) -> tuple[list[str], dict[str, str | None], int]:
        service = await Service.open(at, secret=SECRET)
        events = [
            {"see": ["m:1", "e:9"], "source": "n", "event_id": "1"},
            {"see": ["m:3", "p:4"], "source": "n", "event_id": "2"},
        ]
        outcomes = (await service.record([Event.model_validate(event) for event in events])).outcomes
        answers = await service.lookup([["m:1"], ["m:2"], ["m:3"]])
        held = {answer.namespace + str(n): answer.root_id for n, answer in enumerate(answers)}
        cursor = len(await service.changes())
        await service.close()
        return [outcome.status for outcome in outcomes], held, cursor

    lines = asyncio.run(fill())
    other = f"sqlite:///{tmp_path / 'other.db'}"
    if store == "neo4j":
        other = request.getfixturevalue("neo4j_url")
        asyncio.run(emptied(other))
    asyncio.run(restored(other, lines))
    assert asyncio.run(go_on(other)) == asyncio.run(go_on(url))


def test_a_backup_that_ends_early_leaves_a_store_that_nobody_opens(tmp_path: Path) -> None:
    async def work() -> None:
        async with stage(POLICY) as scene:
            await scene.service.record([Event.model_validate(event) for event in RICH])
            lines = await backup(scene.service)
        url = f"sqlite:///{tmp_path / 'other.db'}"
        with pytest.raises(InvalidInputError, match="ends early"):
            await restored(url, lines[:-5])
        with pytest.raises(StoreMismatchError, match="didn't come to its end"):
            await Service.open(url, secret=SECRET)
        with pytest.raises(StoreMismatchError, match="didn't come to its end"):
            await restored(url, lines)

    asyncio.run(work())


def test_a_store_that_is_not_new_is_not_restored_into(tmp_path: Path) -> None:
    async def work() -> None:
        async with stage(POLICY) as scene:
            lines = await backup(scene.service)
        url = f"sqlite:///{tmp_path / 'other.db'}"
        await (await Service.open(url, POLICY, secret=SECRET)).close()
        with pytest.raises(StoreMismatchError, match=r"another HMAC key|not new"):
            await restored(url, lines)

    asyncio.run(work())


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    for lines in ([], [b"{}\n"], [b"not json\n"]):
        with pytest.raises(InvalidInputError):
            asyncio.run(restored(f"sqlite:///{tmp_path / 'other.db'}", lines))
