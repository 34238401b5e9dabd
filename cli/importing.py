"""`rootid import`: files into the store, with what became of every row. Holds no rule."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cli.interrupts import Stop, stop_when_asked
from cli.output import aside, complain, result, table, write_json
from cli.rejects import Rejects, rejects_path
from cli.session import run, session
from graph.answers import TableReceipt
from graph.errors import InvalidInputError, RootidError
from graph.service import Service
from graph.stores import is_server
from graph.tables import Rejection
from intake.columns import parse_mapping
from intake.keyed import KeyedChunk, keyed
from intake.reading import CHUNK, Reading

SHORT: Final = 20_000
"""Rows in one transaction on a server: others wait for their turn meanwhile, and the server holds it in memory."""

PARTLY: Final = 1
NOTHING: Final = 2
INTERRUPTED: Final = 130


@dataclass(slots=True)
class Tally:
    """What became of one file. `failure` says why it was not read to its end."""

    file: Path
    rejects: Rejects
    rows: int = 0
    recorded: int = 0
    duplicates: int = 0
    blocked: int = 0
    parked: int = 0
    merges: int = 0
    splits: int = 0
    seconds: float = 0.0
    failure: str | None = None

    @property
    def rate(self) -> float:
        """Rows per second."""
        return self.rows / self.seconds if self.seconds else 0.0

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        counts = {
            name: getattr(self, name) for name in ("rows", "recorded", "duplicates", "blocked", "parked", "merges", "splits")
        }
        return {
            "file": str(self.file),
            **counts,
            "rejected": self.rejects.count,
            "rejected_by_code": dict(sorted(self.rejects.codes.items())),
            "rejects_file": str(self.rejects.path) if self.rejects.count and not self.rejects.problem else None,
            "seconds": round(self.seconds, 3),
            "rows_per_second": round(self.rate),
            "failure": self.failure,
        }


def import_files(
    context: typer.Context,
    *,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="CSV, NDJSON or Parquet, also packed with gzip.")],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="HEADER=TARGET", help="What a column is: a reserved word, NAMESPACE[@SCOPE], or - (left out)."
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="The source of rows that name none. Default: the file's name.")
    ] = None,
    encoding: Annotated[str, typer.Option(metavar="NAME", help="Encoding of the text, e.g. gb18030.")] = "utf-8",
    chunk: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, max=1_000_000, help=f"Rows in one transaction. Default: {CHUNK:,}, on a server {SHORT:,}."
        ),
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(metavar="PATH", help="File (or folder) for rejected rows. Default: FILE.rejects.csv.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The summary as JSON.")] = False,
) -> None:
    """Record what files hold: sightings, consents, referrals.

    Rows that can't go in are written to FILE.rejects.csv with their line and the reason, and the others go in. Reading a file
    again doubles nothing, so an import that ended early is just run again.

    Exit code: 0 when every file was read to its end, rejected rows or not; 1 when some of it could not be done; 2 when nothing
    could; 130 after Ctrl-C.
    """
    pairs = tuple(mapping or ())
    parse_mapping(pairs)
    if rejects is not None and len(files) > 1 and not rejects.is_dir():
        raise InvalidInputError("--rejects must be a folder where there are several files")
    here = session(context)

    async def work() -> tuple[list[Tally], bool]:
        with stop_when_asked() as stop:
            async with here.service(new=True) as service:
                how = Reading(service.policy, pairs, source, encoding, chunk or (SHORT if is_server(here.store) else CHUNK))
                return await import_all(service, files, how, rejects, stop), stop.asked

    tallies, interrupted = run(work())
    if as_json:
        write_json({"files": [tally.as_json() for tally in tallies], "interrupted": interrupted})
    else:
        result().print(summary(tallies))
    for tally in tallies:
        _remark(tally)
    if interrupted:
        complain("stopped; what is done is done, run it again for the rest")
    raise typer.Exit(INTERRUPTED if interrupted else exit_code(tallies))


def exit_code(tallies: list[Tally]) -> int:
    """0 for files that were read to their end, 2 where no row went in though there was something wrong, else 1."""
    done = sum(tally.recorded + tally.duplicates for tally in tallies)
    failed = any(tally.failure for tally in tallies)
    if not done and (failed or any(tally.rejects.count for tally in tallies)):
        return NOTHING
    return PARTLY if failed else 0


async def import_all(service: Service, files: list[Path], how: Reading, rejects: Path | None, stop: Stop) -> list[Tally]:
    """One file after the other; a file that fails doesn't keep the others out."""
    tallies: list[Tally] = []
    with _progress() as progress:
        for file in files:
            if stop.asked:
                break
            tally = Tally(file, Rejects(rejects_path(file, rejects)))
            tallies.append(tally)
            task = progress.add_task(file.name, total=1.0, rows=0, rate=0.0)
            await _import_one(service, tally, how, stop, partial(_tell, progress, task, tally))
    return tallies


