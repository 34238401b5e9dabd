"""Servers of other versions, and one without its database: one clear message each. They are stand-ins that speak as those do."""

import asyncio
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest

from graph.errors import StoreError
from graph.service import Service
from graph.stores import schemas
from tests.graph.stage import SECRET
from tests.graph.writer import POLICY

PREAMBLE = 20
"""Bytes with which a client begins: four of greeting and four versions that it speaks."""


RUN, PULL = 0x10, 0x3F
SUCCESS, IGNORED, FAILURE = b"\xb1\x70", b"\xb0\x7e", b"\xb1\x7f"


def packed(**values: str) -> bytes:
    """A map of short texts, as Bolt writes it."""
    texts = (each.encode() for pair in values.items() for each in pair)
    return bytes([0xA0 + len(values)]) + b"".join(b"\xd0" + bytes([len(each)]) + each for each in texts)


class Greeting(socketserver.StreamRequestHandler):
    """Agrees to one version of Bolt, says hello with the server's name, and fails every statement with a code."""

    bolt: ClassVar[tuple[int, int]] = (5, 4)
    agent: ClassVar[str] = ""
    code: ClassVar[str] = ""

    def handle(self) -> None:
        self.rfile.read(PREAMBLE)
        major, minor = self.bolt
        self.wfile.write(bytes([0, 0, minor, major]))
        while size := int.from_bytes(self.rfile.read(2)):
            answer = self.answer(self.rfile.read(size + 2)[1])
            self.wfile.write(len(answer).to_bytes(2) + answer + b"\0\0")

    def answer(self, asked: int) -> bytes:
        if asked == RUN:
            return FAILURE + packed(code=self.code, message="no")
        return IGNORED if asked == PULL else SUCCESS + packed(server=self.agent, connection_id="bolt-1")


@contextmanager
def greeting(version: str, bolt: tuple[int, int], code: str = "") -> Iterator[str]:
    """The URL of a server that calls itself Neo4j of that version."""
    handler = type("Greeting", (Greeting,), {"agent": f"Neo4j/{version}", "bolt": bolt, "code": code})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"bolt://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


async def opened(url: str) -> None:
    await (await Service.open(url, POLICY, secret=SECRET)).close()


@pytest.mark.parametrize(
    ("version", "bolt", "told"),
    [
        ("4.4.44", (4, 4), "doesn't speak as rootid's driver does: rootid needs Neo4j 5.26 or later"),
        ("5.13.0", (5, 4), "is Neo4j 5.13: rootid needs Neo4j 5.26 or later"),
    ],
)
def test_an_older_server_is_told_with_what_is_needed(
    version: str, bolt: tuple[int, int], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROOTID_NEO4J_PASSWORD", "any")
    with greeting(version, bolt) as url:
        for way in (opened, schemas.apply, schemas.verify):
            with pytest.raises(StoreError, match=told) as caught:
                asyncio.run(way(url))
            assert not caught.value.passing, "no time will mend it"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("Neo.TransientError.General.DatabaseUnavailable", "is up without its database"),
        (
            "Neo.DatabaseError.Transaction.TransactionStartFailed",
            "has stopped its database.*Kill the server, make room, start it",
        ),
    ],
)
def test_a_server_without_its_database_is_told_as_what_may_pass(code: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOTID_NEO4J_PASSWORD", "any")
    with greeting("5.26.30", (5, 4), code) as url:
        with pytest.raises(StoreError, match=told) as caught:
            asyncio.run(opened(url))
        assert caught.value.passing, "a service starts all the same, and waits for it"
