"""Putting a store under another policy gives what the rules of that policy give on all facts."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InvalidInputError, PolicyChangedError
from graph.events import Event
from graph.instants import HOUR
from graph.policy import Policy, from_mapping
from graph.readopting import differences
from graph.service import Service
from tests.graph.laws import STORES
from tests.graph.stage import SECRET, stage
from tests.graph.worlds import START, Step, policies, worlds


@settings(max_examples=40)
@given(worlds(erasures=True), policies(), st.booleans())
def test_a_store_put_under_another_policy_is_as_if_it_had_always_been(
    world: tuple[Policy, list[Step]], other: Policy, grows: bool
) -> None:
    async def play() -> None:
        policy, steps = world
        purposes = {**policy.purposes, **({"research": ("contract",)} if grows else {})}
        window = other.session_window if policy.session_window is not None else None
        new = other.model_copy(update={"purposes": purposes, "session_window": window})
        async with stage(policy) as scene:
            for step in steps[:-1]:
                await scene.play(step)
            scene.now[0] = START + steps[-1][0] * HOUR
            while await scene.service.sweep():
                pass
            said = await scene.service.try_policy(new)
            done = await scene.service.apply_policy(new)
            assert (said.merges, said.splits, said.moves) == (done.merges, done.splits, done.moves)
            for step in (None, steps[-1]):
                if step is not None:
                    await scene.play(step)
                for purpose in new.purposes:
                    wanted, resolution = await scene.expected(purpose)
                    assert await scene.groups(purpose) == wanted
                    held, given_by_rules = await scene.findings(purpose, resolution)
                    assert held == given_by_rules

    asyncio.run(play())


OLD = from_mapping({"require_consent": False, "namespaces": {"card": {"unique": True}, "phone": {"rank": 2}}})


def test_what_is_on_record_cannot_follow_every_change(tmp_path: Path) -> None:
    async def work() -> None:
        service = await Service.open(f"sqlite:///{tmp_path / 'a.db'}", OLD, secret=SECRET)
        for change in (
            {"namespaces": {"card": {"unique": True}, "phone": {"normalise": "phone"}}},
            {"namespaces": dict(OLD.namespaces), "purposes": {"other": ()}},
            {"namespaces": dict(OLD.namespaces), "session_window": "2h"},
        ):
            with pytest.raises(InvalidInputError, match="can't"):
                await service.apply_policy(from_mapping(change))
        await service.close()

    asyncio.run(work())


def test_a_process_under_the_former_policy_stops_writing(tmp_path: Path) -> None:
    async def work() -> None:
        url = f"sqlite:///{tmp_path / 'a.db'}"
        one, other = [await Service.open(url, secret=SECRET, policy=OLD) for _ in range(2)]
        new = from_mapping({"require_consent": False, "namespaces": {"card": {}, "phone": {"rank": 2}}})
        await one.record(
            [Event.model_validate({"see": ["card:1", "phone:1"]}), Event.model_validate({"see": ["card:2", "phone:1"]})]
        )
        assert differences(OLD, new) == [("namespaces.card.unique", True, False)]
        assert (await one.apply_policy(new)).merges == 1
        with pytest.raises(PolicyChangedError):
            await other.record([Event.model_validate({"see": ["card:3"]})])
        await one.record([Event.model_validate({"see": ["card:3"]})])
        await one.close()
        await other.close()

    asyncio.run(work())


@pytest.mark.parametrize("store", STORES)
def test_under_a_new_purpose_everybody_has_a_root_at_once(store: str, request: pytest.FixtureRequest) -> None:
    neo4j_url = request.getfixturevalue("neo4j_url") if store == "neo4j" else None

    async def work() -> None:
        async with stage(OLD, neo4j_url) as scene:
            await scene.play((1, [Event(see=("card:1", "phone:1")), Event(see=("card:2",))]))
            await scene.service.apply_policy(OLD.model_copy(update={"purposes": {**OLD.purposes, "research": ("contract",)}}))
            wanted, _ = await scene.expected("research")
            assert len(wanted) > 0
            assert await scene.groups("research") == wanted

    asyncio.run(work())
