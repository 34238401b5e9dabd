"""Spans go out over OTLP from every worker, in the caller's trace; where they go, no identifier is told."""

import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bench import served
from tests.overhearing import overheard

pytest.importorskip(
    "opentelemetry.exporter.otlp.proto.http.trace_exporter", reason="the exporter isn't installed: pip install '.[otel]'"
)

__all__ = ["overheard"]

TRACE, PARENT, PHONE = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "13900001234"


class Collector(HTTPServer):
    """Keeps what is sent to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.came: list[tuple[str, bytes]] = []


class Taking(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        self.server.came.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_request_is_exported_in_its_callers_trace_without_whom_it_was_about(collector: Collector, tmp_path: Path) -> None:
    more = {"ROOTID_TRACES": "1", "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}"}
    more["OTEL_BSP_SCHEDULE_DELAY"] = "200"
    with served.serving(f"sqlite:///{tmp_path / 'a.db'}", tmp_path / "log", 2, more=more) as service:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{service.port}/v1/lookup",
            json.dumps({"lookups": [{"identifiers": [f"phone:{PHONE}"]}]}).encode(),
            {"Content-Type": "application/json", "traceparent": f"00-{TRACE}-{PARENT}-01"},
        )
        with urllib.request.urlopen(asked) as answer:
            assert answer.headers["traceresponse"].startswith(f"00-{TRACE}-")
        until = time.monotonic() + 20
        while not any(bytes.fromhex(TRACE) in body for _, body in collector.came):
            assert time.monotonic() < until
            time.sleep(0.05)
    assert {path for path, _ in collector.came} == {"/v1/traces"}
    everything = b"".join(body for _, body in collector.came)
    assert bytes.fromhex(PARENT) in everything
    assert b"POST /v1/lookup" in everything
    assert PHONE.encode() not in everything
