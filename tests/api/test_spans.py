"""OpenTelemetry spans, where they are switched on: in whose trace, of what, and never of whom."""

import logging
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from subprocess import run

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from api.app import create_app
from api.opening import spans_of_settings
from api.spans import Spans
from graph.errors import InvalidInputError
from graph.service import Service
from graph.settings import Settings

pytestmark = pytest.mark.anyio

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PHONE = "phone:13900000001"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def exported() -> Iterator[InMemorySpanExporter]:
    held = InMemorySpanExporter()
    yield held
    held.shutdown()


@asynccontextmanager
async def serving(service: Service, exported: InMemorySpanExporter) -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(service, spans=Spans(SimpleSpanProcessor(exported)))
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        yield http


def requests(exported: InMemorySpanExporter) -> list[ReadableSpan]:
    return [span for span in exported.get_finished_spans() if not span.name.startswith("store ")]


async def test_a_request_is_a_span_in_its_callers_trace_and_the_store_is_asked_within(
    service: Service, exported: InMemorySpanExporter, caplog: pytest.LogCaptureFixture
) -> None:
    given = {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": "brand=1"}
    with caplog.at_level(logging.INFO, "rootid"):
        async with serving(service, exported) as http:
            answer = await http.post("/v1/lookup", json={"lookups": [{"identifiers": [PHONE]}]}, headers=given)
    (span,) = requests(exported)
    held = span.get_span_context()
    assert (span.name, f"{held.trace_id:032x}", f"{span.parent.span_id:016x}") == ("POST /v1/lookup", TRACE, PARENT)
    assert held.trace_state.to_header() == "brand=1"
    assert span.attributes == {
        "http.request.method": "POST",
        "http.route": "/v1/lookup",
        "http.response.status_code": 200,
        "rootid.items": 1,
    }
    asked = [span for span in exported.get_finished_spans() if span.name == "store lookup"]
    assert [(one.parent.span_id, one.get_span_context().trace_id) for one in asked] == [(held.span_id, held.trace_id)]
    assert answer.headers["traceresponse"] == f"00-{TRACE}-{held.span_id:016x}-01"
    (line,) = [record.fields for record in caplog.records if getattr(record, "fields", {}).get("route") == "/v1/lookup"]
    assert (line["trace_id"], line["span_id"], line["parent_id"]) == (TRACE, f"{held.span_id:016x}", PARENT)


async def test_a_write_in_a_thread_of_its_own_belongs_to_its_request(service: Service, exported: InMemorySpanExporter) -> None:
    async with serving(service, exported) as http:
        await http.post("/v1/sightings", json={"sightings": [{"see": [PHONE, "openid@x:1"]}]})
    (span,) = requests(exported)
    writing = [one for one in exported.get_finished_spans() if one.name == "store writing" and one.parent is not None]
    assert {one.parent.span_id for one in writing} == {span.get_span_context().span_id}
    assert span.attributes["rootid.events"] == 1


async def test_without_a_trace_that_can_be_read_one_begins(service: Service, exported: InMemorySpanExporter) -> None:
    async with serving(service, exported) as http:
        for given in ({}, {"traceparent": "00-zz-1-01"}, {"traceparent": f"00-{'0' * 32}-{PARENT}-01"}):
            await http.get("/livez", headers=given)
    assert [span.parent for span in requests(exported)] == [None, None, None]
    assert len({span.get_span_context().trace_id for span in requests(exported)}) == 3


async def test_no_span_says_whom_it_is_about(service: Service, exported: InMemorySpanExporter) -> None:
    async with serving(service, exported) as http:
        await http.post("/v1/sightings", json={"sightings": [{"see": [PHONE, "phone:nonsense-13900000001"]}]})
        await http.get(f"/v1/{PHONE}/nothing?of={PHONE}")
        await http.post("/v1/lookup", content=b"{" + PHONE.encode())
        await http.request("X13900000001", "/v1/lookup")
    spans = exported.get_finished_spans()
    assert "13900000001" not in "".join(span.to_json() for span in spans)
    problems = [(span.name, span.attributes.get("error.type")) for span in requests(exported)]
    assert problems[1:] == [
        ("GET unmatched", "unknown_route"),
        ("POST /v1/lookup", "unsupported_media_type"),
        ("other /v1/lookup", "method_not_allowed"),
    ]


async def test_switched_off_nothing_of_it_is_loaded_and_switched_on_it_has_to_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert spans_of_settings(Settings(traces=False)) is None
    code = "import sys, api.app; api.app.create_app(); print([m for m in sys.modules if m.startswith('opentelemetry.sdk')])"
    done = run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: ASYNC221 - a short one
    assert done.stdout.strip() == "[]"
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(InvalidInputError, match="rootid\\[otel\\]"):
        spans_of_settings(Settings(traces=True))
