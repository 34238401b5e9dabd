"""The laws of docs/explanation/resolution.md on every store: random policies and histories, against the rules on all facts."""

import random
from dataclasses import replace

import networkx as nx
from hypothesis import strategies as st

from graph.events import Event
from graph.evidence import Facts
from graph.instants import HOUR, LATEST
from graph.policy import Policy, from_mapping
from graph.resolution import resolve
from tests.graph.laws import Begin, law
from tests.graph.worlds import START, Step, all_events, worlds


@law(worlds(erasures=True), examples=150, on_server=10)
async def test_what_is_on_record_after_each_call_is_what_the_rules_give_on_all_facts(
    begin: Begin, world: tuple[Policy, list[Step]]
) -> None:
    policy, steps = world
    async with begin(policy) as scene:
        for step in steps:
            await scene.play(step)
            for purpose in policy.purposes:
                wanted, resolution = await scene.expected(purpose)
                assert await scene.groups(purpose) == wanted
                held, given_by_rules = await scene.findings(purpose, resolution)
                assert held == given_by_rules


@law(worlds(erasures=True), st.randoms(use_true_random=False), examples=50, on_server=5)
async def test_the_order_of_recording_changes_neither_partition_nor_verdicts(
    begin: Begin, world: tuple[Policy, list[Step]], chance: random.Random
) -> None:
    policy, steps = world
    async with begin(policy) as scene:
        for step in steps:
            await scene.play(step)
        async with scene.service.store.reading() as reading:
            recorded = await reading.facts()
    shuffled = Facts(
        dict(chance.sample(list(recorded.nodes.items()), len(recorded.nodes))),
        [replace(s, recorded=0) for s in chance.sample(recorded.sightings, len(recorded.sightings))],
        *(
            [replace(fact, recorded=0) for fact in chance.sample(kind, len(kind))]
            for kind in (recorded.grantings, recorded.withdrawals, recorded.closings, recorded.rulings)
        ),
    )
    for purpose in policy.purposes:
        one, other = (resolve(kept, policy, purpose, LATEST // 2) for kept in (recorded, shuffled))
        assert set(one.parts) == set(other.parts)
        assert one.findings == other.findings


@law(worlds(), examples=50, on_server=5)
async def test_events_that_come_again_change_nothing(begin: Begin, world: tuple[Policy, list[Step]]) -> None:
    policy, steps = world
    async with begin(policy) as scene:
        for step in steps:
            await scene.play(step)
        before = [await scene.roots(purpose) for purpose in policy.purposes]
        receipt = await scene.service.record([event for event in all_events(steps) if event.see or event.refer])
        assert all(outcome.status != "recorded" or outcome.blocked for outcome in receipt.outcomes)
        assert (receipt.merges, receipt.splits, receipt.moves) == (0, 0, 0)
        assert [await scene.roots(purpose) for purpose in policy.purposes] == before


@law(worlds(), examples=50, on_server=5)
async def test_how_events_are_batched_does_not_change_the_partition(begin: Begin, world: tuple[Policy, list[Step]]) -> None:
    async def play(steps: list[Step]) -> list[set[frozenset[str]]]:
        async with begin(world[0]) as scene:
            for step in steps:
                await scene.play(step)
            scene.now[0] = START + world[1][-1][0] * HOUR
            while await scene.service.sweep():
                pass
            return [await scene.groups(purpose) for purpose in world[0].purposes]

    steps = world[1]
    by_one = [(hour, [event]) for hour, recorded in steps for event in recorded if event.withdraw is None]
    at_once = [(steps[-1][0], [event for event in all_events(steps) if event.withdraw is None])]
    assert await play(by_one) == await play(at_once)


@law(worlds(erasures=True), examples=60, on_server=5)
async def test_root_ids_keep_their_meaning_and_belong_to_one_purpose(begin: Begin, world: tuple[Policy, list[Step]]) -> None:
    """A root-ID answered for a part led by one value of a unique namespace never answers for another value of it."""

    policy, steps = world
    led_by: dict[tuple[str, str], str] = {}
    purposes_of: dict[str, str] = {}
    async with begin(policy) as scene:
        for step in steps:
            await scene.play(step)
            for purpose in policy.purposes:
                own: dict[str, int] = {}
                async for row in scene.service.export_roots(purpose):
                    own[row["own_id"]] = own.get(row["own_id"], 0) + 1
                    assert purposes_of.setdefault(row["own_id"], purpose) == purpose
                    if row["own_id"] == row["root_id"] and policy.space(row["namespace"]).unique:
                        place = row["root_id"], f"{row['namespace']}@{row['scope']}"
                        assert led_by.setdefault(place, row["key"]) == row["key"]
                assert set(own.values()) <= {1}


FREE = from_mapping({"require_consent": False, "namespaces": {name: {} for name in ("m", "p", "e", "c", "d", "b")}})


@law(st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=4), min_size=1, max_size=40), examples=50, on_server=5)
async def test_with_the_rules_off_parts_are_connected_components(begin: Begin, seen: list[list[int]]) -> None:
    async with begin(FREE) as scene:
        chunk = max(1, len(seen) // 3)
        for start in range(0, len(seen), chunk):
            part = seen[start : start + chunk]
            await scene.service.record([Event.model_validate({"see": [f"{'mpecd'[n % 5]}:{n}" for n in row]}) for row in part])
        graph: nx.Graph[str] = nx.Graph()
        for row in seen:
            keys = [(scene.service.key_of(f"{'mpecd'[n % 5]}:{n}") or b"").hex() for n in row]
            nx.add_path(graph, keys)
        assert await scene.groups("default") == {frozenset(part) for part in nx.connected_components(graph)}


@law(worlds(), examples=50, on_server=5)
async def test_as_of_and_as_known_at_a_time_is_what_was_on_record_then(begin: Begin, world: tuple[Policy, list[Step]]) -> None:
    policy, steps = world
    purpose = next(iter(policy.purposes))
    seen: list[tuple[int, int, set[frozenset[str]]]] = []
    async with begin(policy) as scene:
        for step in steps:
            await scene.play(step)
            seen.append((scene.now[0], await scene.service.stamp(), await scene.groups(purpose)))
        for now, stamp, groups in seen:
            wanted, _ = await scene.expected(purpose, as_of=now, known_at=stamp)
            assert groups == wanted


@law(worlds(), examples=50, on_server=5)
async def test_a_split_undoes_a_merge_and_the_old_root_id_is_back(begin: Begin, world: tuple[Policy, list[Step]]) -> None:
    """Two persons outside of everything else are linked, and the link is closed."""

    policy, steps = world
    if policy.require_consent or policy.max_size == 1:
        return
    async with begin(policy) as scene:
        hour = 0
        for step in steps:
            await scene.play(step)
            hour = step[0]
        one, other = "m@apart:1", "p@apart:1"
        await scene.play((hour, [Event.model_validate({"see": [one]}), Event.model_validate({"see": [other]})]))
        before = [await scene.roots(purpose) for purpose in policy.purposes]
        await scene.play((hour, [Event.model_validate({"see": [one, other]})]))
        await scene.play((hour, [Event.model_validate({"close": [one, other]})]))
        assert [await scene.roots(purpose) for purpose in policy.purposes] == before


@law(worlds(), examples=30, on_server=5)
async def test_withdrawing_and_granting_again_gives_the_same_root_ids(begin: Begin, world: tuple[Policy, list[Step]]) -> None:
    policy, steps = world
    async with begin(policy) as scene:
        hour = 0
        for step in steps:
            await scene.play(step)
            hour = step[0]
        purposes = list(policy.purposes)
        consent = {"consent": "K9", "purposes": purposes}
        await scene.play((hour, [Event.model_validate(consent)]))
        await scene.play((hour, [Event.model_validate({"see": ["m@apart:1", "p@apart:1", "c@apart:1"], "consent": "K9"})]))
        before = [await scene.roots(purpose) for purpose in purposes]
        await scene.play((hour + 1, [Event.model_validate({"withdraw": "K9"})]))
        await scene.play((hour + 2, [Event.model_validate(consent)]))
        if policy.space("m").max_age is None and policy.space("p").max_age is None and policy.space("c").max_age is None:
            mine = {(scene.service.key_of(name) or b"").hex() for name in ("m@apart:1", "p@apart:1", "c@apart:1")}
            for purpose, roots in zip(purposes, before, strict=True):
                now = await scene.roots(purpose)
                assert {key: now[key] for key in mine} == {key: roots[key] for key in mine}
