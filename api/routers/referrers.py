"""Serves who brings people, by the last scoring. Holds no rule, and scores nothing: that is a job (`rootid referrers score`)."""

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from algorithms.trees import picture_of
from api import examples_of_referrers as examples
from api.dependencies import ReferrerService
from api.examples import ROOT_IDS, SVG, drawn, of_answer
from api.openapi import refusals
from api.schemas.events import Moment
from api.schemas.referrers import FissionTree, Metric, Referrers, planted, shown
from graph.stores.scored import Among

router = APIRouter(prefix="/v1", tags=["Referrers"])

MOST_PEOPLE: Final = 1_000


@router.get(
    "/referrers",
    summary="Who brings people",
    response_description="People after the cursor, the highest first.",
    responses={
        200: of_answer(examples.REFERRERS),
        **refusals("forbidden", "invalid_request", "invalid_input", "unknown_purpose", "not_scored", "stale_cursor"),
    },
)
async def list_referrers(
    service: ReferrerService,
    purpose: Annotated[
        str | None, Query(min_length=1, max_length=64, description="What it is for; without it, the policy's first purpose.")
    ] = None,
    metric: Annotated[Metric, Query(description="What to order by.")] = "will_refer",
    campaign: Annotated[str | None, Query(max_length=1024, description="Only who brought somebody in it.")] = None,
    channel: Annotated[str | None, Query(max_length=1024, description="Likewise, by channel.")] = None,
    since: Annotated[Moment | None, Query(description="Likewise, from this time on.")] = None,
    until: Annotated[Moment | None, Query(description="Likewise, before this time.")] = None,
    cursor: Annotated[str | None, Query(max_length=40, description="The `cursor` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_PEOPLE, description="Most people of the page.")] = 20,
) -> Referrers:
    """List the people who bring people, masked, with both scores, their parts, and the evidence.

    `counted` and `worth` are of the campaign, channel and time asked for; all else is of the whole network. The figures are those
    of the last scoring; pages of one scoring fit each other, and after the next one a cursor is stale.
    """
    among = Among(campaign, channel, since, until)
    return shown(await service.fission.top(purpose, metric=metric, among=among, cursor=cursor, limit=limit))


@router.get(
    "/roots/{root_id}/fission",
    summary="Whom somebody brought",
    response_model=FissionTree,
    response_description="The tree, as JSON or as a picture.",
    responses={
        200: drawn(of_answer(examples.TREE), examples.PICTURE),
        **refusals("forbidden", "unknown_root", "invalid_request", "not_scored"),
    },
)
async def show_fission(
    service: ReferrerService,
    root_id: Annotated[
        UUID, Path(description="A root-ID of today or of before, or the own id of an identifier.", openapi_examples=ROOT_IDS)
    ],
    depth: Annotated[int, Query(ge=1, le=20, description="Most generations.")] = 6,
    size: Annotated[int, Query(ge=1, le=2_000, description="Most people.")] = 200,
    form: Annotated[
        Literal["json", "svg"], Query(alias="format", description="`svg` answers with a picture (`image/svg+xml`).")
    ] = "json",
) -> Response | FissionTree:
    """Show the tree below a person by the last scoring, masked: whom they brought, whom those brought, and so on."""
    tree = await service.fission.tree(str(root_id), depth=depth, size=size)
    if form == "json":
        return planted(tree)
    return Response(await run_in_threadpool(picture_of, tree), media_type=SVG)
