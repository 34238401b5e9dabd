"""Covers: keyed permutations that lie over stored digests, so that an HMAC key that leaked doesn't open the store. Pure.

A stored key is an HMAC of a value, and the value is kept nowhere, so it can't be hashed anew. What can be done is to encrypt it:
a key of 16 bytes is one block of AES, and over single blocks that are all different and look random AES is a pseudorandom
permutation. Whoever knows the HMAC key, but not that of the cover, finds nothing; whoever knows both takes the cover off, so that
rules, tombstones and event ids go on working with the digests that they always had.
"""

import hmac
import re
from collections.abc import Iterable, Sequence
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB

_PAD: Final = b"\0"
"""Makes a block of the 15 bytes of an event id."""

_BARE: Final = re.compile(r"~([0-9a-f]{30})(#\w+)?")
"""An event id that is a digest, or one that is made of it (graph.intents)."""

_COVERED: Final = re.compile(r"~([0-9a-f]{32})(#\w+)?")


class Cover:
    """The cover that a secret makes; without a secret, none at all."""

    __slots__ = ("_cipher",)

    def __init__(self, secret: bytes | None) -> None:
        key = None if secret is None else hmac.digest(secret, b"rootid cover", "sha256")
        # blocks are keyed hashes, all different, and nothing is to be read from their order: what ECB gives away isn't there
        self._cipher = None if key is None else Cipher(AES256(key), ECB())  # noqa: S305 - as said above

    @property
    def none(self) -> bool:
        """Whether it covers nothing."""
        return self._cipher is None

    def on(self, digests: Sequence[bytes]) -> list[bytes]:
        """Digests (whole blocks each) as they are stored."""
        if self._cipher is None:
            return list(digests)
        done = self._cipher.encryptor().update(b"".join(digests))
        return _cut(done, digests)

    def off(self, stored: Sequence[bytes]) -> list[bytes]:
        """Stored digests as they were made."""
        if self._cipher is None:
            return list(stored)
        done = self._cipher.decryptor().update(b"".join(stored))
        return _cut(done, stored)

    def events_on(self, ids: Sequence[str]) -> list[str]:
        """Event ids as they are stored: those that are digests (graph.keys.content_digest) are covered, others stay."""
        if self._cipher is None:
            return list(ids)
        found = {place: match for place, name in enumerate(ids) if (match := _BARE.fullmatch(name))}
        covered = self.on([bytes.fromhex(match[1]) + _PAD for match in found.values()])
        made = [f"~{raw.hex()}{match[2] or ''}" for raw, match in zip(covered, found.values(), strict=True)]
        return _replaced(ids, found, made)

    def events_off(self, stored: Sequence[str]) -> list[str]:
        """Stored event ids as they were made."""
        if self._cipher is None:
            return list(stored)
        found = {place: match for place, name in enumerate(stored) if (match := _COVERED.fullmatch(name))}
        bare = self.off([bytes.fromhex(match[1]) for match in found.values()])
        made = [
            f"~{raw[:-1].hex()}{match[2] or ''}" if raw.endswith(_PAD) else match[0]
            for raw, match in zip(bare, found.values(), strict=True)
        ]
        return _replaced(stored, found, made)


def _replaced(names: Sequence[str], places: Iterable[int], by: Sequence[str]) -> list[str]:
    changed = list(names)
    for place, name in zip(places, by, strict=True):
        changed[place] = name
    return changed


def _cut(joined: bytes, like: Sequence[bytes]) -> list[bytes]:
    """Pieces as long as those of `like`."""
    place, pieces = 0, list[bytes]()
    for one in like:
        pieces.append(joined[place : place + len(one)])
        place += len(one)
    return pieces
