"""The conflict queue: what waits with its evidence, page by page, and leaves when it is decided."""

import asyncio

import pytest

from graph.events import Event
from graph.policy import from_mapping
from tests.graph.laws import STORES
from tests.graph.stage import stage
from tests.graph.worlds import START

POLICY = from_mapping({"require_consent": False, "namespaces": {"m": {"unique": True}, "p": {"rank": 2}}})


@pytest.mark.parametrize("store", STORES)
def test_a_refused_link_waits_until_it_is_decided(store: str, request: pytest.FixtureRequest) -> None:
    neo4j_url = request.getfixturevalue("neo4j_url") if store == "neo4j" else None

    async def play() -> None:
        async with stage(POLICY, neo4j_url) as scene:
            service = scene.service
            seen = [Event(see=(f"m:{n}", f"p:{n // 2}"), at=START - n) for n in range(6)]
            await service.record([*seen, Event(see=("m:1", "p:0"), at=START - 1, event_id="again")])
            first = await service.conflicts.waiting(limit=2)
            rest = await service.conflicts.waiting(cursor=first.cursor, limit=2)
            assert (len(first.conflicts), len(rest.conflicts), rest.cursor) == (2, 1, None)
            every = {frozenset((c.a, c.b)) for c in (*first.conflicts, *rest.conflicts)}
            assert len(every) == 3
            (one, other), (third,) = first.conflicts, rest.conflicts
            assert {(c.reason, c.clash is not None) for c in (one, other, third)} == {("unique", True)}
            assert sorted(c.count for c in (one, other, third)) == [1, 1, 2]
            said = (await service.conflicts.decide(other.b, other.a, "never_link", "desk", "two people", None))["receipt"]
            assert said["deeds"] == [{"what": "never_link"}]
            left = await service.conflicts.waiting()
            assert {(c.a, c.b) for c in left.conflicts} == {(one.a, one.b), (third.a, third.b)}
            await service.conflicts.decide(one.a, one.b, "same_person", "desk", None, None)
            assert (one.a, one.b) not in {(c.a, c.b) for c in (await service.conflicts.waiting()).conflicts}

    asyncio.run(play())
