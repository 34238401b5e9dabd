"""Requests that are sent again: the same answer for whoever named them, and no body for whoever has it."""

import asyncio
from typing import Any

import httpx
import pytest

from graph import instants
from graph.events import Event
from graph.keybook import Wanted
from graph.service import Service

pytestmark = pytest.mark.anyio

ONE = {"sightings": [{"see": ["phone:13900000001", "openid@x:1"], "event_id": "e1", "source": "till"}]}
OTHER = {"sightings": [{"see": ["phone:13900000002"]}]}
NAMED = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


async def test_a_named_write_is_answered_as_the_first_time(client: httpx.AsyncClient, service: Service) -> None:
    first = await client.post("/v1/sightings", json=ONE, headers=NAMED)
    again = await client.post("/v1/sightings", json=ONE, headers=NAMED)
    assert again.content == first.content
    assert first.json()["recorded"] == 1
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert (await service.stats()).sightings == 1


async def test_without_a_name_it_is_a_duplicate(client: httpx.AsyncClient) -> None:
    await client.post("/v1/sightings", json=ONE)
    assert (await client.post("/v1/sightings", json=ONE)).json()["duplicates"] == 1


async def test_a_name_is_for_one_request(client: httpx.AsyncClient, service: Service) -> None:
    await client.post("/v1/sightings", json=ONE, headers=NAMED)
    answer = await client.post("/v1/sightings", json=OTHER, headers=NAMED)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key")
    assert (await service.stats()).sightings == 1
    assert (await client.post("/v1/events", json={"events": ONE["sightings"]}, headers=NAMED)).json()["duplicates"] == 1


@pytest.mark.parametrize("name", [b"", b"x" * 256, "重".encode()])
async def test_a_name_is_short_and_plain(client: httpx.AsyncClient, name: bytes) -> None:
    answer = await client.post("/v1/sightings", json=ONE, headers={"Idempotency-Key": name})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key")


async def test_two_at_once_write_once_and_answer_the_same(client: httpx.AsyncClient) -> None:
    both = await asyncio.gather(*(client.post("/v1/sightings", json=ONE, headers=NAMED) for _ in range(2)))
    assert both[0].content == both[1].content


async def test_what_failed_is_not_kept(client: httpx.AsyncClient) -> None:
    assert (await client.post("/v1/sightings", json={"sightings": []}, headers=NAMED)).status_code == 422
    assert (await client.post("/v1/sightings", json=ONE, headers=NAMED)).json()["recorded"] == 1


async def test_a_name_is_kept_for_a_day(client: httpx.AsyncClient, service: Service) -> None:
    await client.post("/v1/sightings", json=ONE, headers=NAMED)
    service.repeats._clock = lambda: instants.parse("2026-03-11T13:00:00Z")
    await client.post("/v1/sightings", json=OTHER, headers={"Idempotency-Key": "another"})
    assert (await client.post("/v1/sightings", json=ONE, headers=NAMED)).json()["duplicates"] == 1


async def test_nobody_is_answered_with_what_another_key_was_answered(service: Service, client: httpx.AsyncClient) -> None:
    tokens = [(await service.keybook.make(Wanted(name, ("write",))))[1] for name in ("a", "b")]
    await asyncio.sleep(0.6)
    answers = [
        await client.post("/v1/sightings", json=ONE, headers={**NAMED, "Authorization": f"Bearer {token}"}) for token in tokens
    ]
    assert [answer.json()["recorded"] for answer in answers] == [1, 0]
    assert (await client.post("/v1/sightings", json=ONE, headers=NAMED)).status_code == 401


async def test_the_store_keeps_no_request(client: httpx.AsyncClient, service: Service) -> None:
    await client.post("/v1/sightings", json=ONE, headers=NAMED)
    async with service.store.reading() as reading:
        rows: Any = reading._all("SELECT key, request, body FROM kept_answer")  # type: ignore[attr-defined]  # the rows as they lie
    assert len(rows) == 1
    assert not [part for part in rows[0] if b"13900000001" in part or NAMED["Idempotency-Key"].encode() in part]


async def test_an_erasure_forgets_what_was_kept(client: httpx.AsyncClient, service: Service) -> None:
    await client.post("/v1/sightings", json=ONE, headers=NAMED)
    await service.record([Event.model_validate({"erase": "phone:13900000001"})])
    assert "Idempotency-Replayed" not in (await client.post("/v1/sightings", json=ONE, headers=NAMED)).headers


async def test_what_did_not_change_is_not_sent_again(client: httpx.AsyncClient) -> None:
    await client.post("/v1/sightings", json=ONE)
    asked = await client.post("/v1/lookup", json={"lookups": [{"identifiers": ["phone:13900000001"]}]})
    path = f"/v1/roots/{asked.json()['answers'][0]['root_id']}"
    first = await client.get(path)
    tag = first.headers["ETag"]
    for wanted in (tag, f'W/{tag}, "x"', "*"):
        again = await client.get(path, headers={"If-None-Match": wanted})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    await client.post("/v1/sightings", json={"sightings": [{"see": ["phone:13900000001", "openid@x:2"]}]})
    changed = await client.get(path, headers={"If-None-Match": tag})
    assert (changed.status_code, changed.headers["ETag"] != tag) == (200, True)
