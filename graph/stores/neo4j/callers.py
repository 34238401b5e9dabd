"""API keys between the store and the server. Must not see a secret: there is none in the database."""

from typing import Any

from graph.access import ApiKey


def told(key: ApiKey) -> dict[str, Any]:
    """What is put on record of a key."""
    return {
        "id": key.id,
        "name": key.name,
        "digest": key.digest.hex(),
        "scopes": sorted(key.scopes),
        "purposes": None if key.purposes is None else sorted(key.purposes),
        "rate": key.rate,
        "made": key.made,
        "expires": key.expires,
        "revoked": key.revoked,
    }


def api_key(row: dict[str, Any]) -> ApiKey:
    """A key as it is on record."""
    purposes = row.get("purposes")
    return ApiKey(
        row["id"],
        row["name"],
        bytes.fromhex(row["digest"]),
        frozenset(row["scopes"]),
        None if purposes is None else frozenset(purposes),
        row.get("rate"),
        row["made"],
        row.get("expires"),
        row.get("revoked"),
    )
