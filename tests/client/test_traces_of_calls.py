"""The trace that the caller is in goes along with every request; what is none isn't sent."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from opentelemetry import context, trace
from opentelemetry.sdk.trace import TracerProvider

from rootid_client import AsyncClient, Client

PAGE = {"changes": [], "cursor": 7, "more": False}
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def came() -> list[httpx.Request]:
    return []


@pytest.fixture
def transport(came: list[httpx.Request]) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        came.append(request)
        if len(came) == 1:
            return httpx.Response(503, headers={"Retry-After": "0"}, json={"code": "overloaded", "detail": "", "status": 503})
        if request.url.path == "/v1/lookup":
            return httpx.Response(200, json={"answers": [UNKNOWN] * request.content.count(b"identifiers")})
        return httpx.Response(200, json=PAGE)

    return httpx.MockTransport(answer)


UNKNOWN: dict[str, Any] = dict.fromkeys(("root_id", "own_id", "matched", "problem")) | {
    "status": "unknown",
    "proven": False,
    "disagreeing": [],
}


def parents(came: list[httpx.Request]) -> list[str | None]:
    return [request.headers.get("traceparent") for request in came]


def test_the_callers_own_trace_is_told_with_every_attempt(transport: httpx.MockTransport, came: list[httpx.Request]) -> None:
    with Client("http://x", traceparent=lambda: PARENT, transport=transport) as client:
        client.changes()
    assert parents(came) == [PARENT, PARENT]


@pytest.mark.parametrize(
    "given", [None, "", "nonsense", PARENT.upper(), PARENT + "\r\nX-Other: 1", PARENT.replace("b7ad6b7169203331", "0" * 16)]
)
def test_what_is_no_trace_is_not_sent(transport: httpx.MockTransport, came: list[httpx.Request], given: str | None) -> None:
    with Client("http://x", traceparent=lambda: given, transport=transport) as client:
        client.changes()
    assert parents(came) == [None, None]


@pytest.fixture
def span() -> Iterator[trace.SpanContext]:
    """The span of a caller that uses OpenTelemetry."""
    begun = TracerProvider().get_tracer("caller").start_span("asking")
    token = context.attach(trace.set_span_in_context(begun))
    yield begun.get_span_context()
    context.detach(token)
    begun.end()


def test_the_span_of_opentelemetry_is_told(
    transport: httpx.MockTransport, came: list[httpx.Request], span: trace.SpanContext
) -> None:
    expected = f"00-{trace.format_trace_id(span.trace_id)}-{trace.format_span_id(span.span_id)}-{span.trace_flags:02x}"
    with Client("http://x", transport=transport) as client:
        client.changes()
    assert parents(came) == [expected, expected]

    async def work() -> None:
        async with AsyncClient("http://x", transport=transport) as client:
            await asyncio.gather(client.lookup("crm:1"), client.lookup("crm:2"))

    asyncio.run(work())
    assert parents(came)[2:] == [expected]


def test_outside_of_any_trace_nothing_is_told(transport: httpx.MockTransport, came: list[httpx.Request]) -> None:
    with Client("http://x", transport=transport) as client:
        client.changes()
    assert parents(came) == [None, None]
