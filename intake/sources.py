"""Opening a file and streaming its bytes, unpacked. Bounded memory; must not know what the bytes mean."""

import codecs
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, Literal

from graph.errors import InvalidInputError

RAW_PIECE: Final = 1 << 18
"""Bytes read from the disk at once."""

PACKED_PIECE: Final = 1 << 14
"""Bytes unpacked at once: what a damaged place costs at most is the output of one such piece."""

UNPACKED_PIECE: Final = 1 << 20
"""Most bytes that one step of unpacking gives, however well the file is packed."""

_GZIP: Final = b"\x1f\x8b"
_PARQUET: Final = b"PAR1"
_UTF8_BOM: Final = codecs.BOM_UTF8
_UTF16_BOMS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OTHER_FORMATS: Final = {
    b"PK\x03\x04": "a zip archive or an Excel workbook: save it as CSV first",
    b"\x28\xb5\x2f\xfd": "packed with zstd: only gzip is read",
    b"BZh": "packed with bzip2: only gzip is read",
    b"\xfd7zXZ": "packed with xz: only gzip is read",
    b"%PDF": "a PDF",
    b"SQLite format 3": "a SQLite database",
}

Format = Literal["csv", "ndjson", "parquet"]


class Source:
    """One file under reading. `consumed` of `size` bytes on the disk have been read; errors name the path as it was given."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises InvalidInputError where there is none, or none that can be read."""
        self.path = path
        self.consumed = 0
        try:
            if path.is_dir():
                raise InvalidInputError(f"{path}: a directory; name the files in it")
            self._file: IO[bytes] = path.open("rb")
            self.size = path.stat().st_size
        except FileNotFoundError:
            raise InvalidInputError(f"{path}: no such file") from None
        except (OSError, ValueError) as error:
            raise InvalidInputError(f"{path}: can't be read ({getattr(error, 'strerror', None) or error})") from None
        try:
            start = self._read(RAW_PIECE)
            self.packed = start.startswith(_GZIP)
            raw = self._raw(start)
            self._pieces = self._unpack(raw) if self.packed else raw
            self.head = next((piece for piece in self._pieces if piece), b"")
        except InvalidInputError:
            self._file.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def format(self) -> Format:
        """What the content is, helped by the name. Raises InvalidInputError for formats that are known and not read."""
        if not self.head:
            raise InvalidInputError(f"{self.path}: the file is empty")
        if self.head.startswith(_PARQUET):
            return "parquet"
        for magic, what in _OTHER_FORMATS.items():
            if self.head.startswith(magic):
                raise InvalidInputError(f"{self.path}: {what}")
        suffix = self.suffix
        if suffix == ".parquet":
            raise InvalidInputError(f"{self.path}: no Parquet file, whatever its name says")
        if suffix in {".ndjson", ".jsonl"}:
            return "ndjson"
        start = self.head.removeprefix(_UTF8_BOM).lstrip()[:1]
        if start == b"[" and suffix == ".json":
            raise InvalidInputError(f"{self.path}: a JSON array; write one object a line (NDJSON)")
        return "ndjson" if start == b"{" and suffix not in {".csv", ".tsv"} else "csv"

    @property
    def suffix(self) -> str:
        """Suffix of the name without `.gz`, in lower case."""
        return Path(self.name).suffix.lower()

    @property
    def name(self) -> str:
        """Base name without `.gz`, so that packing a file doesn't change what its events are called."""
        name = self.path.name
        return name[:-3] if name.lower().endswith(".gz") else name

    def pieces(self) -> Iterator[bytes]:
        """All bytes, unpacked. After the last good one raises InvalidInputError where the file is damaged or cut off."""
        yield self.head
        yield from self._pieces

    def text(self, encoding: str) -> Iterator[bytes]:
        """All text as UTF-8 without a byte order mark; bytes that are no text in `encoding` come through as they are.

        Raises InvalidInputError for an unknown encoding, and where UTF-16 is read as something else.
        """
        try:
            name = codecs.lookup(encoding).name
            "".encode(encoding)
        except (LookupError, ValueError):
            raise InvalidInputError(f"unknown encoding '{encoding}'; well known are utf-8, gb18030, utf-16, big5") from None
        if not name.startswith(("utf-16", "utf-32")) and self.head.startswith(_UTF16_BOMS):
            raise InvalidInputError(f"{self.path}: UTF-16 text; say --encoding utf-16")
        if name in {"utf-8", "utf-8-sig"}:
            return self._without_mark()
        return self._recoded(encoding)

    def _without_mark(self) -> Iterator[bytes]:
        yield self.head.removeprefix(_UTF8_BOM)
        yield from self._pieces

    def _recoded(self, encoding: str) -> Iterator[bytes]:
        try:
            decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
            for piece in self.pieces():
                yield decoder.decode(piece).encode("utf-8", "surrogateescape")
            yield decoder.decode(b"", final=True).encode("utf-8", "surrogateescape")
        except UnicodeError:
            raise InvalidInputError(f"{self.path}: not {encoding} text from here on") from None

    def _read(self, size: int) -> bytes:
        try:
            piece = self._file.read(size)
        except OSError as error:
            raise InvalidInputError(f"{self.path}: can't be read ({error.strerror})") from None
        self.consumed += len(piece)
        return piece

    def _raw(self, start: bytes) -> Iterator[bytes]:
        piece = start
        while piece:
            yield piece
            piece = self._read(RAW_PIECE)

    def _unpack(self, raw: Iterator[bytes]) -> Iterator[bytes]:
        inflater = zlib.decompressobj(31)
        try:
            for large in raw:
                for at in range(0, len(large), PACKED_PIECE):
                    rest = large[at : at + PACKED_PIECE]
                    while True:
                        if inflater.eof:
                            rest = rest.lstrip(b"\0")
                            if not rest:
                                break
                            inflater = zlib.decompressobj(31)
                        text = inflater.decompress(rest, UNPACKED_PIECE)
                        yield text
                        rest = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
                        if not rest and len(text) < UNPACKED_PIECE:
                            break
        except zlib.error:
            raise InvalidInputError(f"{self.path}: the gzip data are damaged") from None
        if not inflater.eof:
            raise InvalidInputError(f"{self.path}: the gzip data end before their end: the file is cut off")
