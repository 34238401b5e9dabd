"""/v1/conflicts: what waits for a human, and deciding it."""

import httpx
import pytest

from graph.events import Event
from graph.service import Service

pytestmark = pytest.mark.anyio


async def test_a_conflict_is_listed_and_leaves_when_it_is_decided(client: httpx.AsyncClient, service: Service) -> None:
    phone = "phone:13900000001"
    await service.record([Event(see=(f"member_card:M-000{n}", phone), at=service.now() - n) for n in (1, 2)])
    page = (await client.get("/v1/conflicts")).json()
    (one,) = page["conflicts"]
    assert (page["purpose"], page["cursor"], one["reason"], one["count"]) == ("service", None, "unique", 1)
    assert {one["a_identifier"], one["b_identifier"]} == {"phone:139****0001", "member_card:M****"}
    assert one["clash"] == ["member_card:M****", "member_card:M****"]
    answer = await client.post("/v1/conflicts/decide", json={"a": one["a"], "b": one["b"], "ruling": "never_link"})
    assert answer.json()["receipt"]["receipt"]["deeds"] == [{"what": "never_link"}]
    assert (await client.get("/v1/conflicts")).json()["conflicts"] == []
    unknown = {"a": one["a"], "b": "0199aa3e-6c00-7a10-8000-3f5a9c2b7d41", "ruling": "never_link"}
    refused = await client.post("/v1/conflicts/decide", json=unknown)
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_root")
