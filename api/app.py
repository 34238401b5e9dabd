"""Puts the app together. Run it with `uvicorn --factory api.app:create_app`, or `rootid serve`."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from fastapi import FastAPI
from starlette.middleware import Middleware

from api import failures, openapi, security, state
from api.body_limit import BodyLimit
from api.doorstep import Doorstep
from api.envelope import Envelope
from api.known_keys import KnownKeys
from api.opening import open_service
from api.rendering import Json
from api.routers import accounts, changes, consents, decisions, events, health, lookups, problems, roots
from graph.service import Service
from graph.settings import Settings

ROUTERS: Final = (
    lookups.router,
    events.router,
    consents.router,
    decisions.router,
    roots.router,
    changes.router,
    accounts.router,
    health.router,
    problems.router,
)


def create_app(service: Service | None = None, *, allow_open: bool = False) -> FastAPI:
    """The app around a service; the service, and whether callers from other machines are answered, stay the caller's business.

    Without a service the app opens the one that the settings name when it starts, and closes it when it ends. Starting raises
    OpenServiceError where the settings would open it to the network without API keys, and what `open_service` raises.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        if service is not None:
            state.install(app, state.State(service, allow_open, KnownKeys(service.keybook)))
            yield
            return
        settings = Settings()
        opened = await open_service(settings)
        try:
            held = bool(await opened.keybook.all())
            security.refuse_open(settings.host, allow_open=settings.allow_open, keys=held)
            state.install(app, state.State(opened, settings.allow_open, KnownKeys(opened.keybook)))
            yield
        finally:
            await opened.close()

    app = FastAPI(
        title=openapi.TITLE,
        version=_version(),
        lifespan=lifespan,
        docs_url=None,  # their scripts come from elsewhere; docs/reference/api.md has the same words
        redoc_url=None,
        redirect_slashes=False,
        default_response_class=Json,
        generate_unique_id_function=lambda route: route.name,
        middleware=[Middleware(Envelope), Middleware(Doorstep), Middleware(BodyLimit)],
    )
    for router in ROUTERS:
        app.include_router(router)
    failures.install(app)
    openapi.install(app, [route for router in ROUTERS for route in router.routes])
    return app


def _version() -> str:
    try:
        return version("rootid")
    except PackageNotFoundError:  # a checkout that was never installed
        return "0"
