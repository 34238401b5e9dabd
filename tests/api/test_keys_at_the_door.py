"""API keys at the door: who is let in, for what, how often; and how soon a revoked key stops."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.known_keys import FRESH_SECONDS, KnownKeys
from api.security import GUESSES, WINDOW, refuse_open
from api.state import State
from graph import instants
from graph.errors import StoreError
from graph.keybook import Wanted
from graph.service import Service

pytestmark = pytest.mark.anyio

LOOKUP = {"lookups": [{"identifiers": ["phone:13900000001"]}]}
NO_KEY = f"rk_{'0' * 12}_{'0' * 64}"
ANYWHERE = "http://rootid.example.com"


@asynccontextmanager
async def door(service: Service, peer: str = "10.0.0.9") -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(service)
    transport = httpx.ASGITransport(app, client=(peer, 4711))
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=ANYWHERE) as client:
        yield client


async def key(service: Service, *scopes: str, **rest: Any) -> dict[str, str]:
    """The header of a new key."""
    _, token = await service.keybook.make(Wanted(rest.pop("name", "shop"), scopes or ("lookup",), **rest))
    return {"Authorization": f"Bearer {token}"}


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_key_lets_in_from_anywhere(service: Service) -> None:
    shop = await key(service)
    async with door(service) as client:
        assert (await client.post("/v1/lookup", json=LOOKUP, headers=shop)).status_code == 200


async def test_with_keys_this_machine_needs_one_too(service: Service) -> None:
    await key(service)
    async with door(service, peer="127.0.0.1") as client:
        answer = await client.post("http://127.0.0.1/v1/lookup", json=LOOKUP)
    assert told(answer) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="rootid"'


async def test_also_after_the_last_one_was_revoked(service: Service) -> None:
    await key(service)
    await service.keybook.revoke("shop")
    async with door(service, peer="127.0.0.1") as client:
        assert told(await client.post("http://127.0.0.1/v1/lookup", json=LOOKUP)) == (401, "unauthorized")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer x",
        "Basic cm9vdDppZA==",
        f"Bearer rk_{'0' * 12}_{'0' * 64}",
        "Bearer rk_ｒ",
        f"rk_{'0' * 12}_{'0' * 64}",
    ],
)
async def test_what_is_no_key_is_refused_and_not_repeated(service: Service, header: str) -> None:
    await key(service)
    async with door(service) as client:
        answer = await client.post("/v1/lookup", json=LOOKUP, headers={"Authorization": header.encode()})
    assert told(answer) == (401, "unauthorized")
    assert "0000" not in answer.text


async def test_a_wrong_secret_of_a_known_id_is_refused(service: Service) -> None:
    right = (await key(service))["Authorization"]
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    async with door(service) as client:
        assert told(await client.post("/v1/lookup", json=LOOKUP, headers={"Authorization": wrong})) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("scope", "method", "path", "body"),
    [
        ("lookup", "POST", "/v1/lookup", LOOKUP),
        ("lookup", "GET", "/v1/changes", None),
        ("write", "POST", "/v1/sightings", {"sightings": [{"see": ["phone:13900000001"]}]}),
        ("write", "POST", "/v1/events", {"events": [{"see": ["phone:13900000001"]}]}),
    ],
)
async def test_a_call_asks_for_its_scope_and_no_other(service: Service, scope: str, method: str, path: str, body: Any) -> None:
    others = {"lookup", "write", "consent", "decide", "referrers", "analyse", "admin"} - {scope}
    holder, stranger = await key(service, scope), await key(service, *others, name="stranger")
    async with door(service) as client:
        assert (await client.request(method, path, json=body, headers=holder)).status_code == 200
        assert told(await client.request(method, path, json=body, headers=stranger)) == (403, "forbidden")


@pytest.mark.parametrize(
    ("event", "scope"),
    [
        ({"consent": "c1", "purposes": ["service"]}, "consent"),
        ({"withdraw": "c1"}, "consent"),
        ({"never_link": ["member_card:1", "member_card:2"]}, "decide"),
        ({"same_person": ["member_card:1", "phone:13900000001"], "basis": "contract"}, "decide"),
        ({"reverse": ["member_card:1", "member_card:2"]}, "decide"),
    ],
)
async def test_an_event_asks_for_the_scope_of_its_verb(service: Service, event: dict[str, Any], scope: str) -> None:
    writer, both = await key(service, "write"), await key(service, "write", scope, name="both")
    body = {"events": [{"see": ["phone:13900000001"]}, event]}
    async with door(service) as client:
        assert told(await client.post("/v1/events", json=body, headers=writer)) == (403, "forbidden")
        assert (await service.stats()).sightings == 0
        assert (await client.post("/v1/events", json=body, headers=both)).status_code == 200


async def test_a_purpose_that_the_key_does_not_hold_is_refused_named_or_by_default(service: Service) -> None:
    shop = await key(service, "lookup", "write", "consent", purposes=("marketing",))
    consent = {"events": [{"consent": "c1", "purposes": ["service"]}]}
    ending = {"events": [{"withdraw": {"subject": "phone:13900000001", "purpose": "service"}}]}
    async with door(service) as client:
        for body in (LOOKUP, {**LOOKUP, "purpose": "service"}):
            assert told(await client.post("/v1/lookup", json=body, headers=shop)) == (403, "purpose_not_allowed")
        assert (await client.post("/v1/lookup", json={**LOOKUP, "purpose": "marketing"}, headers=shop)).status_code == 200
        for body in (consent, ending):
            assert told(await client.post("/v1/events", json=body, headers=shop)) == (403, "purpose_not_allowed")


async def test_roots_and_changes_of_another_purpose_stay_hidden(service: Service) -> None:
    everything, marketing = await key(service, "all"), await key(service, "lookup", name="m", purposes=("marketing",))
    joining = [
        {"sightings": [{"see": ["phone:13900000001"]}, {"see": ["openid@x:1"]}]},
        {"sightings": [{"see": ["phone:13900000001", "openid@x:1"]}]},
    ]
    async with door(service) as client:
        for body in joining:
            await client.post("/v1/sightings", json=body, headers=everything)
        roots = {}
        for purpose in ("service", "marketing"):
            answer = await client.post("/v1/lookup", json={**LOOKUP, "purpose": purpose}, headers=everything)
            roots[purpose] = answer.json()["answers"][0]["root_id"]
        assert told(await client.get(f"/v1/roots/{roots['service']}", headers=marketing)) == (403, "purpose_not_allowed")
        assert (await client.get(f"/v1/roots/{roots['marketing']}", headers=marketing)).status_code == 200
        seen = (await client.get("/v1/changes", headers=everything)).json()["changes"]
        allowed = (await client.get("/v1/changes?limit=1", headers=marketing)).json()["changes"]
    assert {change["purpose"] for change in seen} >= {"service"}
    assert {change["purpose"] for change in allowed} <= {"marketing"}


async def test_an_expired_key_is_refused(service: Service) -> None:
    shop = await key(service, lasts=instants.DAY)
    lasting = await key(service, name="lasting")
    service.keybook._clock = lambda: instants.parse("2026-03-11T12:00:00Z")
    async with door(service) as client:
        assert told(await client.post("/v1/lookup", json=LOOKUP, headers=shop)) == (401, "unauthorized")
        assert (await client.post("/v1/lookup", json=LOOKUP, headers=lasting)).status_code == 200


async def test_a_revoked_key_stops_within_a_second_on_every_worker(service: Service) -> None:
    shop = await key(service)
    async with door(service) as one, door(service) as two:
        for client in (one, two):
            assert (await client.post("/v1/lookup", json=LOOKUP, headers=shop)).status_code == 200
        await service.keybook.revoke("shop")
        end = time.monotonic() + 1
        statuses = {200}
        while statuses != {401} and time.monotonic() < end:
            statuses = {(await client.post("/v1/lookup", json=LOOKUP, headers=shop)).status_code for client in (one, two)}
    assert statuses == {401}


async def test_where_the_keys_can_not_be_read_nobody_is_let_in(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = await key(service)

    async def broken() -> list[Any]:
        raise StoreError("gone")

    async with door(service) as client:
        assert (await client.post("/v1/lookup", json=LOOKUP, headers=shop)).status_code == 200
        monkeypatch.setattr(service.keybook, "all", broken)
        await asyncio.sleep(FRESH_SECONDS)
        assert told(await client.post("/v1/lookup", json=LOOKUP, headers=shop)) == (503, "store_unavailable")
        assert (await client.get("/livez")).status_code == 200


async def test_keys_are_read_at_most_twice_a_second(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    now, reads = 0.0, 0
    everything = service.keybook.all

    async def counted() -> list[Any]:
        nonlocal reads
        reads += 1
        return await everything()

    monkeypatch.setattr(service.keybook, "all", counted)
    known = KnownKeys(service.keybook, lambda: now)
    for _ in range(100):
        await known.refresh()
        now += 0.01
    assert reads == 2


async def test_a_key_has_its_rate_and_is_told_what_is_left(service: Service) -> None:
    slow = await key(service, rate=2)
    async with door(service) as client:
        answers = [await client.post("/v1/lookup", json=LOOKUP, headers=slow) for _ in range(2 * WINDOW + 1)]
        refused = answers[-1]
        assert [answer.status_code for answer in answers[:-1]] == [200] * 2 * WINDOW
        assert answers[0].headers["RateLimit-Policy"] == '"key";q=20;w=10'
        assert answers[0].headers["RateLimit"] == '"key";r=19;t=1'
        assert told(refused) == (429, "rate_limited")
        assert refused.headers["RateLimit"].startswith('"key";r=0;')
        assert int(refused.headers["Retry-After"]) >= 1


async def test_ten_thousand_wrong_keys_let_nobody_in_and_hold_up_nobody_else(service: Service) -> None:
    right = await key(service, name="right")
    guessed = (await key(service, name="guessed"))["Authorization"]
    app = create_app(service)
    state: State | None = None
    statuses: dict[int, int] = {}
    async with app.router.lifespan_context(app):
        state = app.state.rootid
        transport = httpx.ASGITransport(app, client=("10.0.0.9", 4711))
        async with httpx.AsyncClient(transport=transport, base_url=ANYWHERE) as client:
            for number in range(300):
                wrong = {"Authorization": f"{guessed[:-4]}{number:04x}"}
                status = (await client.post("/v1/lookup", json=LOOKUP, headers=wrong)).status_code
                statuses[status] = statuses.get(status, 0) + 1
            itself = await client.post("/v1/lookup", json=LOOKUP, headers={"Authorization": guessed})
            assert (await client.post("/v1/lookup", json=LOOKUP, headers=right)).status_code == 200
    assert state is not None
    assert set(statuses) == {401, 429}
    assert statuses[401] <= GUESSES + 5
    assert itself.status_code == 200, "who guesses beside its holder shuts them out"


def test_with_keys_the_service_may_listen_anywhere() -> None:
    refuse_open("0.0.0.0", allow_open=False, keys=True)
