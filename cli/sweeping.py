"""`rootid sweep`: lets expire what is due. Holds no rule."""

import asyncio
from typing import Annotated, Final

import typer
from rich.progress import Progress, TextColumn

from cli.interrupts import Stop, stop_when_asked
from cli.output import aside, complain
from cli.session import run, session
from graph.service import Service

PAUSE: Final = 1.0
LOOK: Final = 0.1
INTERRUPTED: Final = 130


def sweep(
    context: typer.Context,
    follow: Annotated[bool, typer.Option("--follow", help="Go on with what comes due, until Ctrl-C.")] = False,
) -> None:
    """Let links and consents expire that are due, in steps of bounded work. 'rootid serve' does it by itself.

    What was done when it is stopped or killed is done; the next one goes on. Lookups are right also where nobody has swept.

    Exit code: 0 when nothing is due any more; 130 after Ctrl-C.
    """
    here = session(context)

    async def work() -> tuple[int, bool]:
        with stop_when_asked() as stop:
            async with here.service() as service:
                return await _sweep(service, stop, follow=follow), stop.asked

    count, stopped = run(work())
    typer.echo(f"{count:,} expiries worked in")
    if stopped and not follow:
        complain("stopped; what is done is done, run it again for the rest")
        raise typer.Exit(INTERRUPTED)


async def _sweep(service: Service, stop: Stop, *, follow: bool) -> int:
    count = 0
    console = aside()
    with Progress(TextColumn("{task.completed:,} expiries"), console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("sweep", total=None)
        while not stop.asked:
            due = await service.sweep_due()
            count += due
            progress.update(task, completed=count)
            if not due and not follow:
                break
            if not due:
                await _pause(stop)
    return count


async def _pause(stop: Stop) -> None:
    waited = 0.0
    while waited < PAUSE and not stop.asked:
        await asyncio.sleep(LOOK)
        waited += LOOK
