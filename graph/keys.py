"""Keyed hashes under which identifiers are stored, and the secret they are made with. Must not log or return the secret."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from graph.covers import Cover
from graph.errors import StoreError, StoreMismatchError
from graph.model import Identifier

KEY_BYTES = 16
"""128 bits of HMAC-SHA256: two of a billion identifiers share a key with a probability below 1e-20."""

_BLOCK = 64
"""Bytes of a block of SHA-256."""


class Keyring:
    """Makes the key of an identifier: HMAC-SHA256 over namespace, scope and token, cut to 128 bits.

    The first secret makes keys, for ever. Each later one makes a cover (graph.covers), of which one at a time is in force; its
    secret makes whatever else is derived then. `file`: where later secrets are looked for that aren't there yet.
    """

    __slots__ = ("_file", "_inner", "_later", "_outer", "_secret")

    def __init__(self, secret: bytes, later: Sequence[bytes] = (), file: Path | None = None) -> None:
        self._secret = secret
        self._later = tuple(later)
        self._file = file
        block = (secret if len(secret) <= _BLOCK else hashlib.sha256(secret).digest()).ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def __reduce__(self) -> tuple[type["Keyring"], tuple[bytes, tuple[bytes, ...], Path | None]]:
        """How a copy gets into another process of this machine: states of a digest can't be copied there."""
        return Keyring, (self._secret, self._later, self._file)

    def __repr__(self) -> str:
        return f"Keyring({self.fingerprint})"

    @property
    def file(self) -> Path | None:
        """Where the secrets lie, if they lie in a file."""
        return self._file

    @property
    def covers(self) -> list[str]:
        """Ids of the covers that the later secrets make, in the order of the secrets; ids give nothing away."""
        return [_cover_id(secret) for secret in self._later]

    def cover(self, cover: str) -> Cover:
        """The cover of an id; an empty id is none. Raises StoreMismatchError where its secret isn't here."""
        return Cover(self._later_secret(cover) if cover else None)

    def read_again(self) -> None:
        """Take up what was put into the file since. Raises StoreError."""
        if self._file is not None:
            self._later = read_secrets(self._file)[1:]

    def _later_secret(self, cover: str) -> bytes:
        for _ in range(2):
            for secret in self._later:
                if _cover_id(secret) == cover:
                    return secret
            self.read_again()  # another process may have put it there since
        raise StoreMismatchError(
            "the store was re-keyed with a secret that this process doesn't have: give it the key file of today, or all secrets "
            "in ROOTID_KEY, set apart by commas"
        )

    @property
    def fingerprint(self) -> str:
        """Tells two secrets apart without giving either away."""
        return hmac.digest(self._secret, b"rootid fingerprint", "sha256")[:8].hex()

    def derived(self, label: bytes, cover: str = "") -> bytes:
        """Another secret (32 bytes) for one other use, from which nobody gets back to this one: made with that of a cover."""
        return hmac.digest(self._later_secret(cover) if cover else self._secret, label, "sha256")

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


def _cover_id(secret: bytes) -> str:
    return hmac.digest(secret, b"rootid cover id", "sha256")[:8].hex()


def load_keyring(path: Path) -> Keyring:
    """The secrets of a file, one a line; where there is none, one is made. Raises StoreError."""
    load_secret(path)
    secret, *later = read_secrets(path)
    return Keyring(secret, later, path)


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
    except OSError as error:
        raise _unusable(path, error) from None
    return read_secrets(path)[0]


def read_secrets(path: Path) -> tuple[bytes, ...]:
    """The secrets of a file, the first one first. Raises StoreError."""
    try:
        found = tuple(bytes.fromhex(line) for line in path.read_text().split())
    except (OSError, ValueError) as error:
        raise _unusable(path, error) from None
    if not found:
        raise StoreError(f"the HMAC key file {path} is empty")
    return found


def add_secret(path: Path) -> None:
    """Put another secret at the end of a file, complete or not at all. Raises StoreError."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        held = path.read_text().split()
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(f"{line}\n" for line in (*held, secrets.token_hex(32)))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise _unusable(path, error) from None
    finally:
        draft.unlink(missing_ok=True)


def _unusable(path: Path, error: Exception) -> StoreError:
    why = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else type(error).__name__
    return StoreError(f"the HMAC key file {path} can't be used: {why}")
