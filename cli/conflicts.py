"""`rootid conflicts`: links that rules refused, for a human to decide. Holds no rule."""

from dataclasses import asdict
from typing import Annotated, Literal

import typer

from cli.consents import tell_receipt
from cli.decisions import By, Reason
from cli.output import result, table, write_json
from cli.session import session
from graph import instants
from graph.acting import actor

app = typer.Typer(help="Links that rules refused: list and decide.", no_args_is_help=True, rich_markup_mode=None)

Own = Annotated[str, typer.Argument(metavar="ID", help="Own id of one end.")]


@app.command("list")
def listed(
    context: typer.Context,
    *,
    purpose: Annotated[str | None, typer.Option(metavar="NAME", help="For which purpose. Default: the policy's first.")] = None,
    after: Annotated[str | None, typer.Option(metavar="CURSOR", help="Go on after the page before.")] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=1000, help="Most conflicts.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="The page as JSON, times in microseconds.")] = False,
) -> None:
    """List links that were refused, with the evidence for them."""
    page = session(context).with_service(lambda service: service.conflicts.waiting(purpose, after, limit))
    if as_json:
        write_json(asdict(page))
        return
    shown = table("identifiers", "reason", "clash", "seen", "last", "own ids", right=("seen",))
    for one in page.conflicts:
        shown.add_row(
            f"{one.a_mask} – {one.b_mask}",
            one.reason,
            "" if one.clash is None else " – ".join(one.clash),
            str(one.count),
            instants.text(one.last_seen)[:10],
            f"{one.a} {one.b}",
        )
    result().print(shown)
    if page.cursor is not None:
        typer.echo(f"more: --after {page.cursor}")


@app.command("proposed")
def proposed(
    context: typer.Context,
    *,
    purpose: Annotated[str | None, typer.Option(metavar="NAME", help="For which purpose. Default: the policy's first.")] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=1000, help="Most of them.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="The list as JSON, times in microseconds.")] = False,
) -> None:
    """List mass values and shared devices, which stand alone without a decision, the most linked first."""
    name, total, found = session(context).with_service(lambda service: service.conflicts.proposed(purpose, limit))
    if as_json:
        write_json({"purpose": name, "total": total, "proposals": [asdict(one) for one in found]})
        return
    shown = table("identifier", "what", "linked", "last", right=("linked",))
    for one in found:
        shown.add_row(one.identifier, one.what, f"{one.linked:,}", instants.text(one.last_seen)[:10])
    result().print(shown)
    for advice in dict.fromkeys(one.advice for one in found):
        typer.echo(advice)
    if total > len(found):
        typer.echo(f"{total:,} in all: --limit shows more")


@app.command("accept")
def accept(
    context: typer.Context,
    *,
    a: Own,
    b: Own,
    by: By = None,
    reason: Reason = None,
    basis: Annotated[str | None, typer.Option(metavar="TEXT", help="Legal basis, where the policy asks for one.")] = None,
) -> None:
    """Rule that the two are one person."""
    _decide(context, a, b, "same_person", by, reason, basis)


@app.command("reject")
def reject(context: typer.Context, *, a: Own, b: Own, by: By = None, reason: Reason = None) -> None:
    """Rule that the two never are one person."""
    _decide(context, a, b, "never_link", by, reason, None)


def _decide(
    context: typer.Context,
    a: str,
    b: str,
    ruling: Literal["same_person", "never_link"],
    by: str | None,
    reason: str | None,
    basis: str | None,
) -> None:
    receipt = session(context).with_service(lambda service: service.conflicts.decide(a, b, ruling, by or actor(), reason, basis))
    tell_receipt(receipt)
