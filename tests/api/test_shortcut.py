"""Calls that go past the framework: answered to the byte as by way of it."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.shortcut import TAKEN, Shortcut
from graph.service import Service

pytestmark = pytest.mark.anyio

JSON = {"Content-Type": "application/json"}
SEEN = b'{"sightings": [{"see": ["phone:13900000001", "member_card:M1"], "event_id": "%b"}, {"see": []}]}'
ASKED: list[tuple[str, str, bytes, dict[str, str]]] = [
    ("POST", "/v1/sightings", SEEN, JSON),
    (
        "POST",
        "/v1/events",
        b'{"events": [{"close": "phone:1", "reason": "left"}, {"see": ["phone:13900000001"], "event_id": "of events %b"}]}',
        JSON,
    ),
    ("POST", "/v1/lookup", b'{"lookups": [{"identifiers": ["phone:13900000001"]}, {"identifiers": ["x"]}]}', JSON),
    ("POST", "/v1/lookup", b'{"purpose": "gossip", "lookups": [{"identifiers": ["phone:13900000001"]}]}', JSON),
    ("POST", "/v1/lookup", b'{"lookups": []}', JSON),
    ("POST", "/v1/lookup", b'{"lookups": [', JSON),
    ("POST", "/v1/lookup", b"{}", {"Content-Type": "text/plain"}),
    ("GET", "/v1/lookup", b"", {}),
    ("POST", "/v1/lookup/", b"{}", JSON),
]


async def answered(app: FastAPI, number: int) -> list[Any]:
    """Status, headers and body of every answer, and the line that the figures have of it."""
    transport = httpx.ASGITransport(app)
    found: list[Any] = []
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        for method, path, body, headers in ASKED:
            content = body.replace(b"%b", str(number).encode())
            got = await client.request(method, path, content=content, headers={**headers, "X-Request-ID": "r"})
            found.append((got.status_code, dict(got.headers), got.json()))
        lines = (await client.get("/metrics")).text.splitlines()
    return [*found, [line for line in lines if line.startswith("rootid_requests_total")]]


async def test_a_call_that_goes_past_the_framework_is_answered_as_by_way_of_it(
    service: Service, named: Callable[[Any], Any]
) -> None:
    short, long = create_app(service), create_app(service)
    long.user_middleware = [layer for layer in long.user_middleware if layer.cls is not Shortcut]
    first = named(await answered(short, 1))
    second = named(await answered(long, 2))
    assert [answer[0] for answer in first[:-1]] == [200, 200, 200, 422, 422, 400, 415, 405, 404]
    for one, other in zip(first, second, strict=True):
        assert told(one) == told(other)


def told(answer: Any) -> Any:
    """An answer without what time alone changes: where the feed stands, and the id of a receipt."""
    if not isinstance(answer, tuple) or not isinstance(answer[2], dict):
        return answer
    passing = {"cursor", "receipt_id", "merges"}
    status, headers, body = answer
    return (
        status,
        {k: v for k, v in headers.items() if k != "content-length"},
        {k: v for k, v in body.items() if k not in passing},
    )


def test_only_calls_that_leave_the_framework_nothing_to_do_take_the_short_way() -> None:
    from api.app import ROUTES

    taken = [route for route in ROUTES if getattr(route, "name", "") in TAKEN]
    assert len(taken) == len(TAKEN)
    for route in taken:
        assert route.methods == {"POST"}
        assert not route.dependant.path_params
        assert not route.dependant.query_params
        assert not route.dependant.dependencies
        assert route.dependant.request_param_name == "request"
