"""A served process: it sweeps by itself, streams what changed, goes on after the last id, and ends when asked."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.events import Event
from graph.instants import DAY, SECOND, now
from graph.policy import from_mapping
from graph.service import Service

ROOT = Path(__file__).parents[2]
POLICY = from_mapping({"require_consent": False, "namespaces": {"m": {"unique": True}, "c": {"kind": "device", "max_age": "1d"}}})


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A store with a link that has a few seconds to live, and a merge that was before."""

    async def fill() -> str:
        store = f"sqlite:///{tmp_path / 'served.db'}"
        service = await Service.open(store, POLICY)
        await service.record([Event(see=("m:1",)), Event(see=("c:1",))])
        await service.record([Event(see=("m:1", "c:1"), at=now() - DAY + 8 * SECOND)])
        await service.close()
        return store

    return asyncio.run(fill())


@pytest.fixture
def served(url: str, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "cli.main", "--store", url, "serve", "--port", str(port), "--no-first-key"]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "ROOTID_ACCESS_LOG": "0"}, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            if httpx.get(f"{base}/readyz").status_code == 200:
                break
        except httpx.TransportError:
            time.sleep(0.1)
    yield process, base
    if process.poll() is None:
        process.kill()
    process.wait()


def events(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """The data of each event, beats left out."""
    for line in lines:
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def test_a_stream_tells_what_expired_by_itself_and_ends_with_the_service(
    served: tuple[subprocess.Popen[bytes], str],
) -> None:
    process, base = served
    with httpx.stream("GET", f"{base}/v1/changes/stream", timeout=60) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        coming = events(answer.iter_lines())
        merge, split = next(coming), next(coming)
        assert [(change["kind"], change["cause"]) for change in (merge, split)] == [("merge", "record"), ("split", "expiry")]
        headers = {"Last-Event-ID": str(merge["seq"])}
        with httpx.stream("GET", f"{base}/v1/changes/stream", headers=headers, timeout=60) as again:
            assert next(events(again.iter_lines())) == split
        assert httpx.get(f"{base}/v1/audit", params={"after": 3}).json()["entries"][0]["actor"] == "task:sweep"
        process.send_signal(signal.SIGTERM)
        assert list(coming) == []
    assert process.wait(20) in (0, -signal.SIGTERM)
