"""GET /livez and /readyz."""

import asyncio
from typing import Any

import httpx
import pytest

from api.routers import health
from graph.errors import StoreError
from graph.service import Service

pytestmark = pytest.mark.anyio


async def test_a_process_that_answers_is_live(client: httpx.AsyncClient) -> None:
    answer = await client.get("/livez")
    assert (answer.status_code, answer.content) == (200, b'{"status":"live"}')


async def test_a_service_with_its_store_is_ready(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b'{"status":"ready","ready":["store"]}')


async def test_a_store_that_fails_is_named_as_not_ready(
    client: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> Any:
        raise StoreError("/srv/rootid.db: gone")

    monkeypatch.setattr(service.store, "lookup", fail)
    await refused(client)
    assert (await client.get("/livez")).status_code == 200


async def test_a_store_that_does_not_answer_in_time_is_named_as_not_ready(
    client: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(*_: Any) -> Any:
        await asyncio.sleep(60)

    monkeypatch.setattr(service.store, "lookup", hang)
    monkeypatch.setattr(health, "PATIENCE", 0.01)
    await refused(client)


async def refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "1"
    assert (answer.status_code, answer.json()) == (
        503,
        {
            "type": "/problems/not_ready",
            "title": "The service is not ready",
            "status": 503,
            "detail": "Something that the service needs is not ready; `not_ready` names it.",
            "code": "not_ready",
            "request_id": answer.headers["x-request-id"],
            "not_ready": ["store"],
        },
    )
