"""`rootid check`: scenario files against the ordinary service. Holds no rule."""

import tempfile
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.output import complain
from cli.session import run
from graph import scenario
from graph.errors import RootidError
from graph.rehearsal import rehearse
from graph.scenario import Scenario
from graph.stores.scratch import scratch

FAILED: Final = 1
UNREADABLE: Final = 2


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Scenario files (YAML), or folders of them.")],
    store: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Play on this store, which must be empty, a server is emptied again. Default: a fresh one."
        ),
    ] = None,
) -> None:
    """Play scenarios and compare what comes out with what they expect; one line each.

    Exit code: 0 when all passed, 1 when one failed, 2 when a file can't be read.
    """
    stories: list[Scenario] = []
    unreadable = False
    for file in chain.from_iterable(sorted(given.glob("*.yaml")) if given.is_dir() else [given] for given in files):
        try:
            stories += scenario.load(file)
        except RootidError as error:
            unreadable = True
            complain(error.message)
    failed = 0
    for story in stories:
        problems = run(_play(story, store))
        failed += bool(problems)
        typer.echo(line(story, problems))
    typer.echo(f"{len(stories) - failed} passed, {failed} failed")
    raise typer.Exit(UNREADABLE if unreadable else FAILED if failed else 0)


def line(story: Scenario, problems: Sequence[str]) -> str:
    """`ok A01 title`, or `FAILED A01 title: what was expected and what was got`."""
    name = f"{story.id} {story.title}"
    return f"FAILED {name}: {'; '.join(problems)}" if problems else f"ok {name}"


async def _play(story: Scenario, store: str | None) -> list[str]:
    try:
        if store is not None:
            async with scratch(store) as url:
                return await rehearse(story, url)
        with tempfile.TemporaryDirectory(prefix="rootid-check-") as folder:
            return await rehearse(story, f"sqlite:///{folder}/store.db")
    except RootidError as error:
        return [error.message]
