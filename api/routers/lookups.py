"""Who is this? Holds no rule: the service answers."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import examples
from api.bodies import documented, read
from api.dependencies import service_for
from api.openapi import refusals
from api.rendering import Json
from api.schemas.lookups import KNOWN, LookupAnswers, Lookups, rendered

router = APIRouter(prefix="/v1", tags=["Lookup"])


@router.post(
    "/lookup",
    summary="Who are these identifiers?",
    openapi_extra=documented(Lookups, examples.LOOKUPS),
    response_model=LookupAnswers,
    response_description="One answer for each lookup, in the same order.",
    responses={
        200: examples.of_answer(examples.LOOKUP_ANSWERS),
        **refusals("not_json", "forbidden", "body_too_large", "unsupported_media_type", "invalid_request", "unknown_purpose"),
    },
)
async def lookup(request: Request) -> Response:
    """Answer with today's root-ID (祖ID) of 1 to 1,000 lookups, each of 1 to 16 identifiers (子ID) said to be one person.

    The strongest identifier on record answers; root-IDs that weaker ones answer with are `disagreeing`. A lookup that can't be
    read is `invalid` on its own; the others are answered. With `as_of` or `known_at` it is who they were.
    """
    service = service_for(request, "lookup")
    asked = await read(request, Lookups, KNOWN)
    now = asked.as_of is None and asked.known_at is None
    source = service if now else service.at(asked.as_of, asked.known_at)
    answers = await source.lookup([one.identifiers for one in asked.lookups], asked.purpose)
    purpose = asked.purpose or next(iter(service.policy.purposes))
    return Json(rendered(purpose, service.policy.version, answers))
