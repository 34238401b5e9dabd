"""/v1/rights: what a person may ask for."""

from typing import Any

import httpx
import pytest

from graph.events import Event
from graph.service import Service

pytestmark = pytest.mark.anyio

SEE = ("member_card:M-0001", "phone:13900000001")


async def post(client: httpx.AsyncClient, path: str, body: Any) -> Any:
    answer = await client.post(f"/v1/rights/{path}", json=body)
    assert answer.status_code == 200, answer.text
    assert "13900000001" not in answer.text
    return answer.json()


async def test_a_person_is_told_corrected_and_erased(client: httpx.AsyncClient, service: Service) -> None:
    await service.record([Event(see=SEE, at=service.now() - 5, source="shop")])
    told = await post(client, "access", {"identifier": SEE[1]})
    part = told["person"]["purposes"]["service"]
    assert [one["identifier"] for one in part["identifiers"]] == ["member_card:M****", "phone:139****0001"]
    assert part["sources"][0]["source"] == "shop"
    assert part["sightings"] is None
    whole = await post(client, "export", {"identifier": SEE[1]})
    assert whole["person"]["purposes"]["service"]["sightings"][0]["see"] == ["member_card:M****", "phone:139****0001"]
    assert told["receipt"]["receipt"]["deeds"] == [{"what": "access"}]
    corrected = await post(client, "correct", {"identifier": SEE[0], "other": SEE[1]})
    assert {change["kind"] for change in corrected["receipt"]["receipt"]["changes"]} == {"split"}
    assert (await post(client, "opt-out", {"identifier": SEE[0]}))["receipt"]["receipt"]["deeds"] == [{"what": "opt_out"}]
    await post(client, "erase", {"identifier": SEE[1]})
    gone = await client.post("/v1/rights/access", json={"identifier": SEE[1]})
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_identifier")
    assert [answer.status for answer in await service.lookup([[name] for name in SEE])] == ["resolved", "unknown"]
