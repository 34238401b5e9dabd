"""`rootid changes` and `rootid history`: which root-IDs answer differently since, and what became of one. Holds no rule."""

import asyncio
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated, Any

import orjson
import typer

from cli.output import result, table, write_json
from cli.session import session
from graph import instants
from graph.answers import Change
from graph.service import Service

BEAT = 1.0


def written(change: Change) -> dict[str, Any]:
    """A change record for programs; the same form as that of the API."""
    return {**asdict(change), "at": instants.text(change.at)}


def changes(
    context: typer.Context,
    *,
    after: Annotated[int, typer.Option(metavar="N", min=0, help="Only records with a higher number.")] = 0,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="Most records, unless --follow.")] = 1000,
    follow: Annotated[bool, typer.Option("--follow", help="Go on with records as they come, until Ctrl-C.")] = False,
    joins: Annotated[bool, typer.Option("--joins", help="Also which own ids answer for the first time.")] = False,
) -> None:
    """Write change records in order, one JSON object a line."""

    async def work(service: Service) -> None:
        if not follow:
            for change in await service.changes(after, limit, joins=joins):
                _line(change)
            return
        async for page in service.feed.follow(after, BEAT, joins=joins):
            for change in page:
                _line(change)

    with suppress(KeyboardInterrupt, asyncio.CancelledError):
        session(context).with_service(work)


def _line(change: Change) -> None:
    typer.echo(orjson.dumps(written(change)).decode())


def history(
    context: typer.Context,
    root: Annotated[str, typer.Argument(metavar="ROOT", help="A root-ID, also a former one, or the own id of a member.")],
    as_json: Annotated[bool, typer.Option("--json", help="The steps as JSON, times in microseconds.")] = False,
) -> None:
    """Tell what became of a root-ID: merges, splits and moves with their cause, in words."""
    lineage = session(context).with_service(lambda service: service.feed.history(root))
    if as_json:
        write_json(asdict(lineage))
        return
    shown = table("at", "what happened")
    for step in lineage.steps:
        shown.add_row(instants.text(step.at), step.text)
    result().print(shown)
    remark = (
        "is the root-ID of today" if lineage.root_id == lineage.own_id else f"answers with {lineage.root_id or 'nobody'} today"
    )
    typer.echo(f"{lineage.own_id} {remark} (purpose {lineage.purpose})")
