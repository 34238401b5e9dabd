"""Keyed hashes under which identifiers are stored, and the secret they are made with. Must not log or return the secret."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from graph.errors import StoreError
from graph.model import Identifier

KEY_BYTES = 16
"""128 bits of HMAC-SHA256: two of a billion identifiers share a key with a probability below 1e-20."""

_BLOCK = 64
"""Bytes of a block of SHA-256."""


class Keyring:
    """Makes the key of an identifier: HMAC-SHA256 over namespace, scope and token, cut to 128 bits."""

    __slots__ = ("_inner", "_outer", "_secret")

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        block = (secret if len(secret) <= _BLOCK else hashlib.sha256(secret).digest()).ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def __reduce__(self) -> tuple[type["Keyring"], tuple[bytes]]:
        """How a copy gets into another process of this machine: states of a digest can't be copied there."""
        return Keyring, (self._secret,)

    def __repr__(self) -> str:
        return f"Keyring({self.fingerprint})"

    @property
    def fingerprint(self) -> str:
        """Tells two secrets apart without giving either away."""
        return hmac.digest(self._secret, b"rootid fingerprint", "sha256")[:8].hex()

    def derived(self, label: bytes) -> bytes:
        """Another secret (32 bytes) for one other use, from which nobody gets back to this one."""
        return hmac.digest(self._secret, label, "sha256")

    def key(self, identifier: Identifier) -> bytes:
        """The stored key; parts are set apart by a NUL, which no normalised value holds."""
        return self.of(identifier.namespace, identifier.scope, identifier.token)

    def maker(self, namespace: str, scope: str) -> Callable[[str], bytes]:
        """A function from token to key, for many tokens of one namespace and scope.

        HMAC as in RFC 2104, with what all keys have in common digested once: less than half the time of `hmac.digest`.
        """
        outer, begun = self._outer, self._inner.copy()
        begun.update(f"{namespace}\0{scope}\0".encode())

        def key(token: str) -> bytes:
            inner, whole = begun.copy(), outer.copy()
            inner.update(token.encode())
            whole.update(inner.digest())
            return whole.digest()[:KEY_BYTES]

        return key

    def of(self, namespace: str, scope: str, token: str) -> bytes:
        """The stored key of namespace, scope and token."""
        return self.maker(namespace, scope)(token)

    def mark(self, key: bytes) -> bytes:
        """What a tombstone keeps of a key: another keyed hash, so that the key itself is nowhere after an erasure."""
        return hmac.digest(self._secret, b"rootid tombstone" + key, "sha256")[:KEY_BYTES]


def content_digest(text: str) -> str:
    """A short id of an event that brought none: equal content is the same event."""
    return "~" + hashlib.blake2b(text.encode(), digest_size=15).hexdigest()


def load_secret(path: Path) -> bytes:
    """Read the secret, or make one once (32 random bytes, mode 0600) where there is none.

    Two processes that start together agree on one: the file is linked into place complete, and the first one wins.
    Raises StoreError where it can't be read or made, or others may read it.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        if path.stat().st_mode & 0o077:
            raise StoreError(f"others may read the HMAC key file {path}: set its mode to 0600")
        return bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as error:
        raise StoreError(f"the HMAC key file {path} can't be used: {type(error).__name__}") from None
