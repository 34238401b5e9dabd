"""Around every request: counts it, times it, writes its line, tells the tally. Must not look at bodies, queries or raw paths."""

import logging
from time import perf_counter
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.callers import Entry
from api.logs import ACCESS
from api.state import State
from api.tracing import trace

if TYPE_CHECKING:
    from opentelemetry.trace import Span

UNMATCHED = "unmatched"
"""The route of a request that no call serves; its path may hold anything."""

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class Telemetry:
    """The outermost layer but for the server itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and account for it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state: State = scope["app"].state.rootid
        if state.spans is None:
            await self._serve(scope, receive, send, state, None)
            return
        with state.spans.request(scope) as span:
            await self._serve(scope, receive, send, state, span)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, state: State, span: "Span | None") -> None:
        status, start = 500, perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if span is not None and state.spans is not None:
                    message["headers"].append(state.spans.header(span))
            await send(message)

        state.metrics.in_flight.inc()
        try:
            await self._app(scope, receive, watched)
        finally:
            state.metrics.in_flight.dec()
            _account(scope, state, status, perf_counter() - start, span)


def _account(scope: Scope, state: State, status: int, seconds: float, span: "Span | None") -> None:
    held: dict[str, Any] = scope.get("state") or {}
    entry: Entry | None = held.get("entry")
    method = scope["method"] if scope["method"] in _METHODS else "other"
    route = getattr(scope.get("route"), "path", UNMATCHED)
    items = 0 if entry is None else entry.visit.items
    state.metrics.answered(method, route, status, seconds, items)
    if entry is not None and route != "/metrics":
        state.tally.add(entry, f"{method} {route}", status)
    spans = None if span is None else state.spans
    if spans is not None and span is not None:
        spans.told(span, method, route, status, held.get("problem"), items)
    if ACCESS.isEnabledFor(logging.INFO):
        context = trace(scope["headers"]) if spans is None or span is None else spans.trace_of(span)
        fields = {
            "request_id": held.get("request_id"),
            "trace_id": context.trace_id,
            "span_id": context.span_id,
            "parent_id": context.parent_id,
            "method": method,
            "route": route,
            "status": status,
            "code": held.get("problem"),
            "ms": round(seconds * 1000, 2),
            "key": entry.caller.name if entry is not None and entry.caller.by == "key" else None,
            "subject": entry.caller.name if entry is not None and entry.caller.by == "token" else None,
            "items": items,
        }
        ACCESS.info("request", extra={"fields": fields})
