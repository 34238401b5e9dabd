"""The trace that a caller is in, told to the service (W3C Trace Context). Must not need OpenTelemetry."""

import re
from collections.abc import Callable, Mapping
from typing import Final

_FORM: Final = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")

Tracing = Callable[[], str | None]
"""Says the `traceparent` of the moment, None outside of any trace. Asked once for each call."""


def traced(traceparent: Tracing | None) -> Mapping[str, str]:
    """What to send along: what the caller's own function says, or OpenTelemetry where there is none.

    What hasn't the form of a `traceparent` isn't sent.
    """
    if traceparent is None:
        return _of_opentelemetry()
    told = traceparent()
    return {"traceparent": told} if told is not None and _FORM.fullmatch(told) else {}


def _nothing() -> Mapping[str, str]:
    return {}


def _reader() -> Callable[[], Mapping[str, str]]:
    """Reads the current context of OpenTelemetry, its `tracestate` included."""
    try:
        from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415 - need not be installed
            TraceContextTextMapPropagator,
        )
    except ImportError:
        return _nothing
    propagator = TraceContextTextMapPropagator()

    def read() -> Mapping[str, str]:
        carried: dict[str, str] = {}
        propagator.inject(carried)
        return carried

    return read


_of_opentelemetry: Final = _reader()
