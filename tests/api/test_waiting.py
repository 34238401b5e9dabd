"""A service whose store is away when it starts: alive, not ready, and every call says so. That it comes by itself:
tests/neo4j/test_outage.py."""

import asyncio
import json
from collections.abc import AsyncGenerator

import httpx
import pytest

from api import waiting
from api.app import create_app

pytestmark = pytest.mark.anyio


@pytest.fixture
async def nowhere(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> AsyncGenerator[httpx.AsyncClient]:
    """The app on a port where nobody listens; it looks there again and again, and what it says is captured."""
    monkeypatch.setattr(waiting, "AGAIN_SECONDS", 0.02)
    monkeypatch.setenv("ROOTID_STORE", "bolt://127.0.0.1:9")
    monkeypatch.setenv("ROOTID_NEO4J_PASSWORD", "irrelevant")
    monkeypatch.setenv("ROOTID_KEY", "00" * 32)
    app = create_app()
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


async def test_a_service_whose_store_is_away_is_alive_and_not_ready(nowhere: httpx.AsyncClient) -> None:
    live, ready = await nowhere.get("/livez"), await nowhere.get("/readyz")
    assert (live.status_code, live.content) == (200, b'{"status":"live"}')
    assert (ready.status_code, ready.json()["code"], ready.json()["not_ready"]) == (503, "not_ready", ["store"])


async def test_every_other_call_says_when_to_try_again(nowhere: httpx.AsyncClient) -> None:
    for method, path in (("POST", "/v1/lookup"), ("GET", "/metrics"), ("GET", "/nowhere")):
        answer = await nowhere.request(method, path)
        assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "store_unavailable", "5")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_it_is_told_once(nowhere: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        await nowhere.get("/readyz")
    await asyncio.sleep(0.2)
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert told["level"] == "warning"
    assert told["what"].startswith("the service is not ready: nothing answers at bolt://127.0.0.1:9")
