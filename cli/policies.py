"""`rootid policy`: check a policy file, show the one that counts. Holds no rule."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer
import yaml

from cli.session import Session, load_policy, session
from graph import instants, policy
from graph.errors import PolicyError
from graph.policy import Policy
from graph.service import Service

WRONG: Final = 1
_DURATIONS: Final = ("max_age", "session_window")

app = typer.Typer(help="Check and show policies.", no_args_is_help=True, rich_markup_mode=None)


@app.command("check")
def check(file: Annotated[Path, typer.Argument(metavar="FILE", help="A policy file, YAML or TOML.")]) -> None:
    """Say what is wrong with a policy file, one line each; and what is allowed but hardly meant.

    Exit code: 0 when the file can be used, warnings or not; 1 when it can't.
    """
    try:
        found = load_policy(file)
    except PolicyError as error:
        for problem in error.problems:
            typer.echo(problem)
        raise typer.Exit(WRONG) from None
    for warning in found.warnings:
        typer.echo(f"{file}: warning: {warning}")
    typer.echo(f"{file}: ok, version {found.version}, {len(found.namespaces)} namespaces, {len(found.purposes)} purposes")


@app.command("show")
def show(context: typer.Context) -> None:
    """Show the policy that counts, as YAML: the one of --policy, else the store's, else the default one."""
    here = session(context)
    found = _in_force(here)
    typer.echo(f"# version {found.version}")
    typer.echo(yaml.safe_dump(_written(found), allow_unicode=True, sort_keys=False, width=120).rstrip())


def _in_force(here: Session) -> Policy:
    asked = here.chosen_policy()
    if asked is not None:
        return asked
    if not here.exists():
        return policy.load(policy.DEFAULT_POLICY)

    async def on_record(service: Service) -> Policy:
        return service.policy

    return here.with_service(on_record)


def _written(found: Policy) -> dict[str, Any]:
    """What differs from the defaults, with durations as people write them."""
    values = found.model_dump(mode="json", exclude_defaults=True)
    for rules in [values, *values.get("namespaces", {}).values()]:
        for name in _DURATIONS:
            if rules.get(name) is not None:
                rules[name] = _duration(rules[name])
    return values


def _duration(microseconds: int) -> str:
    for unit, size in (("d", instants.DAY), ("h", instants.HOUR), ("m", instants.MINUTE)):
        if microseconds % size == 0:
            return f"{microseconds // size}{unit}"
    return f"{microseconds / instants.SECOND:g}s"
