"""Where the service writes: one line of JSON for each thing, on stdout. Must not decide what is written."""

import asyncio
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import orjson

ACCESS: Final = logging.getLogger("rootid.access")

HELD_SECONDS: Final = 0.1
MOST_HELD: Final = 1_000
"""Lines of requests that are written together at most: what a worker that is killed may not have written yet."""


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, text, and the fields of the record."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields: dict[str, Any] = getattr(record, "fields", {})
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return orjson.dumps({"at": at, "level": record.levelname.lower(), "what": record.getMessage(), **fields}).decode()


class Lines(logging.StreamHandler[TextIO]):
    """Writes lines. Those of requests are held back for a moment and written together; anything else goes out at once."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.setFormatter(JsonLines())
        self._held: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, or hold it back."""
        self._held.append(self.format(record))
        if record.name != ACCESS.name or len(self._held) >= MOST_HELD:
            self.flush()
        elif len(self._held) == 1:
            asyncio.get_running_loop().call_later(HELD_SECONDS, self.flush)

    def flush(self) -> None:
        """Write what is held back. What can't be written (a full disk, a stream that was closed) is gone, and nobody fails."""
        self.acquire()
        try:
            held, self._held = self._held, []
            if held:
                self.stream.write("\n".join(held) + "\n")
                self.stream.flush()
        except (OSError, ValueError):
            self._held = []
        finally:
            self.release()


def configure(*, access: bool) -> None:
    """Write what the service says as lines of JSON to stdout; a line for each request only with `access`."""
    handler = Lines(sys.stdout)
    ours = logging.getLogger("rootid")
    ours.handlers[:] = [handler]
    ours.propagate = False
    ours.setLevel(logging.INFO)
    ACCESS.setLevel(logging.INFO if access else logging.CRITICAL)
