"""`rootid schema`: the schema of a store, upgraded, completed, verified. Holds no rule."""

from typing import Final

import typer

from cli.session import run, session
from graph.stores import schemas

UNFIT: Final = 1

app = typer.Typer(help="The schema of a store: upgrade, complete, verify.", no_args_is_help=True, rich_markup_mode=None)


@app.command("apply")
def apply(context: typer.Context) -> None:
    """Take a store of an older rootid to this one's schema version, and make what is missing. Safe to run twice.

    Stop the service and make a backup first. Stopped or killed, it goes on where it was when it is run again. A new store on a
    Neo4j server gets its schema by this command; one in a file makes its own.
    """
    done = run(schemas.apply(session(context).store))
    if done.versions:
        typer.echo(f"upgraded to schema version {done.versions[-1]}")
    if done.made:
        typer.echo(f"made {len(done.made)}: {', '.join(done.made)}")
    if not done.versions and not done.made:
        typer.echo("nothing to make: the schema is there")


@app.command("verify")
def verify(context: typer.Context) -> None:
    """Compare the schema with what this rootid needs. Exit code 0 where they are the same, else 1."""
    state = run(schemas.verify(session(context).store))
    if state.good:
        typer.echo(f"schema version {state.needed}, complete")
        return
    has = "no schema" if state.version is None else f"schema version {state.version}"
    missing = f", missing: {', '.join(state.missing)}" if state.missing else ""
    remedy = (
        "a newer rootid made or upgraded it, use that one"
        if (state.version or 0) > state.needed
        else "'rootid schema apply' makes it"
    )
    typer.echo(f"{has}, needed {state.needed}{missing}; {remedy}")
    raise typer.Exit(UNFIT)
