"""The way in: any file to chunks of sightings or events, with the rows that are neither. Must not know a store."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from graph.errors import InvalidInputError
from graph.events import Event
from graph.policy import Policy
from graph.tables import Rejection, SightingTable
from intake.columns import Plan, parse_mapping, plan
from intake.deeds import deeds
from intake.delimited import read_header
from intake.frames import Frame, gather
from intake.lines import split_lines
from intake.ndjson import Item, items, seen_table
from intake.parquet import Parquet, unpacked
from intake.salvage import Salvage
from intake.sightings import sighting_table
from intake.sources import Source

CHUNK = 200_000
"""Rows that are handed on at once; one transaction, some ten seconds, during which other writers wait."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a file. `mapping` has `header=target` pairs; `source` is said of rows that name none (else the file's name)."""

    policy: Policy
    mapping: Sequence[str] = ()
    source: str | None = None
    encoding: str = "utf-8"
    chunk: int = CHUNK


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a file in their order: either sightings, or events with their lines; and those that were rejected.

    `share` is how much of the file was read so far, from 0 to 1.
    """

    rejections: list[Rejection]
    share: float
    sightings: SightingTable | None = None
    events: list[tuple[int, Event]] = field(default_factory=list[tuple[int, Event]])

    @property
    def rows(self) -> int:
        """Rows read, good and bad."""
        return len(self.events) + len(self.rejections) + (len(self.sightings) if self.sightings is not None else 0)


def read(path: Path, how: Reading) -> Iterator[Chunk]:
    """Read a file to its end, in bounded memory.

    Raises InvalidInputError naming the file and the place: before the first chunk where nothing can be read, after the last
    good one where the file breaks off.
    """
    source = Source(path)
    try:
        yield from _READERS[source.format()](source, how)
    except InvalidInputError as error:
        known = error.message.startswith(f"{path}: ")
        raise InvalidInputError(error.message if known else f"{path}: {error.message}") from None
    finally:
        source.close()


def _share(source: Source) -> float:
    return min(1.0, source.consumed / source.size) if source.size else 0.0


def _read_csv(source: Source, how: Reading) -> Iterator[Chunk]:
    file = read_header(split_lines(source.text(how.encoding)), how.encoding)
    columns = plan(file.headers, how.policy, parse_mapping(how.mapping))
    yield from _chunks(file.frames(columns.columns), columns, source, how, lambda _: _share(source))


def _read_parquet(source: Source, how: Reading) -> Iterator[Chunk]:
    with unpacked(source) as path:
        file = Parquet(path)
        columns = plan(file.headers, how.policy, parse_mapping(how.mapping))
        frames = file.frames(columns.columns, how.chunk)
        yield from _chunks(frames, columns, source, how, lambda row: row / max(1, file.rows))


def _chunks(
    frames: Iterable[Frame], columns: Plan, source: Source, how: Reading, share: Callable[[int], float]
) -> Iterator[Chunk]:
    name = how.source or source.name
    for frame in gather(frames, how.chunk):
        so_far = share(int(np.max(frame.lines, initial=0)))
        if columns.content == "sightings":
            table, rejections = sighting_table(frame.cells, frame.lines, columns, name)
            yield Chunk(_in_order(frame.rejections + rejections), so_far, table)
        else:
            yield _chunk(list(deeds(frame, columns, name)), frame.rejections, so_far)


def _chunk(found: list[Item], rejections: list[Rejection], share: float) -> Chunk:
    bad = [item for item in found if isinstance(item, Rejection)]
    return Chunk(_in_order(rejections + bad), share, events=[item for item in found if not isinstance(item, Rejection)])


def _in_order(rejections: list[Rejection]) -> list[Rejection]:
    return sorted(rejections, key=lambda rejection: rejection.line)


def _read_ndjson(source: Source, how: Reading) -> Iterator[Chunk]:
    if how.mapping:
        raise InvalidInputError("--map is for files with columns; NDJSON names its identifiers itself")
    name = how.source or source.name
    waiting: list[Item] = []
    stream = Salvage(items(split_lines(source.text(how.encoding)), how.encoding))
    for item in stream:
        waiting.append(item)
        if len(waiting) >= how.chunk:
            yield _events(waiting, name, _share(source))
            waiting = []
    if waiting:
        yield _events(waiting, name, _share(source))
    stream.settle()


def _events(found: list[Item], source: str, share: float) -> Chunk:
    """Sightings alone become a table; among other events they stay in their place, since the order of acts counts."""
    chunk = _chunk(found, [], share)
    if any(event.verb != "see" for _, event in chunk.events):
        named = [(line, _with_source(event, source)) for line, event in chunk.events]
        return Chunk(chunk.rejections, share, events=named)
    table, rejections = seen_table(chunk.events, source)
    return Chunk(_in_order(chunk.rejections + rejections), share, table)


def _with_source(event: Event, source: str) -> Event:
    """Facts are told by someone; a source beside another verb limits what it means, and is left as it is."""
    if event.source is None and event.verb in {"see", "refer", "order"}:
        return event.model_copy(update={"source": source})
    return event


_READERS = {"csv": _read_csv, "ndjson": _read_ndjson, "parquet": _read_parquet}
