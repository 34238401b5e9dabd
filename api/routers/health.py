"""Liveness and readiness, for whatever watches the process. Open to everybody: tells nothing that is on record."""

import asyncio
import logging
from typing import Final

from fastapi import APIRouter

from api import examples
from api.dependencies import UnguardedService
from api.errors import NotReadyError
from api.openapi import refusals
from api.schemas.health import Live, Ready
from graph.errors import StoreError

LOG: Final = logging.getLogger("rootid.api")
PATIENCE: Final = 5.0
"""Seconds that the store has to answer."""

router = APIRouter(tags=["Health"])


@router.get(
    "/livez",
    summary="Does the process answer?",
    response_description="It does.",
    responses={200: examples.of_answer(examples.LIVE)},
)
async def live() -> Live:
    """Answer as long as the process does; a process that doesn't should be started again."""
    return Live()


@router.get(
    "/readyz",
    summary="Can requests be served?",
    response_description="They can.",
    responses={200: examples.of_answer(examples.READY), **refusals("not_ready")},
)
async def ready(service: UnguardedService) -> Ready:
    """Answer 200 when everything that requests need is ready; otherwise 503, and `not_ready` names what isn't."""
    try:
        async with asyncio.timeout(PATIENCE):
            await service.ready()
    except (StoreError, TimeoutError) as error:
        LOG.warning("the store is not ready: %s", error.message if isinstance(error, StoreError) else "no answer in time")
        raise NotReadyError(["store"]) from None
    return Ready(ready=["store"])
