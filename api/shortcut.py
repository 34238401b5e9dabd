"""The short way for calls that are asked a thousand times a second: past the framework's own. Must answer as that would."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, cast

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from api import failures
from graph.errors import RootidError

TAKEN: Final = frozenset({"lookup", "record_sightings", "record_events"})
"""Calls, by the names of their endpoints, that take a request and answer a response: nothing is left for the framework to do."""


class Shortcut:
    """The innermost layer: calls an endpoint that takes a request and answers a response; the framework serves all others."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute]) -> None:
        self._app = app
        taken = [route for route in routes if isinstance(route, APIRoute) and route.name in TAKEN]
        self._routes: dict[tuple[str, str], APIRoute] = {("POST", route.path): route for route in taken}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        route = self._routes.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if route is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = route
        request = Request(scope, receive, send)
        endpoint = cast("Callable[[Request], Awaitable[Response]]", cast("Any", route).endpoint)
        try:
            response = await endpoint(request)
        except RootidError as error:
            response = await failures.answer(request, error)
        await response(scope, receive, send)
