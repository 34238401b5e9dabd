"""Serves what a person may ask for. Holds no rule."""

from fastapi import APIRouter
from starlette.requests import Request

from api import examples_of_decisions, examples_of_rights
from api.bodies import documented, read
from api.dependencies import service_for
from api.examples import of_answer
from api.openapi import refusals
from api.schemas.accounts import Receipt
from api.schemas.decisions import TakenDecision
from api.schemas.rights import KNOWN, AnsweredRight, Correction, ErasureRequest, OptOut, Person, answered
from graph.acting import actor

router = APIRouter(prefix="/v1/rights", tags=["Rights"])

_REFUSALS = (
    *("not_json", "forbidden", "body_too_large", "unsupported_media_type", "invalid_request", "store_busy"),
    *("invalid_identifier", "undeclared_namespace"),
)
_DONE = of_answer(examples_of_decisions.TAKEN)


@router.post(
    "/access",
    summary="What is on record of a person",
    openapi_extra=documented(Person, examples_of_rights.PERSONS),
    response_description="Their own data by masks, with a signed receipt.",
    responses={200: of_answer(examples_of_rights.ANSWERS), **refusals(*_REFUSALS, "unknown_identifier")},
)
async def access_data(request: Request) -> AnsweredRight:
    """Tell what is on record of a person under each purpose: identifiers, sources, consents, decisions, receipts.

    It tells nothing of anybody else.
    """
    service = service_for(request, "admin")
    asked = await read(request, Person, KNOWN)
    return answered(*await service.rights.access(asked.identifier))


@router.post(
    "/export",
    summary="A person's data to take elsewhere",
    openapi_extra=documented(Person, examples_of_rights.PERSONS),
    response_description="Their own data with every sighting, with a signed receipt.",
    responses={200: of_answer(examples_of_rights.ANSWERS), **refusals(*_REFUSALS, "unknown_identifier")},
)
async def export_data(request: Request) -> AnsweredRight:
    """The same as access, with every single sighting."""
    service = service_for(request, "admin")
    asked = await read(request, Person, KNOWN)
    return answered(*await service.rights.export(asked.identifier))


@router.post(
    "/correct",
    summary="Correct who a person is",
    openapi_extra=documented(Correction, examples_of_rights.CORRECTIONS),
    response_description="The signed receipt.",
    responses={200: _DONE, **refusals(*_REFUSALS)},
)
async def correct_data(request: Request) -> TakenDecision:
    """End what links an identifier to another, or to all: it is not, or no longer, this person's."""
    service = service_for(request, "admin")
    asked = await read(request, Correction, KNOWN)
    receipt = await service.rights.correct(asked.identifier, asked.other, asked.by or actor(), asked.reason)
    return TakenDecision(receipt=Receipt.model_validate(receipt))


@router.post(
    "/erase",
    summary="Erase a person",
    openapi_extra=documented(ErasureRequest, examples_of_rights.ERASURES),
    response_description="The signed receipt.",
    responses={200: _DONE, **refusals(*_REFUSALS)},
)
async def erase_data(request: Request) -> TakenDecision:
    """Erase an identifier, or all that is the same person under any purpose. It can't be taken back."""
    service = service_for(request, "admin")
    asked = await read(request, ErasureRequest, KNOWN)
    receipt = await service.rights.erase(asked.identifier, whole_person=asked.whole_person)
    return TakenDecision(receipt=Receipt.model_validate(receipt))


@router.post(
    "/opt-out",
    summary="Score a person no longer",
    openapi_extra=documented(OptOut, examples_of_rights.OPT_OUTS),
    response_description="The signed receipt.",
    responses={200: _DONE, **refusals(*_REFUSALS)},
)
async def opt_out(request: Request) -> TakenDecision:
    """No referral of the person counts any more, and nobody scores them; `back` takes that back."""
    service = service_for(request, "admin")
    asked = await read(request, OptOut, KNOWN)
    receipt = await service.rights.opt_out(asked.identifier, back=asked.back)
    return TakenDecision(receipt=Receipt.model_validate(receipt))
