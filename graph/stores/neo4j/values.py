"""Between columns of the write path and values that travel to the server: keys in hexadecimal, own ids as UUIDs. No queries."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from graph.ownids import from_bytes, to_bytes
from graph.stores.columns import Members, OwnIds, Pieces, StoredFinding
from graph.stores.neo4j.connection import Row
from graph.tables import Bools, Ints

NOBODY = bytes(16)


def uuid_text(raw: bytes) -> str:
    """The usual writing of 16 bytes."""
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def uuid_bytes(text: str) -> bytes:
    """The 16 bytes of a UUID."""
    return bytes.fromhex(text.replace("-", ""))


def uuid_texts(own: OwnIds) -> list[str]:
    """The usual writing of own ids."""
    return [uuid_text(raw) for raw in to_bytes(own)]


def own_ids(texts: Sequence[str]) -> OwnIds:
    """Own ids as pairs of unsigned halves."""
    return from_bytes([bytes.fromhex("".join(texts).replace("-", ""))])


def ints(values: Iterable[int]) -> Ints:
    """A column of whole numbers."""
    return np.array(list(values), np.int64)


def bools(values: Iterable[bool]) -> Bools:
    """A column of truth values."""
    return np.array(list(values), np.bool_)


def piece_rows(pieces: Pieces) -> list[tuple[Any, ...]]:
    """Rows of evidence in the order of the fields."""
    return list(zip(*(column.tolist() for column in pieces.columns()), strict=True))


def pieces_of(row: Row) -> Pieces:
    """Evidence from columns of an answer."""
    one, other, backing, moment, closed, first, last, count = (row[n] for n in range(8))
    ends = ints(one), ints(other)
    return Pieces(
        np.minimum(*ends), np.maximum(*ends), ints(backing), ints(moment), bools(closed), ints(first), ints(last), ints(count)
    )


def members_of(row: Row) -> Members:
    """Membership from columns of an answer, by handle."""
    found = Members(
        ints(row["id"]),
        ints(row["place"]),
        own_ids(row["own_id"]),
        ints(row["leader"]),
        ints(row["settled"]),
        bools(row["contested"]),
    )
    return found[np.argsort(found.ids)]


def finding_of(row: Sequence[Any]) -> StoredFinding:
    """A refused or past link."""
    a, b, verdict, reason, clash_a, clash_b = row
    return StoredFinding(a, b, verdict, reason, None if clash_a is None else (clash_a, clash_b))
