"""GET /v1/audit and GET /v1/receipts/{id}: who did what, and receipts for it."""

import httpx
import orjson
import pytest

from graph.events import Event
from graph.receipts import verified
from graph.service import Service

pytestmark = pytest.mark.anyio


async def test_a_withdrawal_leaves_an_audit_entry_and_a_receipt_that_holds(client: httpx.AsyncClient, service: Service) -> None:
    await service.record([Event(consent="k1", purposes=("marketing",))])
    body = (await client.post("/v1/events", json={"events": [{"withdraw": "k1"}]})).json()
    page = (await client.get("/v1/audit", params={"after": 2, "limit": 1})).json()
    (entry,) = page["entries"]
    assert entry == {
        "seq": 3,
        "at": "2026-03-10T12:00:00Z",
        "actor": "key:local",
        "action": "record",
        "counts": {"recorded": 1, "withdrawal": 1},
        "receipts": [body["receipt_id"]],
        "digest": entry["digest"],
    }
    assert (page["cursor"], page["more"]) == (3, False)
    receipt = await client.get(f"/v1/receipts/{body['receipt_id']}")
    assert verified(receipt.content, *service.receipts.public_keys) == orjson.loads(receipt.content)["receipt"]
    assert (await client.get("/v1/audit/verification")).json() == {
        "whole": True,
        "entries": 3,
        "digest": entry["digest"],
        "broken_at": None,
        "problem": None,
    }


async def test_an_unknown_receipt_is_not_found(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/receipts/0199aa3e-6c00-7a10-8000-3f5a9c2b7d41")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_receipt")
