"""Examples of reports, for OpenAPI. Must not hold anything of real people."""

from typing import Final

from fastapi.openapi.models import Example

_DIGEST: Final = "b7c1f6d20e3a9854b7c1f6d20e3a9854b7c1f6d20e3a9854b7c1f6d20e3a9854"

COMPLIANCE: Final[dict[str, Example]] = {
    "one": {
        "summary": "The first quarter",
        "value": {
            "at": "2026-04-01T09:00:00Z",
            "since": "2026-01-01T00:00:00Z",
            "until": "2026-04-01T00:00:00Z",
            "policy": "5f0c2b9a7e14d368",
            "roots": {"service": 81204, "marketing": 97311},
            "consents": [
                {
                    "purpose": "marketing",
                    "notice": "privacy-2026-01",
                    "live": 40112,
                    "expired": 310,
                    "withdrawn": 1204,
                }
            ],
            "withdrawals": {"count": 402, "p50": 0.021, "p95": 3.5, "longest": 86400.0},
            "tombstones": 31,
            "decisions": {"close": 12, "never_link": 40, "same_person": 7},
            "receipts": {"consent": 9120, "erasure": 8, "never_link": 40, "withdrawal": 402},
            "audit": {"whole": True, "entries": 4712, "digest": _DIGEST, "broken_at": None, "problem": None},
        },
    },
}
