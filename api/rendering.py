"""JSON answers, written by orjson. Must not know what is in them."""

from typing import Any

import orjson
from starlette.responses import JSONResponse


class Json(JSONResponse):
    """A body of `application/json`."""

    def render(self, content: Any) -> bytes:
        """The bytes of plain values and dataclasses."""
        return orjson.dumps(content)
