"""Takes consents and withdrawals, and shows what was allowed. Holds no rule."""

from fastapi import APIRouter
from starlette.requests import Request

from api import examples_of_consents as examples
from api.bodies import documented, read
from api.dependencies import service_for
from api.examples import of_answer
from api.openapi import refusals
from api.schemas.accounts import Receipt
from api.schemas.consents import (
    KNOWN,
    ConsentQuestion,
    Consents,
    GivenConsent,
    Grant,
    ReceiptQuestion,
    Renewal,
    Withdrawal,
    WithdrawnConsents,
    all_shown,
    shown,
)

router = APIRouter(prefix="/v1", tags=["Consents"])

_REFUSALS = ("not_json", "forbidden", "body_too_large", "unsupported_media_type", "invalid_request", "store_busy")


@router.post(
    "/consents",
    summary="Record a consent",
    openapi_extra=documented(Grant, examples.GRANTS),
    response_description="The consent record, with a signed receipt.",
    responses={
        200: of_answer(examples.GIVEN),
        **refusals(*_REFUSALS, "unknown_purpose", "invalid_identifier", "undeclared_namespace", "invalid_input", "future_time"),
    },
)
async def grant_consent(request: Request) -> GivenConsent:
    """Record who allowed what, from when until when, by which notice. Sightings that name its id rest on it."""
    service = service_for(request, "consent")
    asked = await read(request, Grant, KNOWN)
    view, receipt = await service.consents.grant(asked.event(service.consents.new_id()))
    return GivenConsent(consent=shown(view), receipt=Receipt.model_validate(receipt))


@router.post(
    "/consents/renew",
    summary="Renew a consent",
    openapi_extra=documented(Renewal, examples.RENEWALS),
    response_description="The consent record, with a signed receipt.",
    responses={200: of_answer(examples.GIVEN), **refusals(*_REFUSALS, "unknown_consent", "invalid_input")},
)
async def renew_consent(request: Request) -> GivenConsent:
    """Grant a consent again from now on, with the purposes that it was granted with last."""
    service = service_for(request, "consent")
    asked = await read(request, Renewal, KNOWN)
    view, receipt = await service.consents.renew(
        asked.consent, expires=asked.expires, notice=asked.notice, evidence=asked.evidence
    )
    return GivenConsent(consent=shown(view), receipt=Receipt.model_validate(receipt))


@router.post(
    "/consents/receipt",
    summary="Get a receipt for a consent",
    openapi_extra=documented(ReceiptQuestion, examples.RECEIPT_QUESTIONS),
    response_description="The consent record, with a signed receipt.",
    responses={200: of_answer(examples.GIVEN), **refusals(*_REFUSALS, "unknown_consent")},
)
async def consent_receipt(request: Request) -> GivenConsent:
    """A signed receipt for a consent as it was granted last. One that came in a batch or a file has none of its own yet: a
    receipt goes to one person, and a batch is about many."""
    service = service_for(request, "consent")
    asked = await read(request, ReceiptQuestion, KNOWN)
    view, receipt = await service.consents.receipt(asked.consent)
    return GivenConsent(consent=shown(view), receipt=Receipt.model_validate(receipt))


@router.post(
    "/consents/withdraw",
    summary="Withdraw a consent",
    openapi_extra=documented(Withdrawal, examples.WITHDRAWALS),
    response_description="The consent records, with a signed receipt.",
    responses={
        200: of_answer(examples.WITHDRAWN),
        **refusals(*_REFUSALS, "unknown_consent", "unknown_purpose", "invalid_identifier", "undeclared_namespace", "future_time"),
    },
)
async def withdraw_consent(request: Request) -> WithdrawnConsents:
    """Withdraw a consent whole, or one purpose in all consents that a subject gave so far.

    What they alone held together is apart when the answer comes: a lookup answers the split. The receipt says what ended and
    which roots split into which; it holds no personal data, and anybody can verify it.
    """
    service = service_for(request, "consent")
    asked = await read(request, Withdrawal, KNOWN)
    views, receipt = await service.consents.withdraw(asked.event())
    return WithdrawnConsents(consents=all_shown(views), receipt=Receipt.model_validate(receipt))


@router.post(
    "/consents/show",
    summary="Show consents",
    openapi_extra=documented(ConsentQuestion, examples.QUESTIONS),
    response_description="The consent records.",
    responses={
        200: of_answer(examples.CONSENTS),
        **refusals(*_REFUSALS, "unknown_consent", "invalid_identifier", "undeclared_namespace"),
    },
)
async def show_consents(request: Request) -> Consents:
    """Show a consent record by its id, or all that an identifier gave."""
    service = service_for(request, "consent")
    asked = await read(request, ConsentQuestion, KNOWN)
    if asked.consent is not None:
        return Consents(consents=[shown(await service.consents.show(asked.consent))])
    return Consents(consents=all_shown(await service.consents.of(asked.subject or "")))
