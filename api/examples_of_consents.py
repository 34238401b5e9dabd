"""Examples of the calls on consents, for OpenAPI. Must not hold anything of real people."""

from typing import Any, Final

from fastapi.openapi.models import Example

from api.examples_of_accounts import SIGNED

GRANTS: Final[dict[str, Example]] = {
    "one": {
        "summary": "At the counter, for a coffee",
        "value": {
            "consent": "consent-7",
            "purposes": ["service", "marketing"],
            "subject": "phone:13800000001",
            "expires": "2030-03-01T00:00:00Z",
            "notice": "privacy-2026-01",
            "language": "zh-CN",
            "basis": "consent",
            "jurisdiction": "CN",
            "controller": "Example Coffee",
            "channel": "counter",
            "evidence": "scan 8812",
            "in_exchange_for": "a coffee",
        },
    },
}
RENEWALS: Final[dict[str, Example]] = {
    "one": {
        "summary": "For five years more, under a new notice",
        "value": {"consent": "consent-1", "expires": "2031-03-01T00:00:00Z", "notice": "privacy-2027-01"},
    },
}
RECEIPT_QUESTIONS: Final[dict[str, Example]] = {"one": {"summary": "One that came in a file", "value": {"consent": "consent-1"}}}
WITHDRAWALS: Final[dict[str, Example]] = {
    "consent": {"summary": "One consent, whole", "value": {"consent": "consent-1", "channel": "mini program"}},
    "purpose": {
        "summary": "One purpose, in all consents of a person",
        "value": {"subject": "phone:13800000001", "purpose": "marketing"},
    },
}
QUESTIONS: Final[dict[str, Example]] = {
    "consent": {"summary": "One", "value": {"consent": "consent-1"}},
    "subject": {"summary": "All of a person", "value": {"subject": "phone:13800000001"}},
}

_CONSENT: Final[dict[str, Any]] = {
    "consent": "consent-1",
    "states": {"service": "given", "marketing": "given"},
    "grants": [
        {
            "at": "2026-03-01T07:59:00Z",
            "expires": "2030-03-01T00:00:00Z",
            "purposes": ["service", "marketing"],
            "subject": "phone:138****0001",
            "notice": "privacy-2026-01",
            "language": "zh-CN",
            "basis": "consent",
            "jurisdiction": "CN",
            "controller": "Example Coffee",
            "channel": "counter",
            "evidence": "scan 8812",
            "in_exchange_for": "a coffee",
            "recorded": "2026-03-01T07:59:01Z",
        }
    ],
    "withdrawals": [],
}
_ENDED: Final[dict[str, Any]] = {
    **_CONSENT,
    "states": {"service": "withdrawn", "marketing": "withdrawn"},
    "withdrawals": [
        {
            "at": "2026-03-05T09:00:00Z",
            "purpose": None,
            "by_subject": False,
            "channel": "mini program",
            "reason": None,
            "recorded": "2026-03-05T09:00:00Z",
        }
    ],
}

GIVEN: Final[dict[str, Example]] = {"one": {"summary": "It is on record", "value": {"consent": _CONSENT, "receipt": SIGNED}}}
WITHDRAWN: Final[dict[str, Example]] = {"one": {"summary": "It is withdrawn", "value": {"consents": [_ENDED], "receipt": SIGNED}}}
CONSENTS: Final[dict[str, Example]] = {"one": {"summary": "One that counts", "value": {"consents": [_CONSENT]}}}
