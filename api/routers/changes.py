"""Serves the change feed: page by page, waited for, or as a stream; and the lineage of a root. Holds no rule."""

from collections.abc import AsyncGenerator
from typing import Annotated, Final
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Path, Query
from starlette.requests import Request
from starlette.responses import StreamingResponse

from api import examples
from api.dependencies import LookupService
from api.openapi import refusals
from api.schemas.changes import Changes, RootHistory, history, record, shown
from api.state import state_of
from graph.answers import Change

router = APIRouter(prefix="/v1", tags=["Changes"])

LAST_CURSOR: Final = 2**63 - 1
LONGEST_WAIT: Final = 20.0
BEAT: Final = 10.0
"""Seconds of silence after which a stream says that it is alive."""

After = Annotated[int, Query(ge=0, le=LAST_CURSOR, description="The `cursor` of the page before; 0 starts at the first.")]
Joins = Annotated[
    bool,
    Query(
        description="Also tell which own ids answer for the first time: replayed from 0, the records then give who answers with "
        "what today. (A root's first identifiers join themselves.)"
    ),
]


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


@router.get(
    "/changes",
    summary="What answers differently since",
    response_description="Change records after the cursor, the eldest first.",
    responses={200: examples.of_answer(examples.CHANGES), **refusals("forbidden", "invalid_request")},
)
async def list_changes(
    request: Request,
    service: LookupService,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most records of the page.")] = 100,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT, description="Seconds to wait for a record where there is none yet.")] = 0,
    *,
    joins: Joins = False,
) -> Changes:
    """List merges, splits and moves of roots: what a service that remembers root-IDs needs to follow them.

    A record is there as soon as its change is, and none is ever taken back or written in between. Where `more` is false, ask
    again later with the same `cursor`, or with `wait`.
    """
    state = state_of(request)
    with state.load.waiting():
        found = await service.feed.wait(after, limit + 1, wait, joins=joins, enough=lambda: state.closing.asked)
    return shown(found, after, limit)


@router.get(
    "/changes/stream",
    summary="Follow what answers differently",
    response_class=EventStream,
    response_description="Server-sent events: `id` is the cursor, `event` the kind, `data` the record.",
    responses={
        200: {"content": {"text/event-stream": {"schema": {"type": "string"}, "examples": examples.STREAM}}},
        **refusals("forbidden", "invalid_request"),
    },
)
async def stream_changes(
    request: Request,
    service: LookupService,
    after: After = 0,
    last_event_id: Annotated[
        int | None, Header(ge=0, le=LAST_CURSOR, description="The last `id` received: goes on after it, and outdoes `after`.")
    ] = None,
    *,
    joins: Joins = False,
) -> EventStream:
    """Stream change records as they come, in order, without gap and without doubles.

    After 10 seconds of silence comes a comment, so that both ends know that the other is there. The stream ends when the
    service does; a client that comes again with `Last-Event-ID` misses nothing.
    """
    state = state_of(request)
    start = after if last_event_id is None else last_event_id

    async def lines() -> AsyncGenerator[bytes]:
        yield b"retry: 2000\n\n"
        with state.load.waiting():
            async for page in service.feed.follow(start, BEAT, joins=joins, enough=lambda: state.closing.asked):
                yield b"".join(_line(change) for change in page) or b": beat\n\n"

    return EventStream(lines())


def _line(change: Change) -> bytes:
    data = orjson.dumps(record(change).model_dump())
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (change.seq, change.kind.encode(), data)


@router.get(
    "/roots/{root_id}/history",
    summary="What became of a root",
    response_description="The root of today and the steps to there, the eldest first.",
    responses={200: examples.of_answer(examples.HISTORIES), **refusals("forbidden", "unknown_root", "invalid_request")},
)
async def show_history(
    root_id: Annotated[UUID, Path(description="A root-ID of today or of before, or the own id of an identifier.")],
    service: LookupService,
) -> RootHistory:
    """Tell the lineage of an id: what it took in, what split off, where it went, by what cause, also in words."""
    return history(await service.feed.history(str(root_id)))
