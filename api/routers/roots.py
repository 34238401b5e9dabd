"""Shows a root. Holds no rule: the service finds it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api import examples
from api.dependencies import LookupService
from api.openapi import refusals
from api.rendering import Json
from api.schemas.roots import MovedRoot, Root, shown
from graph import instants

router = APIRouter(prefix="/v1", tags=["Roots"])


@router.get(
    "/roots/{root_id}",
    summary="Show a root",
    response_model=Root,
    response_description="The root with its identifiers, masked, and their links.",
    responses={
        200: examples.of_answer(examples.ROOTS),
        308: {
            "model": MovedRoot,
            "description": "The id answers with another root today: see `Location`. Don't remember it; a split may take it back.",
            "headers": {"Location": {"description": "Path of the root of today.", "schema": {"type": "string"}}},
            **examples.of_answer(examples.MOVED_ROOTS),
        },
        **refusals("forbidden", "unknown_root", "gone_root", "invalid_request"),
    },
)
async def show_root(
    root_id: Annotated[
        UUID,
        Path(description="A root-ID of today or of before, or the own id of an identifier.", openapi_examples=examples.ROOT_IDS),
    ],
    service: LookupService,
    as_of: Annotated[
        datetime | None, Query(description="As it was at this time (ISO 8601); then the answer is never redirected. Absent: now.")
    ] = None,
    known_at: Annotated[datetime | None, Query(description="By what was on record at this time (ISO 8601). Absent: all.")] = None,
) -> Response | Root:
    """Show a root (祖ID) of today with its identifiers, masked, and the links between and around them with their verdicts.

    An id that answers with another root, because they merged or because it is the own id of a member, is redirected there.
    """
    if as_of is not None or known_at is not None:
        when = [None if moment is None else instants.from_datetime(moment) for moment in (as_of, known_at)]
        return shown(await service.at(*when).root(str(root_id)))
    view = await service.root(str(root_id))
    if view.root_id != str(root_id):
        return Json({"root_id": view.root_id}, status_code=308, headers={"Location": f"/v1/roots/{view.root_id}"})
    return shown(view)
