"""/v1/consents: who allowed what, and taking it back."""

from typing import Any

import httpx
import orjson
import pytest

from graph.receipts import verified
from graph.service import Service

pytestmark = pytest.mark.anyio

NOW = "2026-03-10T12:00:00Z"
GRANT = {"consent": "k1", "purposes": ["marketing"], "subject": "phone:13900000001", "basis": "consent", "notice": "v1"}


async def post(client: httpx.AsyncClient, path: str, body: Any) -> Any:
    answer = await client.post(f"/v1/consents{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def roots(service: Service, *names: str) -> list[str | None]:
    return [answer.root_id for answer in await service.lookup([[name] for name in names], "marketing")]


async def test_a_consent_is_granted_with_a_signed_receipt(client: httpx.AsyncClient, service: Service) -> None:
    body = await post(client, "", GRANT)
    empty = dict.fromkeys(["expires", "language", "jurisdiction", "controller", "channel", "evidence", "in_exchange_for"])
    assert body["consent"] == {
        "consent": "k1",
        "states": {"marketing": "given"},
        "grants": [
            {
                **empty,
                "at": NOW,
                "purposes": ["marketing"],
                "subject": "phone:139****0001",
                "notice": "v1",
                "basis": "consent",
                "recorded": NOW,
            }
        ],
        "withdrawals": [],
    }
    said = verified(orjson.dumps(body["receipt"]), *service.receipts.public_keys)
    assert said["deeds"] == [
        {
            "what": "consent",
            "consents": ["k1"],
            "purposes": ["marketing"],
            "notice": "v1",
            "basis": "consent",
            "in_exchange_for": None,
            "controller": None,
            "at": NOW,
            "expires": None,
        }
    ]
    assert "13900000001" not in str(body)


async def test_a_consent_that_came_in_a_batch_has_its_receipt_when_it_is_asked_for(
    client: httpx.AsyncClient, service: Service
) -> None:
    events = [GRANT, {**GRANT, "consent": "k2", "subject": "phone:13900000002"}]
    assert (await client.post("/v1/events", json={"events": events})).json()["receipt_id"] is None
    body = await post(client, "/receipt", {"consent": "k2"})
    said = verified(orjson.dumps(body["receipt"]), *service.receipts.public_keys)
    assert [(deed["what"], deed["consents"]) for deed in said["deeds"]] == [("consent", ["k2"])]
    assert body["consent"]["grants"][0]["subject"] == "phone:139****0002"
    assert (await client.post("/v1/consents/receipt", json={"consent": "none"})).status_code == 404


async def test_a_consent_without_an_id_gets_one(client: httpx.AsyncClient) -> None:
    one = await post(client, "", {"purposes": ["service"]})
    other = await post(client, "", {"purposes": ["service"]})
    assert one["consent"]["consent"] != other["consent"]["consent"]


async def test_a_renewal_repeats_the_consent_with_another_end(client: httpx.AsyncClient) -> None:
    await post(client, "", GRANT)
    body = await post(client, "/renew", {"consent": "k1", "expires": "2030-01-01T00:00:00Z", "notice": "v2"})
    first, again = body["consent"]["grants"]
    assert (first["expires"], again["expires"]) == (None, "2030-01-01T00:00:00Z")
    assert (again["notice"], again["basis"], again["purposes"]) == ("v2", "consent", ["marketing"])


@pytest.mark.parametrize("how", [{"consent": "k1"}, {"subject": "phone:13900000001", "purpose": "marketing"}])
async def test_a_withdrawal_splits_in_the_same_request(client: httpx.AsyncClient, service: Service, how: Any) -> None:
    await post(client, "", GRANT)
    sighting = {"see": ["member_card:M-0001", "phone:13900000001"], "consent": "k1"}
    assert (await client.post("/v1/sightings", json={"sightings": [sighting]})).json()["recorded"] == 1
    together = await roots(service, "member_card:M-0001", "phone:13900000001")
    assert together[0] == together[1]
    body = await post(client, "/withdraw", {**how, "channel": "app"})
    apart = await roots(service, "member_card:M-0001", "phone:13900000001")
    assert apart[0] == together[0] != apart[1]
    said = body["receipt"]["receipt"]
    assert said["ended_links"] == {"marketing": 1}
    assert said["changes"] == [{"purpose": "marketing", "kind": "split", "root_id": apart[0], "others": [apart[1]]}]
    (record,) = body["consents"]
    assert record["states"] == {"marketing": "withdrawn"}
    (ending,) = record["withdrawals"]
    assert (ending["purpose"], ending["by_subject"], ending["channel"]) == (how.get("purpose"), "subject" in how, "app")


async def test_the_consents_of_a_subject_are_listed(client: httpx.AsyncClient) -> None:
    await post(client, "", GRANT)
    await post(client, "", {**GRANT, "consent": "k2", "purposes": ["service"]})
    await post(client, "", {**GRANT, "consent": "k3", "subject": "phone:13900000002"})
    found = await post(client, "/show", {"subject": "phone:13900000001"})
    assert [consent["consent"] for consent in found["consents"]] == ["k1", "k2"]
    assert (await post(client, "/show", {"subject": "phone:13900000009"})) == {"consents": []}
    assert (await post(client, "/show", {"consent": "k3"}))["consents"][0]["states"] == {"marketing": "given"}


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/withdraw", {"consent": "none"}, 404, "unknown_consent"),
        ("/renew", {"consent": "none"}, 404, "unknown_consent"),
        ("/show", {"consent": "none"}, 404, "unknown_consent"),
        ("/withdraw", {}, 422, "invalid_request"),
        ("/withdraw", {"consent": "k1", "subject": "phone:13900000001", "purpose": "service"}, 422, "invalid_request"),
        ("/withdraw", {"subject": "phone:13900000001"}, 422, "invalid_request"),
        ("", {"purposes": []}, 422, "invalid_request"),
        ("", {"purposes": ["fun"]}, 422, "unknown_purpose"),
        ("", {"purposes": ["service"], "subject": "phone:12"}, 422, "invalid_identifier"),
        ("", {"purposes": ["service"], "expires": "2020-01-01"}, 422, "invalid_input"),
    ],
)
async def test_what_can_not_be_done_is_told_and_changes_nothing(
    client: httpx.AsyncClient, service: Service, path: str, body: Any, status: int, code: str
) -> None:
    answer = await client.post(f"/v1/consents{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(await service.audit.entries()) == 1
