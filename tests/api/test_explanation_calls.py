"""POST /v1/explain, /v1/on-device, /v1/what-if, and lookups and roots of another time."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from graph import instants
from graph.events import Event
from graph.service import Service

pytestmark = pytest.mark.anyio

Named = Callable[[Any], Any]
FIRST, LATER = instants.parse("2026-03-01T08:00:00Z"), instants.parse("2026-03-02T08:00:00Z")
CARD, PHONE, COOKIE = "member_card:M-000000001", "phone:13900000001", "cookie:c-1"


async def test_two_of_one_person_are_explained_with_evidence(client: httpx.AsyncClient, service: Service, named: Named) -> None:
    await service.record([Event(see=(CARD, PHONE), at=FIRST, source="shop", basis="contract")])
    answer = await client.post("/v1/explain", json={"identifiers": [PHONE, CARD]})
    assert answer.status_code == 200
    phone = {"own_id": "id 1", "namespace": "phone", "scope": "", "mask": "139****0001", "kind": "person"}
    card = {"own_id": "id 2", "namespace": "member_card", "scope": "", "mask": "M****1", "kind": "person"}
    body = answer.json()
    first, second = (one["own_id"] for one in body["identifiers"])
    assert (body["hops"][0].pop("a"), body["hops"][0].pop("b")) == (second, first)
    assert named(body) == {
        "together": True,
        "why": "path",
        "words": [
            "They are one person.",
            "The shortest path has 1 link.",
            "member_card:M****1 – phone:139****0001: accepted; seen together 1×, 2026-03-01, by shop; rests on the basis "
            "contract. Without it 1 identifier would fall away.",
        ],
        "purpose": "service",
        "policy": service.policy.version,
        "as_of": "2026-03-10T12:00:00Z",
        "identifiers": [phone, card],
        "hops": [
            {
                "verdict": "accepted",
                "reason": None,
                "clash": None,
                "made_by": "sightings",
                "first_seen": "2026-03-01T08:00:00Z",
                "last_seen": "2026-03-01T08:00:00Z",
                "count": 1,
                "sources": ["shop"],
                "backings": [{"consent_id": None, "notice": None, "basis": "contract"}],
                "bridge": True,
                "cut_off": ["id 1"],
            }
        ],
        "distance": 1,
        "never": [],
        "elsewhere": [],
    }
    apart = {"identifiers": [PHONE, CARD], "purpose": "marketing", "as_of": "2026-03-05"}
    other = (await client.post("/v1/explain", json=apart)).json()
    assert (other["together"], other["why"], other["elsewhere"]) == (False, "unbacked", ["service"])


async def test_what_no_identifier_can_be_is_refused_without_its_value(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/explain", json={"identifiers": ["phone:secret-1", CARD]})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_identifier")
    assert "secret" not in answer.text


async def test_lookups_and_roots_answer_for_another_time(client: httpx.AsyncClient, service: Service) -> None:
    await service.record([Event(see=(CARD,), at=FIRST), Event(see=(PHONE,), at=FIRST), Event(see=(CARD, PHONE), at=LATER)])
    groups = [{"identifiers": [CARD]}, {"identifiers": [PHONE]}]
    now = (await client.post("/v1/lookup", json={"lookups": groups})).json()["answers"]
    then = (await client.post("/v1/lookup", json={"lookups": groups, "as_of": "2026-03-01T09:00:00Z"})).json()["answers"]
    before = (await client.post("/v1/lookup", json={"lookups": groups, "as_of": "2026-02-01"})).json()["answers"]
    assert now[0]["root_id"] == now[1]["root_id"] == then[0]["root_id"] != then[1]["root_id"]
    assert [answer["status"] for answer in before] == ["unknown", "unknown"]
    own = then[1]["own_id"]
    shown = await client.get(f"/v1/roots/{own}", params={"as_of": "2026-03-01T09:00:00Z"})
    assert (shown.status_code, len(shown.json()["members"]), shown.json()["root_id"]) == (200, 1, own)
    unknown = await client.get(f"/v1/roots/{own}", params={"known_at": "2026-02-01T00:00:00Z"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_root")


async def test_who_was_on_a_device_says_whether_it_is_proven(client: httpx.AsyncClient, service: Service) -> None:
    await service.record([Event(see=(PHONE, COOKIE), at=FIRST)])
    proven = (await client.post("/v1/on-device", json={"device": COOKIE, "at": "2026-03-01T08:00:00Z"})).json()
    later = (await client.post("/v1/on-device", json={"device": COOKIE, "at": "2026-03-03"})).json()
    assert (proven["proven"], proven["seen"], later["proven"]) == (True, "2026-03-01T08:00:00Z", False)
    assert proven["root_id"] == later["root_id"]
    answer = await client.post("/v1/on-device", json={"device": PHONE, "at": "2026-03-03"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


async def test_what_if_tells_what_would_happen_and_records_nothing(
    client: httpx.AsyncClient, service: Service, named: Named
) -> None:
    await service.record([Event(see=(CARD,), at=FIRST), Event(see=(PHONE,), at=FIRST)])
    events = [{"see": [CARD, PHONE], "basis": "contract"}, {"shoe": 1}]
    answer = await client.post("/v1/what-if", json={"events": events})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["recorded"], body["rejected"], body["merges"]) == (1, 1, 1)
    assert [outcome["status"] for outcome in body["outcomes"]] == ["recorded", "rejected"]
    assert (body["affected_before"], body["affected_after"]) == (2, 1)
    assert [len(root["members"]) for root in body["after"]] == [2]
    assert (await client.get("/v1/changes")).json()["changes"] == []
    assert (await service.stats()).sightings == 2
