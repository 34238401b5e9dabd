"""Examples of the calls on rights, for OpenAPI. Must not hold anything of real people."""

from typing import Any, Final

from fastapi.openapi.models import Example

from api.examples_of_accounts import SIGNED

PERSONS: Final[dict[str, Example]] = {"one": {"summary": "By phone", "value": {"identifier": "phone:13800000009"}}}
CORRECTIONS: Final[dict[str, Example]] = {
    "pair": {
        "summary": "That is not my number",
        "value": {"identifier": "member_card:M-0001", "other": "phone:13800000009", "reason": "said so at the desk"},
    },
}
ERASURES: Final[dict[str, Example]] = {
    "person": {"summary": "All of a person", "value": {"identifier": "phone:13800000009"}},
    "one": {"summary": "One identifier", "value": {"identifier": "phone:13800000009", "whole_person": False}},
}
OPT_OUTS: Final[dict[str, Example]] = {"one": {"summary": "By phone", "value": {"identifier": "phone:13800000009"}}}

_PART: Final[dict[str, Any]] = {
    "root_id": "0199aa3e-6c00-7a10-8000-3f5a9c2b7d41",
    "identifiers": [
        {
            "own_id": "0199aa3e-6c00-7a10-8000-3f5a9c2b7d41",
            "identifier": "phone:138****0009",
            "kind": "person",
            "first_seen": "2026-03-01T08:00:00Z",
            "last_seen": "2026-03-02T08:00:00Z",
        }
    ],
    "sources": [{"source": "shop", "sightings": 2, "first": "2026-03-01T08:00:00Z", "last": "2026-03-02T08:00:00Z"}],
    "decisions": [],
    "sightings": None,
}
_SAID: Final[dict[str, Any]] = {**SIGNED["receipt"], "deeds": [{"what": "access"}], "ended_links": {}, "changes": []}
ANSWERS: Final[dict[str, Example]] = {
    "one": {
        "summary": "A person with one phone",
        "value": {
            "person": {
                "at": "2026-03-05T09:00:00Z",
                "policy": "5f0c2b9a7e14d368",
                "purposes": {"service": _PART},
                "consents": [],
                "told": {"referrer": 2},
                "receipts": [],
            },
            "receipt": {
                **SIGNED,
                "receipt": {**SIGNED["receipt"], "deeds": [{"what": "access"}], "ended_links": {}, "changes": []},
            },
        },
    },
}
