"""Serves the page that the `type` of a problem points at. Tells only what is in the table."""

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from api import problems
from api.errors import UnknownRouteError
from api.pages import problem_page, problems_page

router = APIRouter(prefix="/problems", include_in_schema=False)


class Markdown(PlainTextResponse):
    """A page."""

    media_type = "text/markdown"


@router.get("")
async def list_problems() -> Markdown:
    """Every problem."""
    return Markdown(problems_page())


@router.get("/{code}")
async def show_problem(code: str) -> Markdown:
    """One problem."""
    if code not in problems.TABLE:
        raise UnknownRouteError("there is no problem of this name")
    return Markdown(problem_page(code))
