"""`rootid rights`: what a person may ask for. Holds no rule."""

from typing import Annotated

import typer

from cli.consents import tell_receipt
from cli.names import NAME_HELP, names
from cli.output import write_json
from cli.session import session
from graph.acting import actor
from graph.receipts import Body

app = typer.Typer(
    help="What a person may ask for: access, export, correct, erase, opt out.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help=f"Any identifier of the person: {NAME_HELP}")]
Json = Annotated[bool, typer.Option("--json", help="The receipt as JSON.")]


@app.command("access")
def access(context: typer.Context, name: Name) -> None:
    """Write what is on record of a person as JSON: their own data by masks, nobody else's. With a signed receipt."""
    who = names(name)[0]
    bundle, receipt = session(context).with_service(lambda service: service.rights.access(who))
    write_json({"person": bundle, "receipt": receipt})


@app.command("export")
def export(context: typer.Context, name: Name) -> None:
    """Write the same with every single sighting, for the person to take elsewhere."""
    who = names(name)[0]
    bundle, receipt = session(context).with_service(lambda service: service.rights.export(who))
    write_json({"person": bundle, "receipt": receipt})


@app.command("correct")
def correct(
    context: typer.Context,
    *,
    name: Name,
    other: Annotated[str | None, typer.Argument(metavar="NAME", help="What it was linked with; without it everything.")] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why.")] = None,
    as_json: Json = False,
) -> None:
    """End what links an identifier to another, or to all: it is not, or no longer, this person's."""
    a, b = (*names(name), None) if other is None else names(name, other)
    receipt = session(context).with_service(lambda service: service.rights.correct(a or "", b, actor(), reason))
    _tell(receipt, as_json)


@app.command("erase")
def erase(
    context: typer.Context,
    *,
    name: Name,
    only: Annotated[bool, typer.Option("--only", help="Only this identifier, not the whole person.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    as_json: Json = False,
) -> None:
    """Erase a person under every purpose. That can't be taken back; the receipt holds no personal data."""
    who = names(name)[0]
    if not yes:
        typer.confirm("Erase for good?", abort=True, err=True)
    receipt = session(context).with_service(lambda service: service.rights.erase(who, whole_person=not only))
    _tell(receipt, as_json)


@app.command("opt-out")
def opt_out(
    context: typer.Context,
    *,
    name: Name,
    back: Annotated[bool, typer.Option("--back", help="Take it back.")] = False,
    as_json: Json = False,
) -> None:
    """Score this person no longer."""
    who = names(name)[0]
    _tell(session(context).with_service(lambda service: service.rights.opt_out(who, back=back)), as_json)


def _tell(receipt: Body, as_json: bool) -> None:
    if as_json:
        write_json(receipt)
    else:
        tell_receipt(receipt)
