"""Turns every exception on purpose, ours or the framework's, into a problem. The unexpected ones are api.envelope's."""

import logging
from collections.abc import Mapping
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api import problems
from api.envelope import request_id
from api.errors import MethodNotAllowedError, UnknownRouteError
from api.validation import invalid
from graph.errors import RootidError

LOG: Final = logging.getLogger("rootid.api")

_OF_STATUS: Final[dict[int, RootidError]] = {
    404: UnknownRouteError("no call of this service has this path"),
    405: MethodNotAllowedError("the path is not served with this method; the header Allow says which are"),
}


def install(app: FastAPI) -> None:
    """Answer with problems."""
    for kind in (RootidError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, answer)


async def answer(request: Request, error: Exception) -> Response:
    """The problem that an exception on purpose is answered with."""
    identity = request_id(request.scope)
    ours, headers = _ours(error)
    request.scope["state"]["problem"] = ours.code
    if problems.kind_of(ours.code).status >= 500 and isinstance(error, RootidError):
        LOG.error("request %s failed: %s: %s", identity, ours.code, ours.message)
    return problems.response(ours, identity, headers)


def _ours(error: Exception) -> tuple[RootidError, Mapping[str, str] | None]:
    """The error of the tree that stands for an exception, and the headers that the framework gave it."""
    if isinstance(error, RequestValidationError):
        return invalid(error.errors()), None
    if isinstance(error, HTTPException):
        return _OF_STATUS.get(error.status_code) or RootidError(f"HTTP {error.status_code}"), error.headers
    assert isinstance(error, RootidError)  # noqa: S101 - what `install` registers
    return error, None
