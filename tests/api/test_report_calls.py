"""/v1/reports: counts of the whole store."""

from typing import Any

import httpx
import pytest

from graph import instants
from graph.events import Event
from graph.service import Service

pytestmark = pytest.mark.anyio


async def test_the_compliance_report_is_counted_to_the_last_one(client: httpx.AsyncClient, service: Service) -> None:
    phone, now = "phone:13900000001", service.now()
    given: dict[str, Any] = {
        "consent": "k1",
        "purposes": ("marketing",),
        "subject": phone,
        "notice": "v1",
        "at": now - instants.DAY,
    }
    await service.record([Event(**given), Event(see=("member_card:M-0001", phone), at=now, consent="k1")])
    await service.record([Event(withdraw="k1", at=now - instants.MINUTE)])
    body = (await client.get("/v1/reports/compliance", params={"since": "2026-03-10"})).json()
    digest = body["audit"].pop("digest")
    assert digest == (await service.audit.verify()).digest
    assert body == {
        "at": "2026-03-10T12:00:00Z",
        "since": "2026-03-10T00:00:00Z",
        "until": None,
        "policy": service.policy.version,
        "roots": {"service": 2, "marketing": 2},
        "consents": [{"purpose": "marketing", "notice": "v1", "live": 0, "expired": 0, "withdrawn": 1}],
        "withdrawals": {"count": 1, "p50": 60.0, "p95": 60.0, "longest": 60.0},
        "tombstones": 0,
        "decisions": {},
        "receipts": {"withdrawal": 1},
        "audit": {"whole": True, "entries": 3, "broken_at": None, "problem": None},
    }
    refused = await client.get("/v1/reports/compliance", params={"since": "soon"})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request")
