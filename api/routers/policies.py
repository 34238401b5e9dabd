"""Shows the store's policy, tries another one, and puts the store under it. Holds no rule."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request

from api import examples_of_policies as examples
from api.bodies import documented, read
from api.dependencies import AdminService, service_for
from api.examples import of_answer
from api.openapi import refusals
from api.schemas import policies
from api.schemas.policies import PolicyQuestion, PolicyStanding, PolicyTrial
from graph.adopting import differences
from graph.policy import from_mapping

router = APIRouter(prefix="/v1", tags=["Policy"])

MOST_TRIED: Final = 100_000
"""Most identifiers of a store on which a policy is tried while a caller waits."""

_BODY = ("not_json", "forbidden", "body_too_large", "unsupported_media_type", "invalid_request")


@router.get(
    "/policy",
    summary="Which policy is in force?",
    response_description="The policy, and how much of what is on record has followed it.",
    responses={200: of_answer(examples.STANDING), **refusals("forbidden")},
)
async def show_policy(service: AdminService) -> PolicyStanding:
    """Show the policy in force, and how far a change to it has come."""
    return policies.shown(await service.charter.standing())


@router.post(
    "/policy/what-if",
    summary="What would another policy do?",
    openapi_extra=documented(PolicyQuestion, examples.POLICIES),
    response_description="Rules that differ, and what would merge, split and be refused. Nothing is changed.",
    responses={200: of_answer(examples.TRIED), **refusals(*_BODY, "invalid_policy", "invalid_input", "store_busy")},
)
async def try_policy(request: Request) -> PolicyTrial:
    """Try another policy on all that is on record. Writers wait meanwhile, so that is refused for a store of more than 100,000
    identifiers: `rootid policy diff` tries it there.
    """
    service = service_for(request, "admin")
    asked = await read(request, PolicyQuestion, policies.KNOWN)
    new = from_mapping(asked.policy)
    found = await service.charter.try_out(new, most=MOST_TRIED)
    return policies.tried(new.version, differences(service.policy, new), found)


@router.post(
    "/policy",
    summary="Put the store under another policy",
    openapi_extra=documented(PolicyQuestion, examples.POLICIES),
    response_description="The policy, which counts from now on, and how much has followed it.",
    responses={200: of_answer(examples.STANDING), **refusals(*_BODY, "invalid_policy", "invalid_input", "store_busy")},
)
async def change_policy(request: Request) -> PolicyStanding:
    """Put the store under another policy. It counts at once for what is read and written. What is on record follows in steps,
    which the servers do by themselves; `GET /v1/policy` tells how far they are. Until its part is come to, a lookup answers by
    the former policy.
    """
    service = service_for(request, "admin")
    asked = await read(request, PolicyQuestion, policies.KNOWN)
    return policies.shown(await service.charter.begin(from_mapping(asked.policy)))
