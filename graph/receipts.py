"""Receipts for what was withdrawn, closed, decided or erased: signed, and verifiable without the database. No personal data.

A receipt is a JSON object with `receipt` (what was done), `key` (the public key) and `signature` (Ed25519 over the canonical JSON
of `receipt`: keys sorted, no spaces, UTF-8). The key is made of the HMAC key, so that an installation has one without ceremony.
"""

import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from graph import instants, ownids
from graph.errors import InvalidReceiptError, UnknownReceiptError
from graph.keys import Keyring
from graph.model import Consent
from graph.stores.accounts import Granted
from graph.stores.columns import StoredChange

if TYPE_CHECKING:
    from graph.service import Service

Body = Mapping[str, Any]
"""A signed receipt, as JSON values."""


@dataclass(slots=True)
class Deed:
    """One thing that a person or an operator brought about: `what` it is, and `said` what can be told of it without a value."""

    what: str
    said: dict[str, Any] = field(default_factory=dict[str, Any])


def consent_deed(consent: Consent | Granted) -> Deed:
    """A granting, without who gave it."""
    said = {name: getattr(consent, name) for name in ("purposes", "notice", "basis", "in_exchange_for", "controller")}
    expires = None if consent.expires is None else instants.text(consent.expires)
    return Deed("consent", {"consents": [consent.consent_id], **said, "at": instants.text(consent.at), "expires": expires})


def content(
    receipt_id: bytes,
    at: int,
    policy: str,
    deeds: Sequence[Deed],
    ended: Mapping[str, int],
    changes: Sequence[StoredChange],
    audit: tuple[int, str],
) -> dict[str, Any]:
    """What a receipt says: the deeds, links that lost what they rested on by purpose, and which roots changed how.

    `audit` is the number and digest of the last audit entry before: a receipt in other hands holds the log to them.
    """
    return {
        "id": ownids.text(receipt_id),
        "at": instants.text(at),
        "policy": policy,
        "deeds": [{"what": deed.what, **deed.said} for deed in deeds],
        "ended_links": dict(ended),
        "changes": [
            {
                "purpose": change.purpose,
                "kind": change.kind,
                "root_id": ownids.root_text(change.root),
                "others": [ownids.text(other) for other in change.others],
            }
            for change in changes
        ],
        "audit": {"seq": audit[0], "digest": audit[1]},
    }


class Signer:
    """Signs receipts of one installation."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def _key(self, cover: str) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._keyring.derived(b"rootid receipts", cover))

    def public_key(self, cover: str = "") -> str:
        """The public key in hexadecimal: whoever has it can verify receipts that were signed while a cover was in force."""
        return _public(self._key(cover))

    @property
    def public_keys(self) -> list[str]:
        """Those of all secrets, the newest first."""
        return [self.public_key(cover) for cover in reversed(["", *self._keyring.covers])]

    def signed(self, said: Mapping[str, Any], cover: str) -> bytes:
        """A receipt as it is kept and given out, signed with the key of the cover in force."""
        key = self._key(cover)
        signature = key.sign(canonical(said)).hex()
        return orjson.dumps({"receipt": said, "key": _public(key), "signature": signature}, option=orjson.OPT_SORT_KEYS)


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def canonical(said: Mapping[str, Any]) -> bytes:
    """The bytes that are signed."""
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)


def verified(text: bytes, *public_keys: str) -> Mapping[str, Any]:
    """What a receipt says, if it was signed by the holder of one of the keys. Raises InvalidReceiptError otherwise."""
    try:
        body = orjson.loads(text)
        said, signature = body["receipt"], bytes.fromhex(body["signature"])
        if not any(_signed(said, signature, key) for key in public_keys):
            raise InvalidReceiptError("the receipt was changed, or was signed with another key")
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, binascii.Error):
        raise InvalidReceiptError("no receipt, or no public key (64 hexadecimal digits)") from None
    return said


def _signed(said: Mapping[str, Any], signature: bytes, public_key: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(signature, canonical(said))
    except InvalidSignature:
        return False
    return True


class Receipts:
    """The receipts on record of a service."""

    def __init__(self, service: "Service", signer: Signer) -> None:
        self._service = service
        self._signer = signer

    @property
    def public_keys(self) -> list[str]:
        """The public keys that verify them, in hexadecimal: of the newest secret first."""
        return self._signer.public_keys

    async def get(self, receipt_id: str) -> Body:
        """A receipt by its id. Raises UnknownReceiptError, and PurposeNotAllowedError for a caller who may not know all of it."""
        async with self._service.store.reading() as reading:
            found = await reading.receipt(ownids.parse(receipt_id))
        if found is None:
            raise UnknownReceiptError("no receipt on record has this id")
        body: Body = orjson.loads(found)
        self._service.hold_to(sorted({change["purpose"] for change in body["receipt"]["changes"]}))
        return body
