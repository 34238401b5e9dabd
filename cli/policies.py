"""`rootid policy`: check a policy file, show the one that counts. Holds no rule."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer
import yaml
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from cli.interrupts import Stop, stop_when_asked
from cli.output import aside, complain, result, write_json
from cli.session import load_policy, run, session
from cli.trying import picture
from graph import policy
from graph.adopting import differences
from graph.charter import Course
from graph.errors import PolicyError
from graph.policy import Policy
from graph.service import Service
from graph.tally import Tally
from graph.trials import WhatIf

WRONG: Final = 1
INTERRUPTED: Final = 130

app = typer.Typer(
    help="Check, compare and show policies, and put a store under another one.", no_args_is_help=True, rich_markup_mode=None
)


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
    as_json: Annotated[bool, typer.Option("--json", help="The answer as JSON.")] = False,
) -> None:
    """Say which rules differ; and of a store under OLD, what NEW would merge, split and refuse there. Nothing is changed.

    Trying it resolves the whole store: memory grows with it, and writers wait meanwhile. Exit code: 0 when nothing differs, 1
    when something does.
    """
    one, other = load_policy(old), load_policy(new)
    rules = differences(one, other)
    here = session(context)
    found: WhatIf | None = None
    if one.version != other.version and here.exists():

        async def tried(service: Service) -> WhatIf | None:
            return await service.charter.try_out(other) if service.policy.version == one.version else None

        found = here.with_service(tried)
        if found is None:
            complain(f"the store is not under {old}: what would change there is not told")
    if as_json:
        told = [{"rule": path, "old": before, "new": after} for path, before, after in rules]
        write_json({"rules": told, "store": asdict(found) if found else None})
    else:
        for path, before, after in rules:
            typer.echo(f"{path}: {_rule(before)} -> {_rule(after)}")
        if found is not None:
            result().print(picture(found))
    raise typer.Exit(WRONG if one.version != other.version else 0)


@app.command("apply")
def apply(
    context: typer.Context,
    new: Annotated[
        Path | None, typer.Argument(metavar="NEW", help="A policy file for the store. Left away: go on with a change under way.")
    ] = None,
) -> None:
    """Put the store under another policy. Try it with `rootid policy diff` first.

    It counts at once for what is read and written, and servers that run take it up by themselves within a second. What is on
    record follows in steps, while others read and write: a lookup answers by the former policy until the part is come to.
    What was done when it is stopped or killed is done; the next one goes on.

    Exit code: 0 when all of the store is under it; 130 after Ctrl-C.
    """
    chosen = load_policy(new) if new is not None else None

    async def work() -> tuple[Tally, Course]:
        with stop_when_asked() as stop:
            async with session(context).service() as service:
                return await _follow(service, chosen, stop)

    tally, standing = run(work())
    changed = f"{tally.merges:,} merges, {tally.splits:,} splits, {tally.moves:,} moves recorded"
    if standing.changing:
        complain(f"stopped at {_share(standing)}; {changed}; 'rootid policy apply' goes on")
        raise typer.Exit(INTERRUPTED)
    typer.echo(f"the store is under policy {standing.policy.version}; {changed}")


async def _follow(service: Service, new: Policy | None, stop: Stop) -> tuple[Tally, Course]:
    standing = await service.charter.begin(new or service.policy)
    total, console = Tally(), aside()
    columns = TextColumn("{task.completed:,} of {task.total:,} identifiers"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("follow", total=standing.total, completed=standing.done)
        while standing.changing and not stop.asked:
            total.add(await service.charter.step() or Tally())
            standing = await service.charter.standing()
            progress.update(task, total=standing.total, completed=standing.done)
    return total, standing


def _share(standing: Course) -> str:
    return f"{standing.done:,} of {standing.total:,} identifiers"


def _rule(value: object) -> str:
    return "absent" if value is None else str(value)


@app.command("show")
def show(context: typer.Context) -> None:
    """Show the policy that counts, as YAML: the one of --policy, else the store's, else the default one.

    Of a store that is being put under it, how much has followed stands above.
    """
    here = session(context)
    asked = here.chosen_policy()
    standing = here.with_service(lambda service: service.charter.standing()) if asked is None and here.exists() else None
    found = asked or (standing.policy if standing else policy.load(policy.DEFAULT_POLICY))
    typer.echo(f"# version {found.version}")
    if standing is not None and standing.changing:
        typer.echo(f"# {_share(standing)} have followed it; 'rootid policy apply' goes on")
    typer.echo(yaml.safe_dump(policy.written(found), allow_unicode=True, sort_keys=False, width=120).rstrip())
