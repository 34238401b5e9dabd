"""`rootid schema`: constraints and indexes of a store on a server. Holds no rule."""

from typing import Final

import typer

from cli.session import run, session
from graph.stores import schemas

UNFIT: Final = 1

app = typer.Typer(help="Constraints and indexes of a store on a Neo4j server.", no_args_is_help=True, rich_markup_mode=None)


@app.command("apply")
def apply(context: typer.Context) -> None:
    """Make the constraints and indexes that are missing, and note the schema version. Safe to run twice."""
    made = run(schemas.apply(session(context).store))
    typer.echo(f"made {len(made)}: {', '.join(made)}" if made else "nothing to make: the schema is there")


@app.command("verify")
def verify(context: typer.Context) -> None:
    """Compare the schema with what this rootid needs. Exit code 0 where they are the same, else 1."""
    state = run(schemas.verify(session(context).store))
    if state.good:
        typer.echo(f"schema version {state.needed}, complete")
        return
    has = "no schema" if state.version is None else f"schema version {state.version}"
    missing = f", missing: {', '.join(state.missing)}" if state.missing else ""
    typer.echo(f"{has}, needed {state.needed}{missing}; 'rootid schema apply' makes it")
    raise typer.Exit(UNFIT)
