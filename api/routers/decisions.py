"""Takes decisions and closes, and lists them. Holds no rule."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request

from api import examples
from api import examples_of_decisions as decided
from api.bodies import documented, read
from api.dependencies import LookupService, service_for
from api.openapi import refusals
from api.schemas.accounts import Receipt
from api.schemas.decisions import KNOWN, Close, Decision, Decisions, TakenDecision, shown
from graph.acting import actor

router = APIRouter(prefix="/v1", tags=["Decisions"])

_REFUSALS = (
    *("not_json", "forbidden", "body_too_large", "unsupported_media_type", "invalid_request", "store_busy"),
    *("invalid_identifier", "undeclared_namespace", "future_time"),
)


@router.post(
    "/decisions",
    summary="Take a decision",
    openapi_extra=documented(Decision, decided.DECISIONS),
    response_description="The signed receipt.",
    responses={200: examples.of_answer(decided.TAKEN), **refusals(*_REFUSALS, "invalid_decision")},
)
async def take_decision(request: Request) -> TakenDecision:
    """Rule that two identifiers are one person, or never are, or take such rulings back. Root-IDs follow at once."""
    service = service_for(request, "decide")
    asked = await read(request, Decision, KNOWN)
    return TakenDecision(receipt=Receipt.model_validate(await service.decisions.take(asked.event(actor()))))


@router.post(
    "/closes",
    summary="Close links",
    openapi_extra=documented(Close, decided.CLOSES),
    response_description="The signed receipt.",
    responses={200: examples.of_answer(decided.TAKEN), **refusals(*_REFUSALS)},
)
async def close_links(request: Request) -> TakenDecision:
    """End what was seen of two identifiers, or of one with all others, up to a time: a number that changed hands, for one."""
    service = service_for(request, "decide")
    asked = await read(request, Close, KNOWN)
    return TakenDecision(receipt=Receipt.model_validate(await service.decisions.take(asked.event(actor()))))


@router.get(
    "/roots/{root_id}/decisions",
    summary="What was decided on a root",
    response_description="Decisions and closes, the eldest first.",
    responses={
        200: examples.of_answer(decided.TAKEN_BEFORE),
        **refusals("forbidden", "unknown_root", "gone_root", "invalid_request"),
    },
)
async def list_decisions(
    root_id: Annotated[UUID, Path(description="A root-ID of today or of before, or the own id of an identifier.")],
    service: LookupService,
) -> Decisions:
    """List every decision and close that names an identifier of the root: who took it, when and why."""
    return shown(await service.decisions.on(str(root_id)))
