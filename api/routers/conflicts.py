"""Serves the conflict queue. Holds no rule."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request

from api import examples_of_decisions as examples
from api.bodies import documented, read
from api.dependencies import service_for
from api.examples import of_answer
from api.openapi import refusals
from api.schemas.accounts import Receipt
from api.schemas.conflicts import KNOWN, ConflictDecision, Conflicts, Proposals, proposed, shown
from api.schemas.decisions import TakenDecision
from graph.acting import actor

router = APIRouter(prefix="/v1", tags=["Decisions"])


@router.get(
    "/conflicts",
    summary="What waits for a human",
    response_description="Refused links with the evidence for them.",
    responses={200: of_answer(examples.CONFLICTS), **refusals("forbidden", "invalid_request", "unknown_root")},
)
async def list_conflicts(
    request: Request,
    purpose: Annotated[str | None, Query(max_length=64, description="Without it, the policy's first.")] = None,
    after: Annotated[str | None, Query(max_length=80, description="The `cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most conflicts of the page.")] = 100,
) -> Conflicts:
    """List links that rules refused: two values of a unique namespace, more than a limit, a part that would grow too large."""
    service = service_for(request, "decide")
    return shown(await service.conflicts.waiting(purpose, after, limit))


@router.get(
    "/conflicts/proposals",
    summary="What stands alone",
    response_description="Mass values and shared devices, the most linked first.",
    responses={200: of_answer(examples.PROPOSALS), **refusals("forbidden", "invalid_request", "unknown_purpose")},
)
async def list_proposals(
    request: Request,
    purpose: Annotated[str | None, Query(max_length=64, description="Without it, the policy's first.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most of them.")] = 100,
) -> Proposals:
    """List values that rules let stand alone, since too many people gave or use them. They stay so without a decision; each says
    what would change it.
    """
    service = service_for(request, "decide")
    return proposed(*await service.conflicts.proposed(purpose, limit))


@router.post(
    "/conflicts/decide",
    summary="Decide a conflict",
    openapi_extra=documented(ConflictDecision, examples.CONFLICT_DECISIONS),
    response_description="The signed receipt.",
    responses={
        200: of_answer(examples.TAKEN),
        **refusals(
            *("not_json", "forbidden", "body_too_large", "unsupported_media_type", "invalid_request", "store_busy"),
            *("unknown_root", "invalid_decision"),
        ),
    },
)
async def decide_conflict(request: Request) -> TakenDecision:
    """Rule that the two are one person, or never are, by their own ids: it leaves the queue."""
    service = service_for(request, "decide")
    asked = await read(request, ConflictDecision, KNOWN)
    receipt = await service.conflicts.decide(
        str(asked.a), str(asked.b), asked.ruling, asked.by or actor(), asked.reason, asked.basis
    )
    return TakenDecision(receipt=Receipt.model_validate(receipt))