async def _import_one(service: Service, tally: Tally, how: Reading, stop: Stop, told: Callable[[float], None]) -> None:
    begin = time.perf_counter()
    started: list[tuple[KeyedChunk, Awaitable[TableReceipt] | None]] = []

    async def end(most: int) -> None:
        """See all but so many through."""
        while len(started) > most:
            chunk, receipt = started.pop(0)
            await _record(service, chunk, receipt, tally)
            tally.seconds = time.perf_counter() - begin
            told(chunk.share)

    try:
        with closing(keyed(tally.file, how, service.keying)) as chunks:
            async with service.batches() as batches:
                while not stop.asked:
                    try:
                        chunk = await asyncio.to_thread(next, chunks, None)
                    except RootidError as error:
                        tally.failure = error.message
                        break
                    if chunk is None:
                        break
                    started.append((chunk, await batches.start(chunk.batch) if chunk.batch is not None else None))
                    await end(0 if chunk.events else 1)  # what comes after this chunk comes after its events
                await end(0)
                if stop.asked:
                    tally.failure = f"{tally.file}: stopped after {tally.rows:,} rows"
    except RootidError as error:
        tally.failure = error.message
    finally:
        tally.rejects.finish()


def _tell(progress: Progress, task: TaskID, tally: Tally, share: float) -> None:
    progress.update(task, completed=share, rows=tally.rows, rate=tally.rate)


async def _record(service: Service, chunk: KeyedChunk, sighted: Awaitable[TableReceipt] | None, tally: Tally) -> None:
    """See the transaction of a chunk's sightings through, then record its other events in one."""
    rejections = list(chunk.rejections)
    if sighted is not None:
        receipt = await sighted
        tally.recorded += receipt.recorded
        tally.duplicates += receipt.duplicates
        tally.blocked += receipt.blocked
        tally.parked += receipt.parked
        tally.merges += receipt.merges
        tally.splits += receipt.splits
    if chunk.events:
        done = await service.record([event for _, event in chunk.events])
        for (line, _), outcome in zip(chunk.events, done.outcomes, strict=True):
            if outcome.status == "rejected":
                rejections.append(Rejection(line, outcome.code or "", outcome.message or ""))
            tally.recorded += outcome.status == "recorded"
            tally.duplicates += outcome.status == "duplicate"
            tally.blocked += outcome.blocked
            tally.parked += outcome.parked
        tally.merges += done.merges
        tally.splits += done.splits
    tally.rows += chunk.rows
    tally.rejects.add(sorted(rejections, key=lambda rejection: rejection.line))


def _progress() -> Progress:
    console = aside()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]:,} rows, {task.fields[rate]:,.0f}/s,"),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=console,
        disable=not console.is_terminal,
    )


def summary(tallies: list[Tally]) -> Any:
    """A table with a line for each file; columns of what didn't happen are left out."""
    counts: dict[str, list[int]] = {
        "rows": [tally.rows for tally in tallies],
        "recorded": [tally.recorded for tally in tallies],
        "known": [tally.duplicates for tally in tallies],
        "rejected": [tally.rejects.count for tally in tallies],
        "blocked": [tally.blocked for tally in tallies],
        "parked": [tally.parked for tally in tallies],
        "merges": [tally.merges for tally in tallies],
        "splits": [tally.splits for tally in tallies],
    }
    happened = [name for name, column in counts.items() if any(column) or name in {"rows", "recorded"}]
    numbers = (*happened, "seconds", "rows/s")
    shown = table("file", *numbers, right=numbers)
    for row, tally in enumerate(tallies):
        cells = (f"{counts[name][row]:,}" for name in happened)
        shown.add_row(tally.file.name, *cells, f"{tally.seconds:.1f}", f"{tally.rate:,.0f}")
    return shown


def _remark(tally: Tally) -> None:
    if tally.rejects.count:
        codes = ", ".join(f"{count:,} {code}" for code, count in tally.rejects.codes.most_common())
        complain(f"{tally.file}: {tally.rejects.count:,} rows rejected ({codes}), see {tally.rejects.path}")
    if tally.rejects.problem:
        complain(tally.rejects.problem)
    if tally.failure:
        complain(tally.failure)
