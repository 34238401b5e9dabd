"""What every store keeps about callers: their keys, and the answers to requests that they named."""

import asyncio

import pytest

from graph import instants
from graph.access import presented
from graph.errors import IdempotencyKeyError, UnknownApiKeyError
from graph.events import Event
from graph.keybook import Wanted
from graph.policy import from_mapping
from tests.graph.laws import STORES
from tests.graph.stage import stage

POLICY = from_mapping({"namespaces": {"phone": {"normalise": "phone"}}, "require_consent": False, "purposes": {"service": []}})


@pytest.mark.parametrize("store", STORES)
def test_a_store_keeps_keys_and_answers(store: str, request: pytest.FixtureRequest) -> None:
    neo4j_url = request.getfixturevalue("neo4j_url") if store == "neo4j" else None

    async def work() -> None:
        async with stage(POLICY, neo4j_url=neo4j_url) as scene:
            book, repeats = scene.service.keybook, scene.service.repeats
            made, token = await book.make(Wanted("till", ("write", "lookup"), ("service",), rate=5, lasts=instants.DAY))
            _, other = await book.make(Wanted("desk", ("all",)))
            assert {key.name for key in await book.all()} == {"till", "desk"}
            held = {key.id: key for key in await book.all()}
            assert held[made.id] == made
            given = presented(token)
            assert given is not None
            assert held[given.id].fits(given.secret)
            assert not held[given.id].fits(presented(other).secret)  # type: ignore[union-attr]  # it is one
            successor, _ = await book.rotate("till", instants.HOUR)
            assert (successor.scopes, successor.purposes, successor.rate) == (made.scopes, made.purposes, 5)
            assert {key.name for key in await book.revoke("till")} == {"till"}
            with pytest.raises(UnknownApiKeyError):
                await book.revoke("till")

            name = (b"till", b"/v1/events", b"n-1")
            assert await repeats.find(name, b"asked") is None
            await repeats.keep(name, b"asked", b'{"first":1}')
            await repeats.keep(name, b"asked", b'{"second":2}')
            assert await repeats.find(name, b"asked") == b'{"first":1}'
            with pytest.raises(IdempotencyKeyError):
                await repeats.find(name, b"asked otherwise")
            await scene.service.record([Event.model_validate({"see": ["phone:13900000001"]})])
            await scene.service.record([Event.model_validate({"erase": "phone:13900000001"})])
            assert await repeats.find(name, b"asked") is None

    asyncio.run(work())
