"""GET /v1/roots/{id} and GET /v1/changes: what a root-ID stands for, and how it moves."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from graph import instants
from graph.events import Event
from graph.service import Service

pytestmark = pytest.mark.anyio

Named = Callable[[Any], Any]
FIRST, LATER = instants.parse("2026-03-01T08:00:00Z"), instants.parse("2026-03-02T08:00:00.5Z")


async def ids(service: Service, name: str) -> tuple[str, str]:
    (answer,) = await service.lookup([[name]])
    assert answer.root_id is not None
    assert answer.own_id is not None
    return answer.root_id, answer.own_id


async def test_a_root_shows_its_identifiers_masked_and_their_links(
    client: httpx.AsyncClient, service: Service, named: Named
) -> None:
    see = ("phone:13900000001", "member_card:M-000000001")
    await service.record([Event(see=see, at=FIRST), Event(see=see, at=LATER)])
    root, _ = await ids(service, see[0])
    answer = await client.get(f"/v1/roots/{root}")
    assert answer.status_code == 200
    times = {"first_seen": "2026-03-01T08:00:00Z", "last_seen": "2026-03-02T08:00:00.500000Z"}
    card = {"namespace": "member_card", "scope": "", "mask": "M****1", "kind": "person", **times}
    phone = {"namespace": "phone", "scope": "", "mask": "139****0001", "kind": "person", **times}
    assert named(answer.json()) == {
        "root_id": "id 1",
        "purpose": "service",
        "policy": service.policy.version,
        "members": [{"own_id": "id 1", **card, "leader": True}, {"own_id": "id 2", **phone, "leader": False}],
        "links": [{"a": "id 2", "b": "id 1", "verdict": "accepted", "reason": None, **times, "count": 2}],
    }


async def test_the_id_of_a_merged_root_is_redirected_to_the_root_of_today(client: httpx.AsyncClient, service: Service) -> None:
    await service.record([Event(see=("phone:13900000001",)), Event(see=("member_card:M-0001",))])
    former, _ = await ids(service, "phone:13900000001")
    today, _ = await ids(service, "member_card:M-0001")
    await service.record([Event(see=("phone:13900000001", "member_card:M-0001"))])
    answer = await client.get(f"/v1/roots/{former}")
    assert (answer.status_code, answer.headers["location"], answer.json()) == (308, f"/v1/roots/{today}", {"root_id": today})
    assert answer.headers["cache-control"] == "no-store"  # a split would take the id back
    assert (await client.get(answer.headers["location"])).json()["root_id"] == today


async def test_an_id_that_nobody_carries_is_not_found(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/roots/0199aa3e-6c00-7a10-8000-3f5a9c2b7d41")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()) == (
        404,
        {
            "type": "/problems/unknown_root",
            "title": "No such root",
            "status": 404,
            "detail": "no identifier on record carries this id",
            "code": "unknown_root",
            "request_id": answer.headers["x-request-id"],
        },
    )


async def test_what_is_no_uuid_is_no_root_id(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/roots/phone:13900000001")
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"parameter": "root_id", "detail": "must be a UUID"}])
    assert "13900000001" not in answer.text


async def test_changes_are_paged_with_a_cursor(client: httpx.AsyncClient, service: Service, named: Named) -> None:
    await service.record([Event(see=("member_card:M-0001",)), Event(see=("phone:13900000001",))])
    card, _ = await ids(service, "member_card:M-0001")
    phone, _ = await ids(service, "phone:13900000001")
    assert (await client.get("/v1/changes")).json() == {"changes": [], "cursor": 0, "more": False}
    await service.record([Event(see=("member_card:M-0001", "phone:13900000001"))])
    page = (await client.get("/v1/changes", params={"limit": 1})).json()
    (record,) = page["changes"]
    first = record["seq"]
    assert (page["cursor"], page["more"]) == (first, True)
    rest = (await client.get("/v1/changes", params={"limit": 1, "after": first})).json()
    assert ([change["seq"] for change in rest["changes"]], rest["cursor"], rest["more"]) == ([first + 1], first + 1, False)
    none = {"changes": [], "cursor": first + 1, "more": False}
    assert (await client.get("/v1/changes", params={"after": first + 1, "wait": 0.01})).json() == none
    (of_service,) = [change for change in (record, *rest["changes"]) if change["purpose"] == "service"]
    assert of_service == {
        "seq": of_service["seq"],
        "at": "2026-03-10T12:00:00Z",
        "purpose": "service",
        "kind": "merge",
        "root_id": card,
        "others": [phone],
        "joined": {},
        "policy": service.policy.version,
        "cause": "record",
    }


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ({"after": -1}, [{"parameter": "after", "detail": "must be at least 0"}]),
        ({"after": 2**63}, [{"parameter": "after", "detail": f"must be at most {2**63 - 1}"}]),
        ({"limit": 0}, [{"parameter": "limit", "detail": "must be at least 1"}]),
        ({"limit": 1001}, [{"parameter": "limit", "detail": "must be at most 1000"}]),
        ({"limit": "many"}, [{"parameter": "limit", "detail": "must be a whole number"}]),
    ],
)
async def test_a_page_beyond_the_limits_is_refused(client: httpx.AsyncClient, query: dict[str, Any], errors: Any) -> None:
    answer = await client.get("/v1/changes", params=query)
    assert (answer.status_code, answer.json()["errors"]) == (422, errors)


async def test_the_id_of_an_erased_root_is_redirected_to_its_successor_or_gone(
    client: httpx.AsyncClient, service: Service
) -> None:
    see = ("phone:13900000001", "member_card:M-0001")
    await service.record([Event(see=see, at=FIRST)])
    root, _ = await ids(service, see[1])
    _, phone = await ids(service, see[0])
    await service.record([Event(erase=see[1], at=LATER)])
    answer = await client.get(f"/v1/roots/{root}")
    assert (answer.status_code, answer.headers["location"]) == (308, f"/v1/roots/{phone}")
    await service.record([Event(erase=see[0], at=LATER)])
    gone = await client.get(f"/v1/roots/{root}")
    assert (gone.status_code, gone.json()["code"]) == (410, "gone_root")
    feed = [change for change in (await client.get("/v1/changes")).json()["changes"] if change["purpose"] == "service"]
    told = [(change["kind"], change["root_id"], change["others"], change["cause"]) for change in feed]
    assert told == [("erase", phone, [root], "erasure"), ("erase", None, [phone], "erasure")]


async def test_joins_tell_which_own_ids_answer_for_the_first_time(client: httpx.AsyncClient, service: Service) -> None:
    await service.record([Event(see=("member_card:M-0001", "phone:13900000001"))])
    card, phone = [(await ids(service, name))[1] for name in ("member_card:M-0001", "phone:13900000001")]
    (record, _) = (await client.get("/v1/changes", params={"joins": True})).json()["changes"]
    assert (record["kind"], record["root_id"], record["others"]) == ("join", None, [])
    assert record["joined"] == {card: card, phone: card}


async def test_a_history_tells_what_became_of_a_root(client: httpx.AsyncClient, service: Service, named: Named) -> None:
    await service.record([Event(see=("member_card:M-0001",)), Event(see=("phone:13900000001",))])
    await service.record([Event(see=("member_card:M-0001", "phone:13900000001"))])
    root, phone = await ids(service, "phone:13900000001")
    answer = await client.get(f"/v1/roots/{phone}/history")
    began, went = answer.json()["steps"]
    assert (answer.json()["root_id"], answer.json()["own_id"], answer.json()["purpose"]) == (root, phone, "service")
    assert (began["kind"], began["at"], began["seq"]) == ("began", "2026-03-10T12:00:00Z", None)
    assert (went["kind"], went["others"], went["text"]) == ("merge", [root], f"went into {root}, by what was seen")
    missing = await client.get("/v1/roots/0199aa3e-6c00-7a10-8000-3f5a9c2b7d41/history")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_root")
