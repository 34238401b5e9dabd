"""Rows of a file as frames, gathered to chunks of one size. Must not know what a column means."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from graph.tables import Ints, Rejection
from intake.salvage import Salvage


@dataclass(slots=True)
class Frame:
    """Rows with columns "0", "1", …, the line of each, and the rows that aren't any."""

    cells: pl.DataFrame
    lines: Ints
    rejections: list[Rejection] = field(default_factory=list[Rejection])

    def __len__(self) -> int:
        return self.cells.height + len(self.rejections)


def gather(frames: Iterable[Frame], size: int) -> Iterator[Frame]:
    """Frames of `size` rows, the last one smaller. An InvalidInputError of the frames comes after all rows that are there."""
    waiting: list[Frame] = []
    stream = Salvage(frames)
    for frame in stream:
        waiting.append(frame)
        while sum(len(part) for part in waiting) >= size:
            chunk, rest = _cut(_joined(waiting), size)
            yield chunk
            waiting = [rest]
    if any(len(part) for part in waiting):
        yield _joined(waiting)
    stream.settle()


def _joined(frames: list[Frame]) -> Frame:
    if len(frames) == 1:
        return frames[0]
    return Frame(
        pl.concat([frame.cells for frame in frames], rechunk=True),
        np.concatenate([frame.lines for frame in frames]),
        [rejection for frame in frames for rejection in frame.rejections],
    )


def _cut(frame: Frame, size: int) -> tuple[Frame, Frame]:
    """The first `size` rows by line, and the others."""
    bad = np.array([rejection.line for rejection in frame.rejections], np.int64)
    if len(frame) <= size:
        return frame, Frame(frame.cells.clear(), frame.lines[:0])
    border = int(np.partition(np.concatenate([frame.lines, bad]), size)[size])
    good = int(np.searchsorted(frame.lines, border))
    split = int(np.searchsorted(bad, border))
    return (
        Frame(frame.cells[:good], frame.lines[:good], frame.rejections[:split]),
        Frame(frame.cells[good:], frame.lines[good:], frame.rejections[split:]),
    )
