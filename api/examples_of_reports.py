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
HEALTH: Final[dict[str, Example]] = {
    "one": {
        "summary": "A family phone, and a till",
        "value": {
            "at": "2026-04-01T09:00:00Z",
            "purpose": "service",
            "policy": "5f0c2b9a7e14d368",
            "largest": [
                {
                    "root_id": "0199aa3e-6c00-7a10-8000-3f5a9c2b7d41",
                    "size": 9,
                    "persons": 7,
                    "namespaces": {"cookie": 2, "member_card": 1, "openid": 3, "phone": 3},
                    "links": 11,
                    "bridges": 2,
                }
            ],
            "mass_values": {"phone": 14},
            "shared_devices": {"cookie": 3, "oaid": 1},
            "most_linked": [{"identifier": "phone:138****0009", "what": "mass_value", "linked": 212}],
            "blocked": {"phone": 431},
            "parked": {},
            "without_consent": [{"namespace": "cookie", "looked_at": 4100, "unbacked": 1204}],
            "sources": [{"source": "till", "refused": 31, "sightings": 40}],
        },
    },
}
