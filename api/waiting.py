"""Before the store is there: the service is alive, says that it isn't ready, and tries again. Must not answer else."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems, security
from api.envelope import Envelope, request_id
from api.errors import NotReadyError
from api.issuer import Issuer
from api.opening import open_service, spans_of_settings
from api.rendering import Json
from api.running import running
from api.schemas.health import Live
from api.state import is_installed
from graph.errors import RootidError, StoreError
from graph.service import Service
from graph.settings import Settings

LOG: Final = logging.getLogger("rootid.api")

AGAIN_SECONDS: Final = 1.0
"""Between two attempts to open the store."""


class Waiting:
    """The outermost layer: answers for an app that has no state yet."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._meanwhile = Envelope(_meanwhile)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        there = scope["type"] != "http" or is_installed(scope["app"])
        await (self._app if there else self._meanwhile)(scope, receive, send)


async def _meanwhile(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["path"] == "/livez":
        answer = Json(Live().model_dump())
    else:
        missing = NotReadyError(["store"]) if scope["path"] == "/readyz" else StoreError("the store was never there")
        answer = problems.response(missing, request_id(scope))
    await answer(scope, receive, send)


@asynccontextmanager
async def as_soon_as_it_is_there(app: FastAPI, settings: Settings, issuer: Issuer | None) -> AsyncGenerator[None]:
    """Within, the app serves the store of the settings: from the beginning, or from when it answers.

    Raises what `open_service` raises for a store that won't be right by itself, and OpenServiceError.
    """
    try:
        service = await open_service(settings)
    except StoreError as error:
        if not error.passing:
            raise
        LOG.warning("the service is not ready: %s", error.message)
        trying = asyncio.create_task(_try_again(app, settings, issuer, error.message))
        try:
            yield
        finally:
            trying.cancel()
            await asyncio.gather(trying, return_exceptions=True)
        return
    async with _serving(app, service, settings, issuer):
        yield


async def _try_again(app: FastAPI, settings: Settings, issuer: Issuer | None, told: str) -> None:
    """Until cancelled. What is wrong is told once, and again when it is something else."""
    while True:
        await asyncio.sleep(AGAIN_SECONDS)
        try:
            async with _serving(app, await _opened(settings), settings, issuer):
                LOG.info("the service is ready: the store is there")
                await asyncio.Event().wait()
        except RootidError as error:
            if error.message != told:
                LOG.warning("the service is not ready: %s", error.message)
            told = error.message


async def _opened(settings: Settings) -> Service:
    attempt = asyncio.ensure_future(open_service(settings))
    try:
        return await asyncio.shield(attempt)
    except asyncio.CancelledError:
        await asyncio.wait([attempt])  # an attempt that has begun ends, and leaves no connection behind
        if attempt.exception() is None:
            await attempt.result().close()
        raise


@asynccontextmanager
async def _serving(app: FastAPI, service: Service, settings: Settings, issuer: Issuer | None) -> AsyncGenerator[None]:
    try:
        held = bool(await service.keybook.all())
        security.refuse_open(settings.host, allow_open=settings.allow_open, keys=held or issuer is not None)
        async with running(app, service, settings, issuer, spans_of_settings(settings)):
            yield
    finally:
        await service.close()
