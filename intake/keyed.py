"""A file to keyed batches, ready for the writer; a large one is read in a process of its own. Must not know a store."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graph.events import Event
from graph.keying import Keying
from graph.tables import Batch, Rejection
from intake.ahead import ahead, spare_core
from intake.reading import Reading, read

LARGE: Final = 4 * 1024 * 1024
"""Bytes from which a file is worth a process of its own, which takes about a second to start."""


@dataclass(frozen=True, slots=True)
class KeyedChunk:
    """Some rows of a file in their order, as `intake.reading.Chunk`, its sightings keyed.

    `rejections` are all rows that can't go in, whoever refused them; `rows` counts good and bad.
    """

    rejections: list[Rejection]
    share: float
    rows: int
    batch: Batch | None
    events: list[tuple[int, Event]]


def keyed(path: Path, how: Reading, keying: Keying) -> Generator[KeyedChunk]:
    """Read and key a file to its end, in bounded memory. Raises as `intake.reading.read` does."""
    if path.is_file() and path.stat().st_size >= LARGE and spare_core():
        return ahead(_keyed, path, how, keying)
    return _keyed(path, how, keying)


def _keyed(path: Path, how: Reading, keying: Keying) -> Generator[KeyedChunk]:
    for chunk in read(path, how):
        batch = keying.batch(chunk.sightings) if chunk.sightings is not None and len(chunk.sightings) else None
        rejections = chunk.rejections + (batch.rejections if batch else [])
        yield KeyedChunk(rejections, chunk.share, chunk.rows, batch, chunk.events)
