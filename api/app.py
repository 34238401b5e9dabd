"""Puts the app together. Run it with `uvicorn --factory api.app:create_app`, or `rootid serve`."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from starlette.middleware import Middleware

from api import failures, logs, openapi
from api.body_limit import BodyLimit
from api.conditional import Conditional
from api.doorstep import Doorstep
from api.envelope import Envelope
from api.issuer import Issuer
from api.opening import issuer_of_settings
from api.pressure import Pressure
from api.rendering import Json
from api.repeats import Repeats
from api.routers import (
    accounts,
    changes,
    conflicts,
    consents,
    decisions,
    events,
    explanations,
    health,
    lookups,
    metrics,
    policies,
    problems,
    referrers,
    reports,
    rights,
    roots,
)
from api.running import running
from api.shortcut import Shortcut
from api.telemetry import Telemetry
from api.waiting import Waiting, as_soon_as_it_is_there
from graph.service import Service
from graph.settings import Settings

if TYPE_CHECKING:
    from api.spans import Spans

_NOUNS: Final = (
    lookups,
    events,
    consents,
    decisions,
    conflicts,
    explanations,
    rights,
    roots,
    referrers,
    changes,
    accounts,
    reports,
    policies,
    health,
    metrics,
    problems,
)
ROUTERS: Final = tuple(noun.router for noun in _NOUNS)
ROUTES: Final = [route for router in ROUTERS for route in router.routes]


def create_app(
    service: Service | None = None, *, allow_open: bool = False, issuer: Issuer | None = None, spans: "Spans | None" = None
) -> FastAPI:
    """The app around a service; the service, and whether callers from other machines are answered, stay the caller's business.

    Without a service the app opens the one that the settings name when it starts, and closes it when it ends; where nothing
    answers at its store, it starts all the same, and isn't ready before that comes (api.waiting). Starting raises
    OpenServiceError where the settings would open it to the network without API keys, and what else `open_service` raises.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        if service is not None:
            async with running(app, service, Settings(allow_open=allow_open), issuer, spans):
                yield
            return
        settings = Settings()
        logs.configure(access=settings.access_log)
        believed = issuer_of_settings()
        async with as_soon_as_it_is_there(app, settings, believed):
            yield

    app = FastAPI(
        title=openapi.TITLE,
        version=_version(),
        lifespan=lifespan,
        docs_url=None,  # their scripts come from elsewhere; docs/reference/api.md has the same words
        redoc_url=None,
        redirect_slashes=False,
        default_response_class=Json,
        generate_unique_id_function=lambda route: route.name,
        middleware=[
            *(Middleware(layer) for layer in (Waiting, Telemetry, Envelope, Pressure, Doorstep, BodyLimit, Repeats, Conditional)),
            Middleware(Shortcut, routes=ROUTES),
        ],
    )
    for router in ROUTERS:
        app.include_router(router)
    failures.install(app)
    openapi.install(app, ROUTES)
    return app


def _version() -> str:
    try:
        return version("rootid")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0"
