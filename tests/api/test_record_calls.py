"""POST /v1/sightings and POST /v1/events: facts go in."""

from typing import Any

import httpx
import pytest

from api.schemas.events import EventReceipt, Sighting
from graph.events import Event
from graph.service import Service

pytestmark = pytest.mark.anyio

RECORDED = {"status": "recorded", "blocked": 0, "parked": 0, "problem": None}


async def record(client: httpx.AsyncClient, *sightings: Any) -> Any:
    answer = await client.post("/v1/sightings", json={"sightings": sightings})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def root_of(service: Service, name: str) -> str | None:
    (answer,) = await service.lookup([[name]])
    return answer.root_id


async def test_a_sighting_is_on_record_and_resolved_when_the_answer_comes(client: httpx.AsyncClient, service: Service) -> None:
    body = await record(client, {"see": ["member_card:M-0001", "phone:13900000001"], "at": "2026-03-01T08:00:00Z"})
    assert body == {
        "recorded": 1,
        "duplicates": 0,
        "rejected": 0,
        "merges": 0,
        "splits": 0,
        "moves": 0,
        "cursor": 2,
        "receipt_id": None,
        "outcomes": [RECORDED],
    }
    assert await root_of(service, "member_card:M-0001") == await root_of(service, "phone:13900000001") is not None


async def test_a_batch_sent_again_changes_nothing(client: httpx.AsyncClient) -> None:
    sighting = {"see": ["member_card:M-0001"], "source": "shop", "event_id": "order-1"}
    await record(client, sighting)
    body = await record(client, sighting, {"see": ["member_card:M-0002"], "source": "shop", "event_id": "order-1"})
    assert (body["recorded"], body["duplicates"]) == (0, 2)
    assert body["outcomes"] == [{**RECORDED, "status": "duplicate"}] * 2


async def test_a_sighting_that_joins_two_roots_counts_a_merge(client: httpx.AsyncClient) -> None:
    body = await record(
        client,
        {"see": ["member_card:M-0001"]},
        {"see": ["phone:13900000001"]},
    )
    assert (body["merges"], body["cursor"]) == (0, 2)  # who they are was told, once for each purpose
    body = await record(client, {"see": ["member_card:M-0001", "phone:13900000001"]})
    assert (body["merges"], body["splits"], body["moves"], body["cursor"]) == (2, 0, 0, 4)  # one for each purpose


async def test_a_bad_sighting_is_rejected_on_its_own_and_the_good_ones_go_in(client: httpx.AsyncClient, service: Service) -> None:
    body = await record(
        client,
        {"see": ["member_card:M-0001"]},
        {"see": ["member_card:M-0002", "member_card:M-0003"]},
        {"see": ["member_card:M-0004"], "at": "yesterday"},
        {"see": ["member_card:M-0005"], "at": "2027-01-01T00:00:00Z"},
        {"see": []},
        {"sea": ["member_card:M-0006"]},
        "member_card:M-0007",
        {"see": ["shoe:42"]},
        {"see": ["phone:13800138000", "member_card:M-0008"]},
    )
    assert (body["recorded"], body["rejected"]) == (2, 7)
    assert [outcome["status"] for outcome in body["outcomes"]] == ["recorded"] + ["rejected"] * 7 + ["recorded"]
    assert body["outcomes"][-1]["blocked"] == 1
    told = [(problem["code"], problem["detail"]) for outcome in body["outcomes"] if (problem := outcome["problem"])]
    assert told == [
        ("contradiction", "two values of the unique namespace member_card in one sighting"),
        ("invalid_input", "at: not a time: use ISO 8601 (2026-03-01T08:00:00Z) or Unix seconds"),
        ("future_time", "the event time lies in the future"),
        ("invalid_input", "see: has fewer items than 1"),
        ("invalid_input", "see: is missing; has an unknown key (did you mean 'see'?)"),
        ("invalid_input", "must be an object"),
        ("undeclared_namespace", "An identifier names a namespace that the policy doesn't declare."),
    ]
    assert await root_of(service, "member_card:M-0008") is not None
    assert await root_of(service, "member_card:M-0002") is None


async def test_a_batch_of_which_everything_was_rejected_is_still_answered_200(client: httpx.AsyncClient) -> None:
    body = await record(client, {"see": ["shoe:42"]}, {"see": []})
    assert (body["recorded"], body["rejected"]) == (0, 2)


async def test_sightings_take_no_other_verb(client: httpx.AsyncClient) -> None:
    body = await record(client, {"withdraw": "consent-1"})
    assert body["outcomes"][0]["problem"]["detail"] == "see: is missing; has no key 'withdraw' here"


async def test_events_of_all_kinds_go_in_together(client: httpx.AsyncClient, service: Service) -> None:
    events = [
        {"consent": "consent-1", "purposes": ["service"], "subject": "member_card:M-0001", "at": "2026-03-01T08:00:00Z"},
        {"see": ["member_card:M-0001", "phone:13900000001"], "at": "2026-03-02T08:00:00Z", "consent": "consent-1"},
        {"see": ["member_card:M-0002"], "at": "2026-03-02T08:00:00Z"},
        {"never_link": ["member_card:M-0001", "member_card:M-0002"], "at": "2026-03-02T09:00:00Z", "by": "service desk"},
        {"close": ["member_card:M-0001", "phone:13900000001"], "at": "2026-03-03T08:00:00Z"},
        {"same_person": ["member_card:M-0001", "cookie:c-0001"], "at": "2026-03-03T08:00:00Z"},
        {"see": ["member_card:M-0003"], "erase": "member_card:M-0001"},
    ]
    answer = await client.post("/v1/events", json={"events": events})
    assert answer.status_code == 200
    body = answer.json()
    assert [outcome["status"] for outcome in body["outcomes"]] == ["recorded"] * 5 + ["rejected"] * 2
    assert [outcome["problem"]["code"] for outcome in body["outcomes"][5:]] == ["invalid_decision", "invalid_input"]
    assert await root_of(service, "member_card:M-0001") != await root_of(service, "phone:13900000001")


async def test_the_bytes_of_a_receipt_are_what_its_schema_says(client: httpx.AsyncClient) -> None:
    body = await record(client, {"see": ["member_card:M-0001"]}, {"see": ["shoe:42"]})
    assert EventReceipt.model_validate(body).model_dump() == body


async def test_a_body_without_sightings_is_refused_whole(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/sightings", json={"sightings": [], "source": "shop"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"pointer": "/sightings", "detail": "has fewer items than 1"},
        {"pointer": "", "detail": "has no key 'source' here"},
    ]


def test_a_sighting_has_the_fields_of_an_event_with_the_same_meaning() -> None:
    for name, field in Sighting.model_fields.items():
        twin = Event.model_fields[name]
        assert field.default == twin.default or field.is_required(), name
    full = {
        "see": ["a:1"],
        "at": "2026-03-01",
        "source": "s",
        "event_id": 7,
        "session": "v",
        "weight": 2,
        "consent": 5,
        "basis": "b",
    }
    assert Sighting.model_validate(full).event() == Event.model_validate(full)
    assert Sighting.model_validate({"see": ["a:1"]}).event() == Event.model_validate({"see": ["a:1"]})
