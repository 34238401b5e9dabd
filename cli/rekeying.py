"""`rootid rekey`: another secret over everything on record, while it is in use. Holds no rule."""

from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cli.importing import INTERRUPTED
from cli.interrupts import Stop, stop_when_asked
from cli.output import aside, complain, write_json
from cli.session import run, session
from graph.rekeying import A_STEP
from graph.service import Service


def rekey(
    context: typer.Context,
    step: Annotated[int, typer.Option(metavar="N", min=1, help="Rows in one transaction; writers wait while it lasts.")] = A_STEP,
    as_json: Annotated[bool, typer.Option("--json", help="Whether it is done, and under which cover, as JSON.")] = False,
) -> None:
    """Put a new secret over everything on record, while the service goes on. Stopped or killed, run it again to go on.

    The secret is put into the key file, as another line; the lines before stay, they are needed. Processes that read the same
    file take it up by themselves. Where the key is given by ROOTID_KEY, put a new one behind it first, after a comma, for every
    process.

    Exit code: 0 when it is done; 130 after Ctrl-C.
    """
    here = session(context)

    async def work() -> tuple[str, bool]:
        with stop_when_asked() as stop:
            async with here.service() as service:
                done = await _rekey(service, stop, step)
                return (await service.store.standing()).cover, done

    cover, done = run(work())
    if as_json:
        write_json({"done": done, "cover": cover})
    if not done:
        complain("stopped; what is done is done, run it again for the rest")
        raise typer.Exit(INTERRUPTED)
    if not as_json:
        complain("done: keep a copy of the key file as it is now, and run 'rootid compact' where the store is a file")


async def _rekey(service: Service, stop: Stop, step: int) -> bool:
    """Whether it came to its end."""
    console = aside()
    columns = TextColumn("re-keying"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("re-keying")
        async for come in service.rekeying.run(step):
            progress.update(task, completed=come.done, total=come.all)
            if stop.asked:
                return come.done == come.all
    return True
