"""Explains, asks about devices of any time, and tries things out. Holds no rule."""

from fastapi import APIRouter
from starlette.requests import Request

from api import examples
from api import examples_of_explanations as explained
from api.bodies import documented, read
from api.dependencies import service_for
from api.openapi import refusals
from api.schemas import explanations, trials
from api.schemas.events import read_each
from api.schemas.explanations import DeviceAnswer, DeviceQuestion, Explanation, ExplanationQuestion
from api.schemas.trials import Trial, TrialAnswer
from graph.events import Event

router = APIRouter(prefix="/v1", tags=["Explanations"])

_BODY = ("not_json", "forbidden", "body_too_large", "unsupported_media_type", "invalid_request")
_NAMED = ("invalid_identifier", "undeclared_namespace", "unknown_purpose")


@router.post(
    "/explain",
    summary="Why are these two one person, or why not?",
    openapi_extra=documented(ExplanationQuestion, explained.QUESTIONS),
    response_description="The path with evidence and consents, or what stands between them.",
    responses={200: examples.of_answer(explained.EXPLANATIONS), **refusals(*_BODY, *_NAMED)},
)
async def explain(request: Request) -> Explanation:
    """Explain two identifiers (子ID): the shortest accepted path, with the evidence and consents of each link and what would fall
    apart without it; or why they are not one person. At any time, by what was known at any moment.
    """
    service = service_for(request, "lookup")
    asked = await read(request, ExplanationQuestion, explanations.KNOWN)
    return explanations.shown(await service.explain(asked.identifiers, asked.purpose, asked.as_of, asked.known_at))


@router.post(
    "/on-device",
    summary="Who was on this device then?",
    openapi_extra=documented(DeviceQuestion, explained.DEVICES),
    response_description="The person, and whether that is proven.",
    responses={200: examples.of_answer(explained.ON_DEVICE), **refusals(*_BODY, *_NAMED, "invalid_input")},
)
async def who_was_on_device(request: Request) -> DeviceAnswer:
    """Tell who was on a device: proven is the person seen with it at that very time, or up to the policy's `session_window`
    before. Otherwise it is the root of then, by last login, which proves nothing.
    """
    service = service_for(request, "lookup")
    asked = await read(request, DeviceQuestion, explanations.KNOWN)
    return explanations.seen_on(await service.at(None, asked.known_at).on_device(asked.device, asked.at, asked.purpose))


@router.post(
    "/what-if",
    summary="What would these events do?",
    openapi_extra=documented(Trial, explained.TRIALS),
    response_description="Merges, splits and conflicts, and the roots before and after. Nothing is recorded.",
    responses={200: examples.of_answer(explained.TRIED), **refusals(*_BODY, "store_busy")},
)
async def what_if(request: Request) -> TrialAnswer:
    """Try 1 to 1,000 events of any kind: sightings, a withdrawal, a close, a decision, an erasure. The store stays as it is, to
    the byte; writers wait meanwhile.
    """
    service = service_for(request, "write")
    asked = await read(request, Trial, trials.KNOWN)
    items = read_each(Event, asked.events)
    found = await service.what_if([item for item in items if isinstance(item, Event)])
    return trials.shown(found, items)
