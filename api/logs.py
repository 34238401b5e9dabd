"""Where the service writes: one line of JSON for each thing, on stdout. Must not decide what is written."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final

import orjson

ACCESS: Final = logging.getLogger("rootid.access")


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, text, and the fields of the record."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields: dict[str, Any] = getattr(record, "fields", {})
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return orjson.dumps({"at": at, "level": record.levelname.lower(), "what": record.getMessage(), **fields}).decode()


def configure(*, access: bool) -> None:
    """Write what the service says as lines of JSON to stdout; a line for each request only with `access`."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    ours = logging.getLogger("rootid")
    ours.handlers[:] = [handler]
    ours.propagate = False
    ours.setLevel(logging.INFO)
    ACCESS.setLevel(logging.INFO if access else logging.CRITICAL)
