"""/v1/decisions and /v1/closes: what humans rule."""

from typing import Any

import httpx
import pytest

from graph.events import Event
from graph.service import Service

pytestmark = pytest.mark.anyio

PAIR = ["member_card:M-0001", "phone:13900000001"]


async def root(service: Service, name: str) -> str | None:
    return (await service.lookup([[name]]))[0].root_id


async def test_a_never_link_splits_and_its_reversal_joins_again(client: httpx.AsyncClient, service: Service) -> None:
    await service.record([Event(see=(PAIR[0], PAIR[1]))])
    before = await root(service, PAIR[1])
    for ruling, minute, kind in (("never_link", 1, "split"), ("reverse", 2, "merge")):
        at = f"2026-03-10T12:0{minute}:00Z"
        asked = {"ruling": ruling, "identifiers": PAIR, "at": at, "by": "service desk", "reason": "call of 13900000001"}
        answer = await client.post("/v1/decisions", json=asked)
        said = answer.json()["receipt"]["receipt"]
        assert (said["deeds"], "13900000001" in answer.text) == ([{"what": ruling}], False)
        assert [change["kind"] for change in said["changes"]] == [kind] * 2
        assert (await root(service, PAIR[1]) == before) == (kind == "merge")


async def test_a_close_ends_what_was_seen_and_decisions_are_listed(client: httpx.AsyncClient, service: Service) -> None:
    await service.record([Event(see=(PAIR[0], PAIR[1]), at=service.now() - 9)])
    assert (await client.post("/v1/closes", json={"identifiers": PAIR, "reason": "given up"})).status_code == 200
    card = await root(service, PAIR[0])
    assert card != await root(service, PAIR[1])
    await client.post("/v1/decisions", json={"ruling": "never_link", "identifiers": PAIR, "by": "desk"})
    await client.post("/v1/closes", json={"identifiers": ["phone:13900000001"]})
    listed: Any = (await client.get(f"/v1/roots/{card}/decisions")).json()
    assert [(d["ruling"], d["b"], d["by"], d["reason"]) for d in listed["decisions"]] == [
        ("close", "phone:139****0001", "key:local", "given up"),
        ("never_link", "phone:139****0001", "desk", None),
    ]
    assert listed["decisions"][0]["a"] == "member_card:M****"
    assert len(listed["decisions"][0]["own_ids"]) == 2


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("decisions", {"ruling": "never_link", "identifiers": [PAIR[0], PAIR[0]]}, "invalid_decision"),
        ("decisions", {"ruling": "same_person", "identifiers": [PAIR[0], "cookie:c-1"]}, "invalid_decision"),
        ("decisions", {"ruling": "maybe", "identifiers": PAIR}, "invalid_request"),
        ("closes", {"identifiers": [*PAIR, "cookie:c-1"]}, "invalid_request"),
        ("closes", {"identifiers": ["shoe:42"]}, "undeclared_namespace"),
    ],
)
async def test_what_can_not_be_ruled_is_refused(client: httpx.AsyncClient, path: str, body: Any, code: str) -> None:
    answer = await client.post(f"/v1/{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
