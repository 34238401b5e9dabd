"""Reading Parquet: columns, and frames of cells with their row numbers. Must not know what a column means."""

import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl

from graph.errors import InvalidInputError
from intake.frames import Frame
from intake.sources import Source


class Parquet:
    """A Parquet file whose schema has been read."""

    def __init__(self, path: Path) -> None:
        """Raises InvalidInputError where the file is none, or damaged."""
        self._path = path
        try:
            self.schema = pl.read_parquet_schema(path)
            self.rows = int(pl.scan_parquet(path).select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError):
            raise InvalidInputError("the Parquet file is damaged or cut off") from None
        self.headers = list(self.schema)

    def frames(self, columns: list[int], size: int) -> Iterator[Frame]:
        """All rows, of the columns given, `size` rows at a time. Raises InvalidInputError for columns of nested types."""
        names = [self.headers[column] for column in columns]
        for name in names:
            if self.schema[name].is_nested():
                raise InvalidInputError(f"the column '{name}' holds {self.schema[name]}, not plain values")
        plain = [
            (pl.col(name).cast(pl.String) if _needs_text(self.schema[name]) else pl.col(name)).alias(str(column))
            for name, column in zip(names, columns, strict=True)
        ]
        row = 1
        try:
            for cells in pl.scan_parquet(self._path).select(plain).collect_batches(chunk_size=size, maintain_order=True):
                yield Frame(cells, np.arange(row, row + cells.height, dtype=np.int64))
                row += cells.height
        except pl.exceptions.PolarsError:
            raise InvalidInputError(f"the Parquet file is damaged after row {row - 1}") from None


def _needs_text(kind: pl.DataType) -> bool:
    return not (kind == pl.String or kind.is_numeric() or isinstance(kind, (pl.Datetime, pl.Date)))


@contextmanager
def unpacked(source: Source) -> Generator[Path]:
    """A path of the bare Parquet file: the file itself, or a copy for the time being where it is packed with gzip."""
    if not source.packed:
        yield source.path
        return
    folder = Path(tempfile.mkdtemp(prefix="rootid-"))
    try:
        path = folder / "unpacked.parquet"
        with path.open("wb") as file:
            for piece in source.pieces():
                file.write(piece)
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)
