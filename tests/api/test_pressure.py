"""Too much at once, and too long: said in time, and safe to try again."""

import asyncio
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.pressure import patience
from api.state import State
from graph.service import Service

pytestmark = pytest.mark.anyio

LOOKUP = {"lookups": [{"identifiers": ["phone:13900000001"]}]}


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        (b"wait=2", 2),
        (b"respond-async, wait=5", 5),
        (b"wait=5; foo", 5),
        (b"WAIT=0", 0),
        (b"wait=999", 30),
        (b"wait=-1", 30),
        (b"await=1", 30),
        (b"wait=" + b"9" * 50, 30),
        (b"return=minimal", 30),
    ],
)
def test_a_request_may_take_as_long_as_its_caller_waits_and_the_service_allows(prefer: bytes, seconds: int) -> None:
    assert patience([(b"prefer", prefer)], 30) == seconds


def told(answer: httpx.Response) -> tuple[int, str, str]:
    return answer.status_code, answer.json()["code"], answer.headers["Retry-After"]


async def test_a_request_that_takes_too_long_is_given_up(
    service: Service, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: object) -> list[Any]:
        await asyncio.sleep(60)
        return []

    monkeypatch.setattr(service.store, "lookup", hang)
    answer = await client.post("/v1/lookup", json=LOOKUP, headers={"Prefer": "wait=1"})
    assert told(answer) == (504, "deadline", "1")


async def test_more_at_once_than_a_worker_serves_are_told_to_wait(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, full = asyncio.Event(), asyncio.Event()
    served = 0
    lookup = service.store.lookup

    async def slow(*asked: Any) -> Any:
        nonlocal served
        served += 1
        if served == 3:
            full.set()
        await gate.wait()
        return await lookup(*asked)

    monkeypatch.setattr(service.store, "lookup", slow)
    app = create_app(service)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        state: State = app.state.rootid
        state.load.most = 3
        waiting = [asyncio.create_task(client.post("/v1/lookup", json=LOOKUP)) for _ in range(3)]
        await asyncio.wait_for(full.wait(), 10)
        assert told(await client.post("/v1/lookup", json=LOOKUP)) == (503, "overloaded", "1")
        assert (await client.get("/livez")).status_code == 200
        gate.set()
        assert [answer.status_code for answer in await asyncio.gather(*waiting)] == [200] * 3
        assert (await client.post("/v1/lookup", json=LOOKUP)).status_code == 200


async def test_a_worker_that_is_late_turns_requests_away(service: Service) -> None:
    app = create_app(service)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        state: State = app.state.rootid
        state.load.lag = 2.0
        assert told(await client.post("/v1/lookup", json=LOOKUP)) == (503, "overloaded", "1")
        await asyncio.sleep(0.2)
        assert (await client.post("/v1/lookup", json=LOOKUP)).status_code == 200
