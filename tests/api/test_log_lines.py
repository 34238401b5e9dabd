"""Lines of requests are held back for a moment and written together; nothing else waits, and the order stays."""

import asyncio
import io
import json
import logging

import pytest

from api.logs import ACCESS, HELD_SECONDS, MOST_HELD, Lines

pytestmark = pytest.mark.anyio


def record(name: str, text: str, level: int = logging.INFO) -> logging.LogRecord:
    return logging.LogRecord(name, level, "", 0, text, None, None)


def written(stream: io.StringIO) -> list[str]:
    return [json.loads(line)["what"] for line in stream.getvalue().splitlines()]


async def test_lines_of_requests_are_written_together_after_a_moment() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    for number in range(3):
        lines.handle(record(ACCESS.name, str(number)))
    assert written(stream) == []
    await asyncio.sleep(2 * HELD_SECONDS)
    assert written(stream) == ["0", "1", "2"]
    lines.handle(record(ACCESS.name, "3"))
    lines.close()
    lines.flush()
    assert written(stream)[-1] == "3"


async def test_what_is_no_request_is_written_at_once_and_after_what_was_before_it() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    lines.handle(record(ACCESS.name, "request"))
    lines.handle(record("rootid.api", "sweeping failed", logging.WARNING))
    assert written(stream) == ["request", "sweeping failed"]


async def test_no_more_lines_are_held_back_than_a_killed_worker_may_lose() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    for number in range(MOST_HELD + 1):
        lines.handle(record(ACCESS.name, str(number)))
    assert len(written(stream)) == MOST_HELD
