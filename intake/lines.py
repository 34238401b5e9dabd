"""Cutting a stream of bytes into blocks of whole lines, numbered. Bounded memory whatever a line is long."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.errors import InvalidInputError
from intake.salvage import Salvage

LONGEST_LINE: Final = 1 << 20
"""Bytes; a longer line (or CSV record) is rejected."""

BLOCK: Final = 4 << 20
"""Bytes that are handled at once."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines; the last of a file may lack its newline.

    `first` is the 1-based number of the first line, `too_long` says that the line after these was left out, being longer
    than LONGEST_LINE.
    """

    text: bytes
    first: int
    too_long: bool = False

    @property
    def after(self) -> int:
        """Number of the line after these."""
        return self.first + self.text.count(b"\n")


def split_lines(pieces: Iterable[bytes], block: int = BLOCK) -> Iterator[Lines]:
    """Blocks of about `block` bytes. An InvalidInputError of the stream comes after all whole lines, with its line."""
    rest, waiting, first, skipping = [b""], 0, 1, False
    stream = Salvage(pieces)
    for piece in stream:
        begin = 0
        if skipping:
            begin = piece.find(b"\n") + 1
            if not begin:
                continue
            skipping, first = False, first + 1
        rest.append(piece[begin:])
        waiting += len(piece) - begin
        if waiting < block:
            continue
        text = b"".join(rest)
        end = text.rfind(b"\n") + 1
        for lines in _without_long_ones(text[:end], first):
            yield lines
            first = lines.after + lines.too_long
        rest, waiting = [text[end:]], len(text) - end
        if waiting > LONGEST_LINE:
            yield Lines(b"", first, too_long=True)
            rest, waiting, skipping = [b""], 0, True
    text = b"".join(rest)
    whole = text if stream.failure is None else text[: text.rfind(b"\n") + 1]
    for lines in _without_long_ones(whole, first):
        yield lines
        first = lines.after + lines.too_long
    if stream.failure is not None:
        raise InvalidInputError(f"{stream.failure.message} (in line {first})")


def _without_long_ones(text: bytes, first: int) -> Iterator[Lines]:
    if len(text) <= LONGEST_LINE:
        if text:
            yield Lines(text, first)
        return
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n"))
    if not text.endswith(b"\n"):
        ends = np.append(ends, len(text))
    starts = np.concatenate([[0], ends[:-1] + 1])
    begin = 0
    for number in np.flatnonzero(ends - starts > LONGEST_LINE).tolist():
        lines = Lines(text[begin : int(starts[number])], first, too_long=True)
        yield lines
        first, begin = lines.after + 1, int(ends[number]) + 1
    if begin < len(text):
        yield Lines(text[begin:], first)
