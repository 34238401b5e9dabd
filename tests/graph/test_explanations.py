"""Explanations: the path with its evidence and consents, what would fall apart, and why two are not one."""

import asyncio
import itertools
from typing import Any

import networkx as nx
import pytest

from graph.answers import OnDevice
from graph.events import Event
from graph.explanations import Explanation
from graph.instants import DAY, text
from graph.policy import Policy, from_mapping
from tests.graph.laws import Begin, law
from tests.graph.stage import stage
from tests.graph.worlds import START, Step, worlds

SPACES = {
    "card": {"rank": 1, "unique": True},
    "phone": {"rank": 2, "max_holders": 3},
    "open": {"rank": 3},
    "cookie": {"rank": 4, "kind": "device"},
    "born": {"kind": "attribute", "unique": True},
}
RULES: dict[str, Any] = {
    "require_consent": False,
    "shared_after": 2,
    "namespaces": SPACES,
    "purposes": {"service": [], "ads": []},
}


def at(day: int, **event: Any) -> Event:
    return Event.model_validate({"at": text(START + day * DAY), **event})


def explained(events: list[Event], one: str, other: str, rules: dict[str, Any] | None = None) -> Explanation:
    async def work() -> Explanation:
        async with stage(from_mapping({**RULES, **(rules or {})})) as scene:
            scene.now[0] = START + 99 * DAY
            await scene.service.record(events)
            return await scene.service.explain((one, other))

    return asyncio.run(work())


def test_a_path_tells_evidence_sources_and_consents_of_each_hop() -> None:
    found = explained(
        [
            at(0, consent="K1", purposes=["service"], notice="v1"),
            at(1, see=["open:a", "phone:1"], source="shop", consent="K1"),
            at(3, see=["open:a", "phone:1"], source="app", consent="K1"),
            at(2, see=["phone:1", "card:x"], source="till"),
        ],
        "open:a",
        "card:x",
    )
    assert (found.together, found.why, found.distance) == (True, "path", 2)
    first, second = found.hops
    assert (first.count, first.first_seen, first.last_seen) == (2, START + DAY, START + 3 * DAY)
    assert first.sources == ("app", "shop")
    assert [(backing.consent_id, backing.notice) for backing in first.backings] == [("K1", "v1")]
    assert (second.sources, second.backings, second.bridge) == (("till",), (), True)
    assert len(second.cut_off) == 2


CHAIN = [at(1, see=["card:x", "phone:1"]), at(2, see=["card:y", "phone:1"])]


@pytest.mark.parametrize(
    ("events", "pair", "why"),
    [
        (CHAIN, ("card:x", "card:y"), "refused"),
        ([at(1, see=["card:x", "phone:1"]), at(2, close=["card:x", "phone:1"])], ("card:x", "phone:1"), "closed"),
        ([at(1, see=["card:x"]), at(1, see=["phone:1"])], ("card:x", "phone:1"), "nothing"),
        ([at(1, see=["card:x", "phone:1"], weight=0.1)], ("card:x", "phone:1"), "weak"),
        ([at(1, see=["card:x", "phone:1"], consent="K")], ("card:x", "phone:1"), "unbacked"),
        ([at(1, see=["card:x", "born:1"])], ("card:x", "born:1"), "attribute"),
        ([at(1, see=["card:x"])], ("card:x", "card:never"), "unknown"),
        ([at(1, see=["card:x", "cookie:c"]), at(2, see=["card:y", "cookie:c"])], ("card:x", "card:y"), "shared"),
        ([at(n, see=[f"card:{n}", "phone:1"]) for n in range(4)], ("card:1", "card:2"), "mass_value"),
        ([at(1, see=["phone:9", "cookie:c"]), at(2, see=["phone:8", "cookie:c"])], ("phone:9", "phone:8"), "past"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_why_two_are_not_one(events: list[Event], pair: tuple[str, str], why: str) -> None:
    found = explained(events, *pair, {"min_weight": 0.5})
    assert (found.together, found.why) == (False, why)


def test_a_refusal_names_what_it_clashed_with_and_a_decision_is_named() -> None:
    found = explained(CHAIN, "card:x", "card:y")
    refused = next(hop for hop in found.hops if hop.verdict == "refused")
    assert refused.reason == "unique"
    assert refused.clash is not None
    names = {named.own_id: named.namespace for named in found.identifiers}
    assert {names[own] for own in refused.clash} == {"card"}
    ruled = explained([at(1, see=["open:a", "phone:1"]), at(2, never_link=["open:a", "phone:1"])], "open:a", "phone:1")
    assert (ruled.why, len(ruled.never)) == ("refused", 1)


def test_one_under_another_purpose_is_told() -> None:
    events = [at(0, consent="K", purposes=["ads"]), at(1, see=["open:a", "phone:1"], consent="K")]
    assert explained(events, "open:a", "phone:1").elsewhere == ("ads",)


def test_who_was_on_a_device_is_proven_only_within_the_window() -> None:
    async def work() -> list[OnDevice]:
        async with stage(from_mapping({**RULES, "session_window": "2h"})) as scene:
            scene.now[0] = START + 99 * DAY
            await scene.service.record([at(1, see=["open:a", "cookie:c"]), at(3, see=["open:b", "cookie:c"])])
            past = scene.service.at()
            asked = [START, START + DAY, START + DAY + DAY // 24, START + 2 * DAY, START + 3 * DAY]
            return [await past.on_device("cookie:c", when) for when in asked]

    before, then, shortly, later, other = asyncio.run(work())
    assert (before.status, before.root_id) == ("unknown", None)
    assert (then.proven, shortly.proven, later.proven, other.proven) == (True, True, False, True)
    assert then.root_id == shortly.root_id == later.root_id != other.root_id


@law(worlds(), examples=15, on_server=2)
async def test_two_have_a_path_exactly_when_they_are_one_and_it_is_as_short_as_can_be(
    begin: Begin, world: tuple[Policy, list[Step]]
) -> None:
    policy, steps = world
    purpose = next(iter(policy.purposes))
    async with begin(policy) as scene:
        for step in steps:
            await scene.play(step)
        _, wanted = await scene.expected(purpose)
        names = [f"{space}:{value}" for space in ("m", "p", "c") for value in (1, 2)]
        handles = dict(zip(names, await scene.service.handles(names), strict=True))
        part = {handle: number for number, members in enumerate(wanted.parts) for handle in members}
        graph: nx.Graph[int] = nx.Graph(list(wanted.accepted))
        for one, other in itertools.combinations(names, 2):
            found = await scene.service.explain((one, other))
            a, b = handles[one], handles[other]
            assert found.together == (a in part and part[a] == part.get(b, -1))
            if found.together:
                devices = {names.index(name) for name in (one, other) if name.startswith("c")}
                assert found.distance is not None
                assert found.distance >= nx.shortest_path_length(graph, a, b)
                assert devices or all(named.kind == "person" for named in found.identifiers[: found.distance + 1])
