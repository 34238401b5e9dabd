"""Spans for OpenTelemetry: one for each request, and one for each time the store was asked. Never hold what a request was about.

This is imported only where spans are switched on: OpenTelemetry is an extra (`rootid[otel]`).
"""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from opentelemetry import context, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import Scope

from api.tracing import Trace
from graph.answers import Receipt
from graph.errors import InvalidInputError
from graph.observing import Observer

_EXPORTER: Final = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
_CARRIED: Final = ("traceparent", "tracestate")
_NANO: Final = 1_000_000_000
_PROPAGATOR: Final = TraceContextTextMapPropagator()


class Spans:
    """Makes spans and hands them to a processor. An observer of the service: what the store did belongs to the request."""

    def __init__(self, processor: SpanProcessor) -> None:
        self._provider = TracerProvider(resource=Resource.create({"service.name": "rootid"}))
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("rootid")

    @contextmanager
    def request(self, scope: Scope) -> Generator[Span]:
        """The span of a request, a child of its caller's where that one is told (W3C trace context)."""
        carried = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        parent = _PROPAGATOR.extract({name: carried[name] for name in _CARRIED if name in carried}, context.Context())
        span = self._tracer.start_span("request", parent, SpanKind.SERVER)
        token = context.attach(trace.set_span_in_context(span, parent))
        try:
            yield span
        finally:
            context.detach(token)
            span.end()

    def beside(self, other: Observer) -> Observer:
        """Another observer and this one, as one."""
        return _Both(self, other)

    def asked(self, verb: str, seconds: float, *, failed: bool) -> None:
        """A span of what the store was just asked, within a request."""
        if not trace.get_current_span().get_span_context().is_valid:
            return  # a task of the service's own
        end = time.time_ns()
        span = self._tracer.start_span(f"store {verb}", kind=SpanKind.CLIENT, start_time=end - int(seconds * _NANO))
        if failed:
            span.set_status(Status(StatusCode.ERROR))
        span.end(end)

    def recorded(self, receipt: Receipt, seconds: float, *, withdrawing: bool) -> None:
        """How much was recorded, on the span of the request."""
        span = trace.get_current_span()
        span.set_attribute("rootid.events", len(receipt.outcomes))
        span.set_attribute("rootid.changes", receipt.merges + receipt.splits + receipt.moves)
        span.set_attribute("rootid.withdrawing", withdrawing)

    def close(self) -> None:
        """Hand over what wasn't yet."""
        self._provider.shutdown()

    @staticmethod
    def trace_of(span: Span) -> Trace:
        """The ids of a span, as the access log has them."""
        held, parent = span.get_span_context(), getattr(span, "parent", None)
        return Trace(
            trace.format_trace_id(held.trace_id),
            None if parent is None else trace.format_span_id(parent.span_id),
            trace.format_span_id(held.span_id),
        )

    @staticmethod
    def told(span: Span, method: str, route: str, status: int, code: str | None, items: int) -> None:
        """What is known of a request at its end. The route is a template, and none of this is a word of the request."""
        span.update_name(f"{method} {route}")
        span.set_attributes({"http.request.method": method, "http.route": route, "http.response.status_code": status})
        span.set_attribute("rootid.items", items)
        if code is not None:
            span.set_attribute("error.type", code)
        if status >= 500:
            span.set_status(Status(StatusCode.ERROR))

    @staticmethod
    def header(span: Span) -> tuple[bytes, bytes]:
        """What tells the caller which span was theirs (W3C Trace Context Level 2)."""
        held = span.get_span_context()
        ids = f"{trace.format_trace_id(held.trace_id)}-{trace.format_span_id(held.span_id)}"
        return b"traceresponse", f"00-{ids}-{int(held.trace_flags):02x}".encode()


@dataclass(frozen=True, slots=True)
class _Both:
    """Two observers."""

    one: Observer
    other: Observer

    def asked(self, verb: str, seconds: float, *, failed: bool) -> None:
        """Tell both."""
        self.one.asked(verb, seconds, failed=failed)
        self.other.asked(verb, seconds, failed=failed)

    def recorded(self, receipt: Receipt, seconds: float, *, withdrawing: bool) -> None:
        """Tell both."""
        self.one.recorded(receipt, seconds, withdrawing=withdrawing)
        self.other.recorded(receipt, seconds, withdrawing=withdrawing)


def exported() -> Spans:
    """Spans that go where OTEL_EXPORTER_OTLP_ENDPOINT says. Raises InvalidInputError where the extra isn't installed."""
    try:
        exporter: Any = import_module(_EXPORTER).OTLPSpanExporter()
    except ImportError:
        raise InvalidInputError("ROOTID_TRACES=1 needs OpenTelemetry: pip install 'rootid[otel]'") from None
    return Spans(BatchSpanProcessor(exporter))
