"""Serves the change feed page by page. Holds no rule."""

from typing import Annotated, Final

from fastapi import APIRouter, Query

from api import examples
from api.dependencies import LookupService
from api.openapi import refusals
from api.schemas.changes import Changes, shown

router = APIRouter(prefix="/v1", tags=["Changes"])

LAST_CURSOR: Final = 2**63 - 1


@router.get(
    "/changes",
    summary="What answers differently since",
    response_description="Change records after the cursor, the eldest first.",
    responses={200: examples.of_answer(examples.CHANGES), **refusals("forbidden", "invalid_request")},
)
async def list_changes(
    service: LookupService,
    after: Annotated[int, Query(ge=0, le=LAST_CURSOR, description="The `cursor` of the page before; 0 starts at the first.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most records of the page.")] = 100,
) -> Changes:
    """List merges, splits and moves of roots: what a service that remembers root-IDs needs to follow them.

    A record is there as soon as its change is, and none is ever taken back or written in between. Where `more` is false, ask
    again later with the same `cursor`.
    """
    return shown(await service.changes(after, limit + 1), after, limit)
