"""Examples of the calls that account for what was done, for OpenAPI. Must not hold anything of real people."""

from typing import Any, Final

from fastapi.openapi.models import Example

_ID: Final = "0199ac01-8f20-7c40-8000-6a1f0e9d3b52"
_DIGEST: Final = "b7c1f6d20e3a9854b7c1f6d20e3a9854b7c1f6d20e3a9854b7c1f6d20e3a9854"

A_RECEIPT_ID: Final[dict[str, Example]] = {"one": {"summary": "Of a withdrawal", "value": _ID}}

SIGNED: Final[dict[str, Any]] = {
    "receipt": {
        "id": _ID,
        "at": "2026-03-05T09:00:00Z",
        "policy": "5f0c2b9a7e14d368",
        "deeds": [{"what": "withdrawal", "consents": ["consent-1"], "purpose": None}],
        "ended_links": {"service": 1, "marketing": 0},
        "changes": [
            {
                "purpose": "service",
                "kind": "split",
                "root_id": "0199aa3e-6c00-7a10-8000-3f5a9c2b7d41",
                "others": ["0199aa3e-6c00-7a10-8040-91b6e07c2f58"],
            }
        ],
        "audit": {"seq": 4711, "digest": _DIGEST},
    },
    "key": "1f3a9c0e5d7b2846" * 4,
    "signature": "9ab04c7de1526f38" * 8,
}

AUDIT: Final[dict[str, Example]] = {
    "one": {
        "summary": "A consent was withdrawn",
        "value": {
            "entries": [
                {
                    "seq": 4712,
                    "at": "2026-03-05T09:00:00Z",
                    "actor": "key:web-shop",
                    "action": "record",
                    "counts": {"recorded": 1, "withdrawal": 1, "splits": 1},
                    "receipts": [_ID],
                    "digest": _DIGEST,
                }
            ],
            "cursor": 4712,
            "more": False,
        },
    },
}

VERIFICATION: Final[dict[str, Example]] = {
    "whole": {
        "summary": "Nothing was tampered with",
        "value": {"whole": True, "entries": 4712, "digest": _DIGEST, "broken_at": None, "problem": None},
    },
    "broken": {
        "summary": "An entry was changed",
        "value": {
            "whole": False,
            "entries": 1000,
            "digest": _DIGEST,
            "broken_at": 1001,
            "problem": "entry 1001: it was changed",
        },
    },
}

RECEIPT: Final[dict[str, Example]] = {"withdrawal": {"summary": "Of a withdrawal", "value": SIGNED}}
