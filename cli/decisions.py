"""`rootid decide` and `rootid close`: what humans rule. Holds no rule."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.consents import At, tell_receipt
from cli.names import NAME_HELP, event, names
from cli.output import result, table, write_json
from cli.session import session
from graph import instants
from graph.acting import actor
from graph.events import Event

By = Annotated[str | None, typer.Option(metavar="NAME", help="Who takes it. Default: the user of this machine.")]
Reason = Annotated[str | None, typer.Option(metavar="TEXT", help="Why.")]
Json = Annotated[bool, typer.Option("--json", help="The receipt as JSON.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help=NAME_HELP)]

app = typer.Typer(help="Take decisions on two identifiers, and list them.", no_args_is_help=True, rich_markup_mode=None)


@app.command("same-person")
def same_person(
    context: typer.Context,
    *,
    a: Name,
    b: Name,
    by: By = None,
    reason: Reason = None,
    at: At = None,
    consent: Annotated[str | None, typer.Option(metavar="ID", help="Consent that it rests on.")] = None,
    basis: Annotated[str | None, typer.Option(metavar="TEXT", help="Legal basis that it rests on without consent.")] = None,
    as_json: Json = False,
) -> None:
    """Rule that two persons are one. Only a never-link is stronger."""
    ends = tuple(names(a, b))
    said = event(same_person=ends, by=by or actor(), reason=reason, at=at, consent=consent, basis=basis)
    _take(context, said, as_json)


@app.command("never-link")
def never_link(
    context: typer.Context, *, a: Name, b: Name, by: By = None, reason: Reason = None, at: At = None, as_json: Json = False
) -> None:
    """Rule that two identifiers must never be one person."""
    _take(context, event(never_link=tuple(names(a, b)), by=by or actor(), reason=reason, at=at), as_json)


@app.command("reverse")
def reverse(
    context: typer.Context, *, a: Name, b: Name, by: By = None, reason: Reason = None, at: At = None, as_json: Json = False
) -> None:
    """Take back what was ruled on two identifiers."""
    _take(context, event(reverse=tuple(names(a, b)), by=by or actor(), reason=reason, at=at), as_json)


@app.command("list")
def listed(
    context: typer.Context,
    root: Annotated[str, typer.Argument(metavar="ROOT", help="A root-ID, also a former one, or the own id of a member.")],
    as_json: Annotated[bool, typer.Option("--json", help="The decisions as JSON, times in microseconds.")] = False,
) -> None:
    """List every decision and close that names a member of a root."""
    found = session(context).with_service(lambda service: service.decisions.on(root))
    if as_json:
        write_json([asdict(view) for view in found])
        return
    shown = table("at", "ruling", "identifiers", "by", "reason")
    for view in found:
        shown.add_row(
            instants.text(view.at),
            view.ruling,
            view.a if view.b is None else f"{view.a} – {view.b}",
            view.by or "",
            view.reason or "",
        )
    result().print(shown)


def close(
    context: typer.Context,
    *,
    a: Name,
    b: Annotated[str | None, typer.Argument(metavar="NAME", help="The other end; without it all links of the first.")] = None,
    source: Annotated[str | None, typer.Option(metavar="NAME", help="Only what this source saw.")] = None,
    by: By = None,
    reason: Reason = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """End what was seen up to now of two identifiers, or of one with all others. Seen again later, it counts again."""
    ends = names(a) if b is None else names(a, b)
    said = event(close=ends[0] if b is None else tuple(ends), source=source, by=by or actor(), reason=reason, at=at)
    _take(context, said, as_json)


def _take(context: typer.Context, said: Event, as_json: bool) -> None:
    receipt = session(context).with_service(lambda service: service.decisions.take(said))
    if as_json:
        write_json(receipt)
    else:
        tell_receipt(receipt)
