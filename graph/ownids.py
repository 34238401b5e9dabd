"""Own ids: UUIDv7 made of the moment of recording, so that the smaller is the elder. Pure but for the random bits it is given."""

import secrets
from collections.abc import Sequence
from uuid import UUID

import numpy as np

from graph.errors import UnknownRootError
from graph.stores.columns import NOBODY, OwnIds
from graph.tables import Ints

_VERSION = np.uint64(0x7000)
_VARIANT = np.uint64(0x8000_0000_0000_0000)
_LOW_54 = np.uint64((1 << 54) - 1)


def mint(stamps: Ints, positions: Ints) -> OwnIds:
    """An id for each (stamp in microseconds, position below 256 within the event), ordered like them (RFC 9562, 6.2, method 3).

    48 bits of milliseconds, 12 bits of the fraction of a millisecond, 8 bits of position, 54 random bits. Two purposes never
    share an id: their random bits differ, and the store holds all ids to be unique.
    """
    stamp = stamps.astype(np.uint64)
    milliseconds, rest = stamp // np.uint64(1000), stamp % np.uint64(1000)
    high = (milliseconds << np.uint64(16)) | _VERSION | (rest * np.uint64(4096) // np.uint64(1000))
    noise = np.frombuffer(secrets.token_bytes(8 * len(stamp)), np.uint64) & _LOW_54
    low = _VARIANT | (positions.astype(np.uint64) << np.uint64(54)) | noise
    return np.stack([high, low], axis=1).reshape(-1, 2)


def again(own: OwnIds) -> OwnIds:
    """An id of the same moment and position for each of these, for another purpose: it is as old, and never the same."""
    noise = np.frombuffer(secrets.token_bytes(8 * len(own)), np.uint64) & _LOW_54
    return np.stack([own[:, 0], (own[:, 1] & ~_LOW_54) | noise], axis=1).reshape(-1, 2)


def to_bytes(own: OwnIds) -> list[bytes]:
    """The 16 bytes of each own id."""
    raw = own.astype(">u8").tobytes()
    return [raw[start : start + 16] for start in range(0, len(raw), 16)]


def from_bytes(own: Sequence[bytes]) -> OwnIds:
    """Own ids as pairs of unsigned halves."""
    return np.frombuffer(b"".join(own), ">u8").reshape(-1, 2).astype(np.uint64)


def text(own: bytes) -> str:
    """The usual writing of 16 bytes."""
    digits = own.hex()  # five times as fast as by way of a UUID, and a lookup writes two
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def root_text(root: bytes) -> str | None:
    """The usual writing of the root of a change record; None where nobody answers any more."""
    return None if root == NOBODY else text(root)


def parse(value: str) -> bytes:
    """The 16 bytes of an id. Raises UnknownRootError for what is none."""
    try:
        return UUID(value).bytes
    except ValueError:
        raise UnknownRootError("not an id: a root-ID is a UUID") from None
