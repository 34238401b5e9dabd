"""Examples of policies, for OpenAPI."""

from typing import Any, Final

from fastapi.openapi.models import Example

from graph.policy import from_mapping, written

_POLICY: Final[dict[str, Any]] = {
    "namespaces": {
        "member_card": {"rank": 1, "unique": True},
        "phone": {"rank": 3, "normalise": "phone", "mask": "phone", "max_holders": 4},
        "email": {"rank": 4, "normalise": "lower", "mask": "email"},
        "phone_sha256": {"hash_of": "phone"},
        "email_sha256": {"hash_of": "email"},
        "cookie": {"rank": 9, "kind": "device"},
    },
    "purposes": {"service": ["contract"], "marketing": []},
}
_MADE: Final = from_mapping(_POLICY)

POLICIES: Final[dict[str, Example]] = {"one": {"summary": "Phones that many share join nobody", "value": {"policy": _POLICY}}}
STANDING: Final[dict[str, Example]] = {
    "one": {
        "summary": "A third of the store has followed",
        "value": {
            "version": _MADE.version,
            "policy": written(_MADE),
            "changing": True,
            "done": 42000,
            "total": 126000,
        },
    }
}
TRIED: Final[dict[str, Example]] = {
    "one": {
        "summary": "One person would be two",
        "value": {
            "version": _MADE.version,
            "rules": [{"rule": "namespaces.phone.max_holders", "old": None, "new": 4}],
            "merges": 0,
            "splits": 1,
            "moves": 0,
            "conflicts": [],
            "affected_before": 1,
            "affected_after": 2,
            "before": [],
            "after": [],
        },
    }
}
