"""`rootid audit`: who did what, and whether that record was tampered with. Holds no rule."""

from dataclasses import asdict
from typing import Annotated, Final

import typer

from cli.output import result, table, write_json
from cli.session import session
from graph import instants
from graph.audit import Entry

BROKEN: Final = 1

app = typer.Typer(help="Show and verify the audit log.", no_args_is_help=True, rich_markup_mode=None)


@app.command("verify")
def verify(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="What was found as JSON.")] = False,
) -> None:
    """Go through the whole audit log and find an entry that was changed, removed or put in.

    Note the digest elsewhere now and then: who restores the whole store from a backup takes the log back with it.

    Exit code: 0 when the log is whole; 1 when it isn't.
    """
    found = session(context).with_service(lambda service: service.audit.verify())
    if as_json:
        write_json({**asdict(found), "whole": found.whole})
    elif found.whole:
        typer.echo(f"whole: {found.entries:,} entries, the last with digest {found.digest}")
    else:
        typer.echo(f"broken: {found.problem}; the {found.entries:,} before it hold")
    if not found.whole:
        raise typer.Exit(BROKEN)


@app.command("show")
def show(
    context: typer.Context,
    after: Annotated[int, typer.Option(metavar="N", min=0, help="Only entries with a higher number.")] = 0,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=10_000, help="Most entries.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="The entries as JSON, times in microseconds.")] = False,
) -> None:
    """Show entries of the audit log in order."""
    entries = session(context).with_service(lambda service: service.audit.entries(after, limit))
    if as_json:
        write_json([asdict(entry) for entry in entries])
        return
    shown = table("no", "at", "actor", "action", "counts", "receipts", right=("no",))
    for entry in entries:
        shown.add_row(
            str(entry.seq), instants.text(entry.at), entry.actor, entry.action, _counts(entry), " ".join(entry.receipts)
        )
    result().print(shown)


def _counts(entry: Entry) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in entry.counts.items())
