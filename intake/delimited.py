"""Reading CSV: header, delimiter, and frames of cells with their lines. Must not know what a column means."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from graph.errors import InvalidInputError
from intake import rejecting
from intake.frames import Frame
from intake.lines import Lines
from intake.records import Dialect, Records, header_cells, split_records
from intake.salvage import Salvage

DELIMITERS: Final = (b",", b";", b"\t", b"|")


@dataclass(frozen=True, slots=True)
class Delimited:
    """A CSV file whose header has been read."""

    headers: list[str]
    dialect: Dialect
    first: Lines
    others: Iterator[Lines]

    def frames(self, columns: list[int]) -> Iterator[Frame]:
        """All rows, of the columns given. An InvalidInputError of the stream comes after the rows that are whole."""
        rest, first = b"", self.first.first
        blocks = Salvage(self._blocks())
        for block in blocks:
            found = split_records(rest + block.text, first, self.dialect, last=block.too_long)
            yield _frame(found, columns)
            rest = found.rest
            first = block.after - rest.count(b"\n")
            if block.too_long:
                yield _too_long(found, columns, first)
                first += 1
        if rest and blocks.failure is None:
            yield _frame(split_records(rest, first, self.dialect, last=True), columns)
        blocks.settle()

    def _blocks(self) -> Iterator[Lines]:
        yield self.first
        yield from self.others


def _frame(found: Records, columns: list[int]) -> Frame:
    return Frame(found.frame.select([str(column) for column in columns]), found.lines, found.rejections)


def _too_long(found: Records, columns: list[int], line: int) -> Frame:
    empty: pl.DataFrame = found.frame.select([str(column) for column in columns]).clear()
    return Frame(empty, found.lines[:0], [rejecting.rejection(line, "line_too_long")])


def read_header(blocks: Iterable[Lines], encoding: str) -> Delimited:
    """Read the first line that isn't blank. Raises InvalidInputError where there is none, or one that can't be a header."""
    others = iter(blocks)
    for block in others:
        text, line = block.text, block.first
        while text:
            head, newline, rest = text.partition(b"\n")
            if head.strip():
                columns, dialect = _header(head.removesuffix(b"\r"), line, encoding)
                return Delimited(columns, dialect, Lines(rest, line + len(newline), block.too_long), others)
            text, line = rest, line + 1
        if block.too_long:
            raise InvalidInputError(f"line {line}, the header, is longer than a line may be: is this a text file?")
    raise InvalidInputError("no header and no rows: the file is blank")


def _header(head: bytes, line: int, encoding: str) -> tuple[list[str], Dialect]:
    if b"\0" in head:
        raise InvalidInputError(f"NUL bytes in line {line}: not a text file, or text in UTF-16 (say --encoding utf-16)")
    if b"\r" in head:
        raise InvalidInputError(f"line {line} has returns (CR) without newlines (LF): write the file with LF or CR LF")
    try:
        head.decode()
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"line {line}, the header, is {rejecting.not_text(encoding, error.start + 1)}") from None
    delimiter = max(DELIMITERS, key=lambda sign: len(header_cells(head, sign) or head.split(sign)))
    cells = header_cells(head, delimiter)
    if cells is None:
        raise InvalidInputError(f"line {line}, the header: the quotes are wrong")
    return [cell.decode().strip() for cell in cells], Dialect(delimiter, len(cells), encoding)
