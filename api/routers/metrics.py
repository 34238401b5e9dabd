"""Serves figures to Prometheus. Tells counts and times only."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import service_for
from api.metrics import CONTENT_TYPE
from api.state import state_of

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def show_metrics(request: Request) -> Response:
    """Every figure, for a caller who holds `admin`."""
    service_for(request, "admin")
    state = state_of(request)
    await state.inventory.refresh()
    return Response(state.metrics.page(state.inventory), headers={"Content-Type": CONTENT_TYPE})
