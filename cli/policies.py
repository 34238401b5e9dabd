"""`rootid policy`: check a policy file, show the one that counts. Holds no rule."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer
import yaml

from cli.session import Session, load_policy, session
from graph import instants, policy
from graph.errors import PolicyError
from graph.policy import Policy
from graph.readopting import differences
from graph.service import Service
from graph.writing import Tally

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


@app.command("diff")
def diff(
    context: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A policy file.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="A policy file.")],
) -> None:
    """Say which rules differ; and of a store under OLD, what NEW would merge and split there. Nothing is changed.

    Trying it resolves the whole store, and writers wait meanwhile. Exit code: 0 when nothing differs, 1 when something does.
    """
    one, other = load_policy(old), load_policy(new)
    for path, before, after in differences(one, other):
        typer.echo(f"{path}: {_rule(before)} -> {_rule(after)}")
    here = session(context)
    if one.version != other.version and here.exists():

        async def tried(service: Service) -> str:
            if service.policy.version != one.version:
                return f"the store is under policy {service.policy.version}, not under {old}: what would change there is not told"
            return _changed(await service.try_policy(other), "would be")

        typer.echo(here.with_service(tried))
    raise typer.Exit(WRONG if one.version != other.version else 0)


@app.command("apply")
def apply(
    context: typer.Context, new: Annotated[Path, typer.Argument(metavar="NEW", help="A policy file for the store.")]
) -> None:
    """Put the store under another policy: all of it is resolved anew in one transaction, which happens whole or not at all.

    Lookups answer by the old policy until it ends; writers wait, and servers that run must be started again. Try it with
    `rootid policy diff` first.
    """
    chosen = load_policy(new)

    async def applied(service: Service) -> str:
        if service.policy.version == chosen.version:
            return f"the store is under policy {chosen.version} already"
        return f"the store is under policy {chosen.version} now; {_changed(await service.apply_policy(chosen), 'were')}"

    typer.echo(session(context).with_service(applied))


def _changed(tally: Tally, verb: str) -> str:
    return f"{tally.merges:,} merges, {tally.splits:,} splits, {tally.moves:,} moves {verb} recorded"


def _rule(value: object) -> str:
    return "absent" if value is None else str(value)


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
