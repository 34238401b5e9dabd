"""/v1/policy: which one is in force, what another one would do, and changing to it."""

from typing import Any

import httpx
import pytest

from graph.events import Event
from graph.policy import written
from graph.service import Service

pytestmark = pytest.mark.anyio


def without_cards(service: Service) -> dict[str, Any]:
    """The policy in force, but a person may have several cards."""
    policy = written(service.policy)
    policy["namespaces"]["member_card"]["unique"] = False
    return policy


async def test_another_policy_is_tried_and_then_put_in_force(client: httpx.AsyncClient, service: Service) -> None:
    policy = without_cards(service)
    shared = [Event(see=(f"member_card:M-000{n}", "phone:13900000001"), basis="contract") for n in (1, 2)]
    await service.record(shared, strict=True)
    before = (await client.get("/v1/policy")).json()
    assert (before["version"], before["changing"], before["done"]) == (service.policy.version, False, before["total"])
    tried = (await client.post("/v1/policy/what-if", json={"policy": policy})).json()
    assert tried["rules"] == [{"rule": "namespaces.member_card.unique", "old": True, "new": False}]
    assert (tried["merges"], tried["splits"], tried["moves"]) == (1, 0, 0)
    assert (tried["affected_before"], tried["affected_after"]) == (2, 1)
    assert sorted(len(root["members"]) for root in tried["before"]) == [1, 2]
    assert [len(root["members"]) for root in tried["after"]] == [3]
    assert (await client.get("/v1/policy")).json() == before
    begun = (await client.post("/v1/policy", json={"policy": policy})).json()
    assert (begun["version"], begun["changing"], begun["total"]) == (tried["version"], True, before["total"])
    while await service.charter.follow(10):
        pass
    assert not (await client.get("/v1/policy")).json()["changing"]
    one, other = (answer.root_id for answer in await service.lookup([["member_card:M-0001"], ["member_card:M-0002"]]))
    assert one == other


@pytest.mark.parametrize(
    ("policy", "status", "code"),
    [
        ({}, 422, "invalid_policy"),
        ({"namespaces": {"phone": {"colour": 1}}}, 422, "invalid_policy"),
        ({"namespaces": {"phone": {"rank": 2**63}}}, 422, "invalid_policy"),
        ({"namespaces": {"phone": {"max_age": 1e308}}}, 422, "invalid_policy"),
        ({"namespaces": {"phone": {"max_age": "99999999999999d"}}}, 422, "invalid_policy"),
        ({"namespaces": {"phone": {}}}, 422, "invalid_input"),
    ],
)
async def test_a_policy_that_can_not_be_followed_is_refused(
    client: httpx.AsyncClient, service: Service, policy: dict[str, Any], status: int, code: str
) -> None:
    version = service.policy.version
    for path in ("/v1/policy", "/v1/policy/what-if"):
        answer = await client.post(path, json={"policy": policy})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await client.get("/v1/policy")).json()["version"] == version
