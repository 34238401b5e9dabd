"""Serves reports on the whole store. Holds no rule."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request

from api import examples_of_reports as examples
from api.dependencies import AdminService, service_for
from api.examples import of_answer
from api.openapi import refusals
from api.schemas.events import Moment
from api.schemas.reports import ComplianceReport, HealthReport, answered_for, examined

router = APIRouter(prefix="/v1/reports", tags=["Reports"])


@router.get(
    "/compliance",
    summary="What there is to answer for",
    response_description="Counts, of nobody in particular.",
    responses={200: of_answer(examples.COMPLIANCE), **refusals("forbidden", "invalid_request", "invalid_input")},
)
async def report_compliance(
    service: AdminService,
    since: Annotated[Moment | None, Query(description="The period begins here; without it, with the first event.")] = None,
    until: Annotated[Moment | None, Query(description="The period ends before this time.")] = None,
) -> ComplianceReport:
    """Count root-IDs and consents as they stand now, and of a period withdrawals with the time that each took to be worked in,
    erasures, decisions and receipts; and tell whether the audit log is whole. It holds no personal data.

    It goes through all consents and receipts: for a large store, `rootid report compliance` has no deadline.
    """
    return answered_for(await service.reports.compliance(since, until))


@router.get(
    "/health",
    summary="Where the data is ill",
    response_description="Counts, root-IDs and masks.",
    responses={200: of_answer(examples.HEALTH), **refusals("forbidden", "invalid_request", "unknown_purpose")},
)
async def report_health(
    request: Request,
    purpose: Annotated[str | None, Query(max_length=64, description="Without it, the policy's first.")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Most parts, and most values of nobody.")] = 10,
) -> HealthReport:
    """Tell the largest parts and how many bridges hold each together, mass values and shared devices, junk, namespaces without
    consent, and the sources that conflict most.
    """
    service = service_for(request, "analyse")
    return examined(await service.reports.health(purpose, limit))
