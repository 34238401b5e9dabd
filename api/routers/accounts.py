"""Serves what accounts for what was done: the audit log, receipts. Holds no rule."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from api import examples_of_accounts as examples
from api.dependencies import AdminService, LookupService
from api.examples import of_answer
from api.openapi import refusals
from api.routers.changes import LAST_CURSOR
from api.schemas.accounts import AuditEntries, AuditFinding, Receipt, judged, shown

router = APIRouter(prefix="/v1", tags=["Accounts"])


@router.get(
    "/audit",
    summary="Who did what",
    response_description="Entries after the cursor, the eldest first.",
    responses={200: of_answer(examples.AUDIT), **refusals("forbidden", "invalid_request")},
)
async def list_audit(
    service: AdminService,
    after: Annotated[int, Query(ge=0, le=LAST_CURSOR, description="The `cursor` of the page before; 0 starts at the first.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most entries of the page.")] = 100,
) -> AuditEntries:
    """List the audit log: every transaction that changed something, by whom, and how much of what. It never holds a value."""
    return shown(await service.audit.entries(after, limit + 1), after, limit)


@router.get(
    "/audit/verification",
    summary="Was the audit log tampered with?",
    response_description="What was found.",
    responses={200: of_answer(examples.VERIFICATION), **refusals("forbidden")},
)
async def verify_audit(service: AdminService) -> AuditFinding:
    """Go through the whole log: an entry that was changed, removed or put in is found. 100,000 entries take a second."""
    return judged(await service.audit.verify())


@router.get(
    "/receipts/{receipt_id}",
    summary="A receipt again",
    response_description="The receipt as it was given.",
    responses={200: of_answer(examples.RECEIPT), **refusals("forbidden", "unknown_receipt", "invalid_request")},
)
async def show_receipt(
    service: LookupService,
    receipt_id: Annotated[UUID, Path(description="The `receipt_id` of an answer.", openapi_examples=examples.A_RECEIPT_ID)],
) -> Receipt:
    """Show the signed receipt for what was withdrawn, closed, decided or erased. It holds no personal data."""
    return Receipt.model_validate(await service.receipts.get(str(receipt_id)))
