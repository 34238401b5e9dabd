"""`rootid rank`: an edge list to a row of figures for each person, without a store. Holds no rule."""

import gzip
import os
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Final, cast

import polars as pl
import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cli.output import aside, complain, result, table, write_json
from graph.errors import InvalidInputError
from intake.edge_lists import OPTIONAL, read_edges

if TYPE_CHECKING:
    from algorithms.ranking import Ranking

SUFFIXES: Final = (".csv", ".csv.gz", ".parquet")
TOP: Final = 20
INTERRUPTED: Final = 130

_APART: Final = {
    "self_referral": "of a person to the same person",
    "pending": "pending",
    "rejected": "rejected",
    "refunded": "refunded",
    "no_weight": "of a weight of 0 or below",
    "was_there_before": "of people who had referred somebody earlier",
    "repeated": "told before",
    "later_inviter": "of people who had an inviter already",
    "ring": "closing a ring",
}
"""Words for the reasons of algorithms.inviters."""


def rank(
    edges: Annotated[
        Path,
        typer.Argument(metavar="EDGES", help="CSV or Parquet, also packed with gzip, with the columns referrer and referee."),
    ],
    raw: Annotated[bool, typer.Option("--raw", help="Take the edges as they are, rings and several inviters and all.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"Write a row a person to a {', '.join(SUFFIXES)} file. Default: show the top {TOP}."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The summary as JSON.")] = False,
) -> None:
    """Rank the people of an edge list; no store is needed. Optional columns: at, weight, campaign, status, value.

    Columns of the outcome: person, pagerank (walking from referee to referrer, damping 0.85), betweenness (from referrer to
    referee, exact, not normalised), component (its smallest member), direct, second, reach, depth. The highest PageRank first.

    Without --raw the referrals are brought to one inviter a person: the earliest accepted one. Set apart, and counted on stderr,
    are self-referrals, other statuses than accepted, weights of 0 or below, referrals of people who had referred somebody
    earlier, repeated ones, later inviters, and what would close a ring. Betweenness has a campaign above all roots.

    With --raw only self-referrals are dropped and repeated ones count once; statuses, times and weights aren't looked at.

    FILE is written completely or not at all. Exit code 130 after Ctrl-C.
    """
    writer = _writer(edges, out)
    begin = time.perf_counter()
    try:
        with _progress() as told:
            read, persons, found = _ranked(edges, raw, told)
        if out is not None and writer is not None:
            _write(found.rows, out, writer)
    except ArithmeticError as error:
        raise InvalidInputError(f"{edges}: {error}") from None
    except KeyboardInterrupt:
        complain("stopped" if out is None else f"stopped; {out} was not touched")
        raise typer.Exit(INTERRUPTED) from None
    if as_json:
        write_json(_summary(edges, out, raw, read, persons, found) | {"seconds": round(time.perf_counter() - begin, 3)})
    elif out is None:
        result().print(_top(found.rows))
    _remark(edges, read, found)
    if out is not None:
        complain(f"{persons:,} persons in {out}")


def _ranked(edges: Path, raw: bool, told: Callable[[str, float], None]) -> tuple[int, int, "Ranking"]:
    """How many referrals the file has, how many persons, and their ranking."""
    from algorithms import ranking  # noqa: PLC0415 - no other command needs numba, which takes half a second to load
    from algorithms.edges import from_frame  # noqa: PLC0415 - polars and numba are loaded only where used

    frame = read_edges(edges, () if raw else OPTIONAL, lambda share: told("reading", share))
    listed = from_frame(frame)
    if raw:
        found = ranking.raw_ranking(listed, lambda share: told("shortest paths", share))
    else:
        found = ranking.first_inviter_ranking(listed)
    return len(listed), listed.persons, found


@contextmanager
def _progress() -> Generator[Callable[[str, float], None]]:
    console = aside()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        tasks: dict[str, Any] = {}

        def told(stage: str, share: float) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=1.0)
            progress.update(tasks[stage], completed=share)

        yield told


def _writer(edges: Path, out: Path | None) -> Callable[[pl.DataFrame, Path], None] | None:
    """How to write the file that was asked for; InvalidInputError, before any work, where it can't be written."""
    if out is None:
        return None
    suffix = next((suffix for suffix in SUFFIXES if out.name.lower().endswith(suffix)), None)
    if suffix is None:
        raise InvalidInputError(f"{out}: the name must end with one of {', '.join(SUFFIXES)}")
    problem = (
        ("it is a directory" if out.is_dir() else None)
        or ("no such directory" if not out.parent.is_dir() else None)
        or ("no permission to write in its directory" if not os.access(out.parent, os.W_OK) else None)
    )
    if problem:
        raise InvalidInputError(f"{out}: can't be written ({problem})")
    if out.exists() and edges.exists() and out.samefile(edges):
        raise InvalidInputError(f"{out}: that is the edge list itself")
    return {".csv": _write_csv, ".csv.gz": _write_packed, ".parquet": _write_parquet}[suffix]


def _write(rows: pl.DataFrame, out: Path, writer: Callable[[pl.DataFrame, Path], None]) -> None:
    draft = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        writer(rows, draft)
        draft.replace(out)
    except OSError as error:
        raise InvalidInputError(f"{out}: can't be written ({error.strerror})") from None
    finally:
        draft.unlink(missing_ok=True)


def _write_csv(rows: pl.DataFrame, path: Path) -> None:
    with path.open("wb") as file:
        rows.write_csv(file)


def _write_packed(rows: pl.DataFrame, path: Path) -> None:
    """Packed without name and time, so that equal rankings are equal files."""
    with path.open("wb") as file, gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as packed:
        rows.write_csv(cast("IO[bytes]", packed))


def _write_parquet(rows: pl.DataFrame, path: Path) -> None:
    with path.open("wb") as file:
        rows.write_parquet(file)


def _top(rows: pl.DataFrame) -> Any:
    numbers = tuple(name for name in rows.columns if name not in {"person", "component"})
    shown = table(*rows.columns, right=numbers)
    for row in rows.head(TOP).iter_rows(named=True):
        cells = {name: f"{row[name]:,}" for name in numbers} | {
            "person": row["person"],
            "component": row["component"],
            "pagerank": f"{row['pagerank']:.6f}",
            "betweenness": f"{row['betweenness']:,.1f}",
        }
        shown.add_row(*(cells[name] for name in rows.columns))
    return shown


def _summary(edges: Path, out: Path | None, raw: bool, read: int, persons: int, found: "Ranking") -> dict[str, Any]:
    return {
        "file": str(edges),
        "out": None if out is None else str(out),
        "raw": raw,
        "rows": read,
        "persons": persons,
        "components": found.components,
        "forest": found.forest,
        "ranked": found.referrals,
        "set_apart": dict(found.set_apart),
        "top": found.rows.head(TOP).to_dicts(),
    }


def _remark(edges: Path, read: int, found: "Ranking") -> None:
    if found.set_apart:
        apart = ", ".join(f"{number:,} {_APART[reason]}" for reason, number in found.set_apart.items())
        complain(f"{edges}: {found.referrals:,} of {read:,} referrals ranked; set apart: {apart}")
