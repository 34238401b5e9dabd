"""/v1/reports: counts of the whole store."""

from collections.abc import Callable
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


async def test_the_health_report_and_the_proposals_show_masks_only(
    client: httpx.AsyncClient, service: Service, named: Callable[[Any], Any]
) -> None:
    phone, at = "phone:13900000001", service.now()
    shared = [Event(see=(f"member_card:M-000{n}", "cookie:till"), at=at - n) for n in range(4)]
    clash = Event(see=("member_card:M-0001", phone), at=at, source="shop"), Event(see=("member_card:M-0002", phone), at=at - 9)
    await service.record([*shared, *clash, Event(see=("openid:o-1", "openid:o-2"), at=at, basis="none of ours")])
    body = named((await client.get("/v1/reports/health", params={"limit": 1})).json())
    assert body == {
        "at": "2026-03-10T12:00:00Z",
        "purpose": "service",
        "policy": service.policy.version,
        "largest": [
            {
                "root_id": "id 1",
                "size": 2,
                "persons": 2,
                "namespaces": {"member_card": 1, "phone": 1},
                "links": 1,
                "bridges": 1,
            }
        ],
        "mass_values": {},
        "shared_devices": {"cookie": 1},
        "most_linked": [{"identifier": "cookie:t****", "what": "shared", "linked": 4}],
        "blocked": {},
        "parked": {},
        "without_consent": [{"namespace": "openid", "looked_at": 2, "unbacked": 2}],
        "sources": [{"source": "", "refused": 1, "sightings": 1}],
    }
    listed = named((await client.get("/v1/conflicts/proposals")).json())
    advice = listed["proposals"][0].pop("advice")
    assert "shared_after" in advice
    assert listed == {
        "purpose": "service",
        "total": 1,
        "proposals": [
            {
                "own_id": "id 2",
                "identifier": "cookie:t****",
                "what": "shared",
                "linked": 4,
                "first_seen": "2026-03-10T11:59:59.999997Z",
                "last_seen": "2026-03-10T12:00:00Z",
            }
        ],
    }
    unknown = await client.get("/v1/reports/health", params={"purpose": "none"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_purpose")
