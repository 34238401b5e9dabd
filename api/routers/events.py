"""Takes events in: sightings, and events of any kind. Holds no rule: the service records."""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import examples
from api.bodies import documented, read
from api.dependencies import service_for
from api.openapi import refusals
from api.rendering import Json
from api.schemas.events import KNOWN, EventReceipt, Events, Sighting, Sightings, read_each, rendered
from api.security import scopes_of
from graph.answers import Outcome
from graph.events import Event
from graph.service import Service

router = APIRouter(prefix="/v1", tags=["Record"])

_REFUSALS = refusals("not_json", "forbidden", "body_too_large", "unsupported_media_type", "invalid_request", "store_busy")


@router.post(
    "/sightings",
    summary="Record sightings",
    openapi_extra=documented(Sightings, examples.SIGHTINGS),
    response_model=EventReceipt,
    response_description="What became of each sighting, in the same order.",
    responses={200: examples.of_answer(examples.RECEIPTS), **_REFUSALS},
)
async def record_sightings(request: Request) -> Response:
    """Record 1 to 1,000 sightings: identifiers (子ID) that were seen together, of one person or on one device.

    All that are good are on record, and resolved, when the answer comes; a bad one is `rejected` on its own, with its problem.
    So the status is 200 also where every one was rejected: `rejected` counts them. Sending a batch again is safe: what is on
    record is a `duplicate`. With any other status nothing of the batch is on record.
    """
    service = service_for(request, "write")
    asked = await read(request, Sightings, KNOWN)
    items = read_each(Sighting, asked.sightings)
    return await _record(service, [item if isinstance(item, Outcome) else item.event() for item in items])


@router.post(
    "/events",
    summary="Record events of any kind",
    openapi_extra=documented(Events, examples.EVENTS),
    response_model=EventReceipt,
    response_description="What became of each event, in the same order.",
    responses={200: examples.of_answer(examples.RECEIPTS), **_REFUSALS},
)
async def record_events(request: Request) -> Response:
    """Record 1 to 1,000 events, each with one verb: sightings, consents, withdrawals, closes, decisions, referrals.

    They take effect together, in the order written. Outcomes and status are those of `POST /v1/sightings`. Beside `write` the key
    must hold `consent` for consents and withdrawals, `decide` for decisions, and `admin` for erasures.
    """
    service = service_for(request, "write")
    asked = await read(request, Events, KNOWN)
    items = read_each(Event, asked.events)
    for scope in scopes_of({item.verb for item in items if isinstance(item, Event)}):
        service_for(request, scope)
    return await _record(service, items)


async def _record(service: Service, items: Sequence[Event | Outcome]) -> Response:
    receipt = await service.record([item for item in items if isinstance(item, Event)])
    return Json(rendered(receipt, items))
