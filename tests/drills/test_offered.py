"""The open-loop client: latency counts from when a request was to go out, and what isn't answered rightly is an error."""

import asyncio
from collections.abc import Callable

import pytest

from bench.offered import Pool, Seen, Traffic, request

pytestmark = pytest.mark.anyio
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"


async def offered(answer: Callable[[int], tuple[float, bytes]], rate: float, seconds: float, good: bytes = b"good") -> Seen:
    """What a client with one connection saw of a server that answers the n-th request after a time, with some bytes."""
    count = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        while await reader.read(65_536):
            delay, content = answer(count)
            count += 1
            await asyncio.sleep(delay)
            writer.write(content)
            if not content:
                break
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        pool = Pool(server.sockets[0].getsockname()[1], 1)
        await pool.connect()
        await pool.offer_steadily([Traffic("asked", rate, lambda _: request("/", b"{}", "key"), good)], seconds)
        pool.close()
        await asyncio.sleep(0.02)
    return pool.seen["asked"]


async def test_those_who_would_have_come_while_a_server_stalled_are_counted_as_late() -> None:
    seen = await offered(lambda number: (0.3 if number == 0 else 0.0, OK), 50, 0.2)
    assert (len(seen.took), seen.errors) == (10, 0)
    assert min(seen.took) > 0.1
    assert sorted(seen.took, reverse=True) == list(seen.took), "the first waited for longest, each later one by its distance less"


async def test_what_is_refused_lost_or_wrong_is_an_error() -> None:
    seen = await offered(lambda number: (0.0, [OK, BUSY, b"", OK.replace(b"good", b"evil")][number]), 20, 0.2)
    assert dict(seen.statuses) == {200: 2, 503: 1}
    assert dict(seen.faults) == {"connection lost": 1, "wrong answer": 1}
    assert seen.errors == 3
