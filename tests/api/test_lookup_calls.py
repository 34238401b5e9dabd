"""POST /v1/lookup: from identifiers to root-IDs."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from api.schemas.lookups import LookupAnswers
from graph.events import Event
from graph.service import Service

pytestmark = pytest.mark.anyio

Named = Callable[[Any], Any]
NOBODY = {
    "root_id": None,
    "own_id": None,
    "proven": False,
    "matched": None,
    "disagreeing": [],
    "problem": None,
}


async def ask(client: httpx.AsyncClient, *lookups: list[str], **more: Any) -> Any:
    answer = await client.post("/v1/lookup", json={"lookups": [{"identifiers": names} for names in lookups], **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_identifier_on_record_answers_with_its_root(client: httpx.AsyncClient, service: Service, named: Named) -> None:
    await service.record([Event(see=("member_card:M-0001", "phone:13900000001"))])
    body = await ask(client, ["phone:+86 139 0000 0001"])
    assert named(body) == {
        "purpose": "service",
        "policy": service.policy.version,
        "answers": [
            {
                "status": "resolved",
                "root_id": "id 1",
                "own_id": "id 2",
                "proven": True,
                "matched": {"namespace": "phone", "scope": "", "mask": "139****0001"},
                "disagreeing": [],
                "problem": None,
            }
        ],
    }


async def test_answers_come_in_the_order_of_the_lookups(client: httpx.AsyncClient, service: Service) -> None:
    await service.record([Event(see=("member_card:M-0001",)), Event(see=("member_card:M-0002",))])
    body = await ask(client, ["member_card:M-0002"], ["member_card:nobody"], ["member_card:M-0001"], ["phone:13800138000"])
    assert [answer["status"] for answer in body["answers"]] == ["resolved", "unknown", "resolved", "blocked"]
    assert body["answers"][0]["root_id"] > body["answers"][2]["root_id"]  # the elder id is the smaller


async def test_what_is_not_on_record_is_unknown(client: httpx.AsyncClient) -> None:
    body = await ask(client, ["phone:13900000001"])
    assert body["answers"] == [{"status": "unknown", **NOBODY}]


async def test_a_lookup_that_cannot_be_read_is_invalid_on_its_own(client: httpx.AsyncClient, service: Service) -> None:
    await service.record([Event(see=("member_card:M-0001",))])
    body = await ask(client, ["phone:twelve"], ["member_card:M-0001"], ["shoe:42"])
    problems = [answer["problem"] for answer in body["answers"]]
    assert problems == [
        {
            "type": "/problems/invalid_identifier",
            "title": "Not an identifier",
            "code": "invalid_identifier",
            "detail": "phone: not a phone number",
        },
        None,
        {
            "type": "/problems/undeclared_namespace",
            "title": "The policy doesn't declare the namespace",
            "code": "undeclared_namespace",
            "detail": "An identifier names a namespace that the policy doesn't declare.",
        },
    ]


async def test_the_strongest_identifier_answers_and_tells_who_disagrees(client: httpx.AsyncClient, service: Service) -> None:
    await service.record([Event(see=("member_card:M-0001",)), Event(see=("phone:13900000001",))])
    (card,), (phone,) = [(await ask(client, [name]))["answers"] for name in ("member_card:M-0001", "phone:13900000001")]
    (both,) = (await ask(client, ["phone:13900000001", "member_card:M-0001"]))["answers"]
    assert both == {**card, "disagreeing": [phone["root_id"]]}


async def test_a_device_answers_without_proof(client: httpx.AsyncClient, service: Service) -> None:
    await service.record([Event(see=("member_card:M-0001", "cookie:c-0001"))])
    (answer,) = (await ask(client, ["cookie:c-0001"]))["answers"]
    assert (answer["status"], answer["proven"]) == ("resolved", False)


async def test_an_attribute_is_on_record_but_in_no_root(client: httpx.AsyncClient, service: Service, named: Named) -> None:
    await service.record([Event(see=("member_card:M-0001", "birth_date:1990-01-01"))])
    (answer,) = (await ask(client, ["birth_date:1990-01-01"]))["answers"]
    assert (answer["status"], answer["root_id"]) == ("attribute", None)


async def test_ids_of_two_purposes_differ(client: httpx.AsyncClient, service: Service) -> None:
    await service.record([Event(see=("member_card:M-0001",))])
    one = await ask(client, ["member_card:M-0001"])
    two = await ask(client, ["member_card:M-0001"], purpose="marketing")
    assert (one["purpose"], two["purpose"]) == ("service", "marketing")
    assert one["answers"][0]["root_id"] != two["answers"][0]["root_id"]


async def test_a_purpose_that_the_policy_does_not_have_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/lookup", json={"purpose": "gossip", "lookups": [{"identifiers": ["phone:13900000001"]}]})
    problem = answer.json()
    assert answer.status_code == 422
    assert problem == {
        "type": "/problems/unknown_purpose",
        "title": "The policy has no such purpose",
        "status": 422,
        "detail": "The request names a purpose that the policy doesn't have.",
        "code": "unknown_purpose",
        "request_id": answer.headers["x-request-id"],
    }


async def test_the_bytes_of_an_answer_are_what_its_schema_says(client: httpx.AsyncClient, service: Service) -> None:
    await service.record([Event(see=("member_card:M-0001", "phone:13900000001", "cookie:c-0001", "birth_date:1990-01-01"))])
    names = ["member_card:M-0001", "phone:x", "cookie:c-0001", "birth_date:1990-01-01", "openid:none", "phone:13800138000"]
    body = await ask(client, *[[name] for name in names])
    assert LookupAnswers.model_validate(body).model_dump() == body


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [{"pointer": "/lookups", "detail": "is missing"}]),
        ({"lookups": []}, [{"pointer": "/lookups", "detail": "has fewer items than 1"}]),
        ({"lookups": [{"identifiers": ["a:b"]}] * 1001}, [{"pointer": "/lookups", "detail": "has more items than 1000"}]),
        (
            {"lookups": [{"identifiers": ["a:b"] * 17}]},
            [{"pointer": "/lookups/0/identifiers", "detail": "has more items than 16"}],
        ),
        ({"lookups": [{"identifiers": [13900000001]}]}, [{"pointer": "/lookups/0/identifiers/0", "detail": "must be text"}]),
        ({"lookups": ["phone:13900000001"]}, [{"pointer": "/lookups/0", "detail": "must be an object"}]),
        ("phone:13900000001", [{"pointer": "", "detail": "must be an object"}]),
        (
            {"lookups": [{"identifier": "phone:13900000001"}]},
            [
                {"pointer": "/lookups/0/identifiers", "detail": "is missing"},
                {"pointer": "/lookups/0", "detail": "has an unknown key (did you mean 'identifiers'?)"},
            ],
        ),
    ],
)
async def test_a_body_of_another_form_is_refused_with_every_place(client: httpx.AsyncClient, body: Any, errors: Any) -> None:
    answer = await client.post("/v1/lookup", json=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["errors"]) == (422, "invalid_request", errors)


async def test_a_thousand_lookups_are_answered(client: httpx.AsyncClient) -> None:
    body = await ask(client, *[[f"member_card:M-{number}"] for number in range(1000)])
    assert len(body["answers"]) == 1000
