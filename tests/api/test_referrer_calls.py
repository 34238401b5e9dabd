"""GET /v1/referrers and GET /v1/roots/{id}/fission: who brings people, and whom."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from algorithms.jobs import score
from graph.events import Event
from graph.service import Service

pytestmark = pytest.mark.anyio

ANN, BOB, CAT = "phone:13900000001", "phone:13900000002", "openid:o-0003"
STORY = (
    {"at": "2026-02-01T08:00:00Z", "refer": [ANN, BOB], "campaign": "spring", "value": 20},
    {"at": "2026-03-01T08:00:00Z", "refer": [ANN, CAT], "campaign": "summer", "status": "pending", "event_id": "E1"},
    {"at": "2026-03-02T08:00:00Z", "refer": [ANN, CAT], "campaign": "summer", "event_id": "E1", "value": 5},
)
SCORED_AT = "2026-03-10T12:00:00Z"


@pytest.fixture
async def told(service: Service) -> Service:
    await service.record([Event.model_validate(event) for event in STORY])
    await score(service)
    return service


async def asked(client: httpx.AsyncClient, path: str, **query: str | int) -> Any:
    answer = await client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def root_of(service: Service, name: str) -> str:
    (answer,) = await service.lookup([[name]])
    assert answer.root_id is not None
    return answer.root_id


async def test_referrers_are_listed_with_scores_parts_and_evidence(
    client: httpx.AsyncClient, told: Service, named: Callable[[Any], Any]
) -> None:
    body = await asked(client, "/v1/referrers", metric="direct", purpose="service")
    (row,) = body["referrers"]
    will, under = row.pop("will_refer"), row.pop("network_under")
    assert will["low"] <= will["value"] <= will["high"] <= under["high"]
    evidence = row["evidence"]
    assert evidence.pop("by_referrals") + evidence.pop("by_deeds") == pytest.approx(will["value"])
    assert will["value"] + evidence.pop("below") == pytest.approx(under["value"])
    assert row["position"].pop("pagerank") == pytest.approx(0.5744, abs=1e-3)
    assert named(body) == {
        "purpose": "service",
        "metric": "direct",
        "scored_at": SCORED_AT,
        "referrers": [
            {
                "rank": 1,
                "person": {"root_id": "id 1", "namespace": "phone", "scope": "", "mask": "139****0001"},
                "counted": 2,
                "worth": 25.0,
                "position": {
                    "direct": 2,
                    "second": 0,
                    "reach": 2,
                    "depth": 0,
                    "bridge": 2.0,
                    "role": "consumer",
                    "idle_share": 1.0,
                    "pattern": None,
                    "recruited": False,
                },
                "evidence": {"recent": 2, "deeds": 2, "trust": 1.0, "refunded": 0},
                "relations": {"accepted": 2, "distinct": 2, "within_consent": 2, "descendants": 2},
            }
        ],
        "cursor": None,
    }


async def test_a_campaign_and_a_time_choose_what_is_counted(client: httpx.AsyncClient, told: Service) -> None:
    for query, counted, worth in (
        ({"campaign": "spring"}, 1, 20.0),
        ({"since": "2026-02-15T00:00:00Z"}, 1, 5.0),
        ({"until": "2026-02-15T00:00:00Z"}, 1, 20.0),
    ):
        (row,) = (await asked(client, "/v1/referrers", **query))["referrers"]
        assert (row["counted"], row["worth"], row["position"]["direct"]) == (counted, worth, 2)
    assert (await asked(client, "/v1/referrers", campaign="winter"))["referrers"] == []


async def test_a_tree_is_told_as_json(client: httpx.AsyncClient, told: Service, named: Callable[[Any], Any]) -> None:
    body = await asked(client, f"/v1/roots/{await root_of(told, ANN)}/fission")
    rest = {"direct": 0, "reach": 0, "hidden": 0, "recruited": False}
    assert named(body) == {
        "purpose": "service",
        "scored_at": SCORED_AT,
        "whole": True,
        "nodes": [
            {
                "person": {"root_id": "id 1", "namespace": "phone", "scope": "", "mask": "139****0001"},
                "parent": None,
                "depth": 0,
                "at": None,
                "campaign": None,
                **rest,
                "direct": 2,
                "reach": 2,
            },
            {
                "person": {"root_id": "id 2", "namespace": "phone", "scope": "", "mask": "139****0002"},
                "parent": 0,
                "depth": 1,
                "at": "2026-02-01T08:00:00Z",
                "campaign": "spring",
                **rest,
            },
            {
                "person": {"root_id": "id 3", "namespace": "openid", "scope": "", "mask": "o****"},
                "parent": 0,
                "depth": 1,
                "at": "2026-03-01T08:00:00Z",
                "campaign": "summer",
                **rest,
            },
        ],
    }


async def test_a_tree_is_drawn_without_script_style_or_identifier(client: httpx.AsyncClient, told: Service) -> None:
    answer = await client.get(f"/v1/roots/{await root_of(told, ANN)}/fission", params={"format": "svg"})
    assert answer.headers["content-type"].startswith("image/svg+xml")
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(answer.text).iter()}
    assert tags == {"svg", "title", "path", "g", "circle", "text"}
    assert "139****0001" in answer.text
    assert "13900000001" not in answer.text


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/referrers?metric=beauty", 422, "invalid_request"),
        ("/v1/referrers?limit=0", 422, "invalid_request"),
        ("/v1/referrers?since=soon", 422, "invalid_request"),
        ("/v1/referrers?cursor=soon", 422, "invalid_input"),
        ("/v1/referrers?cursor=999-1-1", 409, "stale_cursor"),
        ("/v1/referrers?purpose=beauty", 422, "unknown_purpose"),
        ("/v1/referrers?purpose=marketing", 404, "not_scored"),
        ("/v1/roots/0199aa3e-6c00-7a10-8000-3f5a9c2b7d41/fission", 404, "unknown_root"),
        ("/v1/roots/0199aa3e-6c00-7a10-8000-3f5a9c2b7d41/fission?depth=21", 422, "invalid_request"),
        ("/v1/roots/0199aa3e-6c00-7a10-8000-3f5a9c2b7d41/fission?format=gif", 422, "invalid_request"),
        ("/v1/roots/ann/fission", 422, "invalid_request"),
    ],
)
async def test_what_can_not_be_answered_is_told(
    client: httpx.AsyncClient, told: Service, path: str, status: int, code: str
) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
