"""Examples of explanations, devices and what-if, for OpenAPI. Must not hold anything of real people."""

from typing import Any, Final

from fastapi.openapi.models import Example

_SHOP: Final = "0199aa3e-6c00-7a10-8000-3f5a9c2b7d41"
_PHONE: Final = "0199aa3e-6c00-7a10-8040-91b6e07c2f58"
_CARD: Final = "0199ab72-1f40-7333-8000-5d20c84e6a97"
_POLICY: Final = "5f0c2b9a7e14d368"
_WHEN: Final = "2026-03-01T08:00:00Z"


def _named(own_id: str, namespace: str, mask: str, scope: str = "") -> dict[str, Any]:
    return {"own_id": own_id, "namespace": namespace, "scope": scope, "mask": mask, "kind": "person"}


_OPENID: Final = _named(_SHOP, "openid", "o-****1", "wxShop")
_NUMBER: Final = _named(_PHONE, "phone", "138****0001")
_MEMBER: Final = _named(_CARD, "member_card", "M****1")

QUESTIONS: Final[dict[str, Example]] = {
    "now": {"summary": "Now", "value": {"identifiers": ["openid@wxShop:o-example-1", "phone:13800000001"]}},
    "then": {
        "summary": "As it was on a day, by what was known the day after",
        "value": {
            "identifiers": ["phone:13800000001", "member_card:M-0001"],
            "purpose": "service",
            "as_of": "2026-03-01",
            "known_at": "2026-03-02",
        },
    },
}

_HOP: Final = {
    "a": _SHOP,
    "b": _PHONE,
    "verdict": "accepted",
    "reason": None,
    "clash": None,
    "made_by": "sightings",
    "first_seen": _WHEN,
    "last_seen": _WHEN,
    "count": 1,
    "sources": ["wx-shop"],
    "backings": [{"consent_id": "consent-1", "notice": "privacy-2026-01", "basis": None}],
    "bridge": True,
    "cut_off": [_PHONE],
}
_ABOUT: Final = {"purpose": "service", "policy": _POLICY, "as_of": "2026-03-10T12:00:00Z"}

EXPLANATIONS: Final[dict[str, Example]] = {
    "path": {
        "summary": "One person",
        "value": {
            "together": True,
            "why": "path",
            "words": [
                "They are one person.",
                "The shortest path has 1 link.",
                "openid@wxShop:o-****1 – phone:138****0001: accepted; seen together 1×, 2026-03-01, by wx-shop; rests on consent "
                "consent-1 (notice privacy-2026-01). Without it 1 identifier would fall away.",
            ],
            **_ABOUT,
            "identifiers": [_OPENID, _NUMBER],
            "hops": [_HOP],
            "distance": 1,
            "never": [],
            "elsewhere": [],
        },
    },
    "nothing": {
        "summary": "Nothing links them",
        "value": {
            "together": False,
            "why": "nothing",
            "words": ["No evidence leads from one to the other."],
            **_ABOUT,
            "identifiers": [_NUMBER, _MEMBER],
            "hops": [],
            "distance": None,
            "never": [],
            "elsewhere": ["marketing"],
        },
    },
}

DEVICES: Final[dict[str, Example]] = {
    "device": {"summary": "Whose visit was it?", "value": {"device": "cookie:c-example-7", "at": _WHEN}},
}
ON_DEVICE: Final[dict[str, Example]] = {
    "proven": {
        "summary": "A person was seen on it",
        "value": {"status": "resolved", "root_id": _SHOP, "own_id": _PHONE, "proven": True, "seen": _WHEN},
    },
    "last login": {
        "summary": "By last login only",
        "value": {"status": "resolved", "root_id": _SHOP, "own_id": _CARD, "proven": False, "seen": None},
    },
}

TRIALS: Final[dict[str, Example]] = {
    "sighting": {
        "summary": "Would this order join two people?",
        "value": {"events": [{"see": ["member_card:M-0001", "phone:13800000001"], "basis": "contract"}]},
    },
    "withdrawal": {
        "summary": "What would fall apart?",
        "value": {"events": [{"withdraw": {"subject": "phone:13800000001", "purpose": "service"}}]},
    },
}
TRIED: Final[dict[str, Example]] = {
    "merge": {
        "summary": "Two roots would become one",
        "value": {
            "recorded": 1,
            "duplicates": 0,
            "rejected": 0,
            "merges": 1,
            "splits": 0,
            "moves": 0,
            "outcomes": [{"status": "recorded", "blocked": 0, "parked": 0, "problem": None}],
            "shifts": [{"purpose": "service", "kind": "merge", "root_id": _CARD, "others": [_PHONE]}],
            "conflicts": [],
            "affected_before": 2,
            "affected_after": 1,
            "before": [
                {"purpose": "service", "root_id": _CARD, "members": [_MEMBER]},
                {"purpose": "service", "root_id": _PHONE, "members": [_NUMBER]},
            ],
            "after": [{"purpose": "service", "root_id": _CARD, "members": [_MEMBER, _NUMBER]}],
        },
    },
}
