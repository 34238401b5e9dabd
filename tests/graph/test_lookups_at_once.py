"""Lookups that come at once: each is answered as if it were alone, and after a write was acknowledged by what was written."""

import asyncio

import pytest

from graph.events import Event
from graph.keys import Keyring
from graph.policy import from_mapping
from graph.service import Service
from tests.graph.laws import STORES
from tests.graph.stage import LATER, SECRET, stage

POLICY = from_mapping(
    {
        "require_consent": False,
        "namespaces": {
            "m": {"unique": True},
            "p": {"rank": 2, "hash_of": "m"},
            "c": {"kind": "device"},
            "a": {"kind": "attribute"},
        },
        "purposes": {"default": [], "other": []},
    }
)
PEOPLE = 40


@pytest.mark.parametrize("store", STORES)
def test_many_at_once_answer_as_each_alone(store: str, request: pytest.FixtureRequest) -> None:
    neo4j_url = request.getfixturevalue("neo4j_url") if store == "neo4j" else None

    async def play() -> None:
        async with stage(POLICY, neo4j_url) as scene:
            service = scene.service
            await service.record([Event(see=(f"m:{n}", f"c@shop:{n}", f"a:{n % 7}")) for n in range(PEOPLE)])
            names = [f"{space}:{n}" for n in range(PEOPLE + 10) for space in ("m", "c@shop", "c", "a", "p", "x")]
            alone = {
                (purpose, name): (await service.lookup([[name]], purpose))[0]
                for name in names[::7]
                for purpose in ("default", "other")
            }
            large = [[name] for name in names * 4]
            answers = await asyncio.gather(
                *(service.lookup([[name]], purpose) for purpose, name in alone),
                *(service.lookup(large[start : start + 100]) for start in range(0, 400, 100)),
                service.lookup(large),
            )
            assert [found[0] for found in answers[: len(alone)]] == list(alone.values())
            batches = [answer for found in answers[len(alone) : -1] for answer in found]
            assert batches == answers[-1][:400]
            assert {answer.status for answer in answers[-1]} == {"resolved", "attribute", "unknown", "invalid"}
            assert answers[-1][: len(names)][::7] == [alone["default", name] for name in names[::7]]

    asyncio.run(play())


@pytest.mark.parametrize("store", STORES)
def test_whoever_asks_after_a_write_was_acknowledged_sees_it(store: str, request: pytest.FixtureRequest) -> None:
    neo4j_url = request.getfixturevalue("neo4j_url") if store == "neo4j" else None

    async def play() -> None:
        async with stage(POLICY, neo4j_url) as scene:
            other = await Service.open(scene.url, secret=Keyring(SECRET, LATER), clock=lambda: scene.now[0])
            done = asyncio.Event()

            async def crowd() -> None:
                while not done.is_set():
                    await other.lookup([[f"m:{n}"] for n in range(30)])
                    await asyncio.sleep(0)  # an embedded store answers without letting others go on

            others = [asyncio.create_task(crowd()) for _ in range(3)]
            for number in range(5):
                await scene.service.record([Event(see=(f"m:{number}", f"c:{number}"))])
                one, several = await asyncio.gather(
                    other.lookup([[f"m:{number}"]]), other.lookup([[f"c:{number}"], [f"m:{number}"]])
                )
                assert {answer.root_id for answer in (*one, *several)} == {one[0].own_id}
            done.set()
            await asyncio.gather(*others)
            await other.close()

    asyncio.run(play())
