"""Dumps every row. Holds no rule.

A kind is one statement; columns of the same name are put in the same form, whatever the kind.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any, Final
from uuid import UUID

import numpy as np
import orjson

from graph.statements import STATUSES
from graph.stores.sqlite.reading import SqliteReading

_WORD: Final = "(SELECT text FROM word WHERE id = {0}) AS {0}"
_WORDS: Final = ", ".join(_WORD.format(name) for name in ("campaign", "channel", "code"))
_PURPOSE: Final = "(SELECT name FROM purpose p WHERE p.id = t.purpose) AS purpose"
_SELECT: Final = {
    "policy": "SELECT version, since, body FROM policy",
    "place": "SELECT id AS handle, namespace, scope FROM place",
    "identifier": "SELECT id AS handle, key, place, mask, clear, named FROM identifier",
    "consent": "SELECT id AS handle, consent_id FROM consent",
    "backing": "SELECT id AS handle, consent, basis, weight FROM backing WHERE id > 1",
    "sighting": "SELECT stamp, at, source, event_id, session, backing, members FROM sighting",
    "piece": "SELECT a, b, backing, moment, closed, first, last, count FROM piece",
    "grant": "SELECT * FROM granting",
    "withdrawal": "SELECT * FROM withdrawal",
    "close": "SELECT * FROM closing",
    "decision": "SELECT * FROM ruling",
    "referral": f"SELECT of, referrer, referee, at, {_WORDS}, status, value, source, event_id, recorded FROM referral",
    "order": f"SELECT of, subject, at, amount, refunded, currency, {_WORDS}, source, order_id, recorded FROM purchase",
    "mark": "SELECT kind, name, identifier, at, until, recorded FROM mark",
    "root": f"SELECT {_PURPOSE}, own AS root_id, leader FROM membership t WHERE leader = identifier",
    "member": f"SELECT {_PURPOSE}, identifier, own AS own_id, leader, settled, contested FROM membership t",
    "finding": f"SELECT {_PURPOSE}, a, b, verdict, reason, clash_a, clash_b FROM finding t",
    "due": "SELECT a, b, at FROM due",
    "change": "SELECT seq, at, purpose, kind, root, others, policy, cause FROM change",
    "bookmark": "SELECT substr(name, 10) AS name, value AS seq FROM meta WHERE name LIKE 'bookmark %'",
    "kept_answer": "SELECT key, request, body, at FROM kept_answer",
    "hit": "SELECT what, namespace, count FROM hit",
    "audit": "SELECT seq, body, digest FROM audit",
    "receipt": "SELECT number, id AS receipt_id, body, (SELECT json_group_array(identifier) FROM receipt_of o "
    "WHERE o.number = r.number ORDER BY identifier) AS identifiers FROM receipt r",
    "api_key": "SELECT id, name, digest, scopes, purposes, rate, made, expires, revoked FROM api_key",
    "tombstone": "SELECT mark, at FROM tombstone",
    "successor": f"SELECT {_PURPOSE}, own AS own_id, heir FROM erased t",
    "store": "SELECT (SELECT value FROM meta WHERE name = 'clock') AS clock, (SELECT value FROM meta WHERE name = 'stamp') "
    "AS stamp, (SELECT value FROM meta WHERE name = 'fingerprint') AS fingerprint, (SELECT value FROM meta "
    "WHERE name = 'policy') AS policy, (SELECT value FROM meta WHERE name = 'audit seal') AS seal, "
    "(SELECT value FROM meta WHERE name = 'changing') AS changing, "
    "(SELECT value FROM meta WHERE name = 'standing') AS standing",
}


def _uuid(raw: bytes) -> str:
    return str(UUID(bytes=raw))


def _unuuid(text: str) -> bytes:
    return UUID(text).bytes


def _texts(column: str) -> list[Any]:
    return orjson.loads(column)


def _json(values: list[Any]) -> str:
    return orjson.dumps(values).decode()


def _bytes(text: str) -> bytes:
    return text.encode()


def _text(raw: bytes | str) -> str:
    return raw.decode() if isinstance(raw, bytes) else raw


def _handles(packed: bytes) -> list[int]:
    return np.frombuffer(packed, "<i8").tolist()


def _packed(handles: list[int]) -> bytes:
    return np.array(handles, "<i8").tobytes()


def _ids(raw: bytes) -> list[str]:
    return [_uuid(raw[start : start + 16]) for start in range(0, len(raw), 16)]


def _raw_ids(texts: list[str]) -> bytes:
    return b"".join(map(_unuuid, texts))


_FORMS: Final[dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    **dict.fromkeys(("own_id", "root_id", "root", "receipt_id"), (_uuid, _unuuid)),
    **dict.fromkeys(("key", "digest", "seal", "mark", "request"), (bytes.hex, bytes.fromhex)),
    **dict.fromkeys(("purposes", "scopes"), (_texts, _json)),
    **dict.fromkeys(("closed", "contested"), (bool, int)),
    "members": (_handles, _packed),
    "others": (_ids, _raw_ids),
    "identifiers": (_texts, _json),
}
_OF_KIND: Final[dict[tuple[str, str], tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    ("audit", "body"): (_text, _bytes),
    ("receipt", "body"): (_text, _bytes),
    ("kept_answer", "body"): (_text, _bytes),
    ("referral", "status"): (STATUSES.__getitem__, STATUSES.index),
}


def in_form(kind: str, name: str, value: Any, way: int) -> Any:
    """A value as rows have it (`way` 0), or as the database does (1)."""
    forms = _OF_KIND.get((kind, name)) or _FORMS.get(name)
    return value if value is None or forms is None else forms[way](value)


class SqliteDumping(SqliteReading):
    """Reads everything."""

    async def dump(self, kind: str) -> AsyncIterator[dict[str, Any]]:
        cursor = self._db.execute(_SELECT[kind])
        names = [column[0] for column in cursor.description]
        for row in cursor:
            yield {name: in_form(kind, name, value, 0) for name, value in zip(names, row, strict=True)}
