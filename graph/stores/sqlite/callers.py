"""Rows of API keys. Must not see a secret: there is none in the database."""

import orjson

from graph.access import ApiKey
from graph.stores.sqlite.connection import Connection


def api_keys(db: Connection) -> list[ApiKey]:
    """Every API key, the eldest first."""
    rows = db.execute(
        "SELECT id, name, digest, scopes, purposes, rate, made, expires, revoked FROM api_key ORDER BY made, id"
    ).fetchall()
    return [
        ApiKey(identity, name, digest, frozenset(orjson.loads(scopes)), _purposes(purposes), rate, made, expires, revoked)
        for identity, name, digest, scopes, purposes, rate, made, expires, revoked in rows
    ]


def _purposes(held: str | None) -> frozenset[str] | None:
    return None if held is None else frozenset(orjson.loads(held))


def keep_api_key(db: Connection, key: ApiKey) -> None:
    """Write one, over the one with its id."""
    purposes = None if key.purposes is None else orjson.dumps(sorted(key.purposes)).decode()
    scopes = orjson.dumps(sorted(key.scopes)).decode()
    db.execute(
        "INSERT OR REPLACE INTO api_key VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key.id, key.name, key.digest, scopes, purposes, key.rate, key.made, key.expires, key.revoked),
    )
