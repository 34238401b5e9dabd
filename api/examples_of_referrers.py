"""Examples of the calls about who brings people, for OpenAPI. Must not hold anything of real people."""

from typing import Any, Final

from fastapi.openapi.models import Example

_ANN: Final[dict[str, Any]] = {
    "root_id": "0199aa3e-6c00-7a10-8000-3f5a9c2b7d41",
    "namespace": "member_card",
    "scope": "",
    "mask": "62****01",
}
_BOB: Final[dict[str, Any]] = {
    "root_id": "0199ab72-1f40-7333-8000-5d20c84e6a97",
    "namespace": "phone",
    "scope": "",
    "mask": "138****0002",
}

REFERRERS: Final[dict[str, Example]] = {
    "one": {
        "summary": "One who brought 12, and of whom more is to come",
        "value": {
            "purpose": "service",
            "metric": "will_refer",
            "scored_at": "2026-03-10T12:00:00Z",
            "referrers": [
                {
                    "rank": 1,
                    "person": _ANN,
                    "counted": 12,
                    "worth": 2388.0,
                    "will_refer": {"value": 3.8, "low": 2.1, "high": 5.6},
                    "network_under": {"value": 5.1, "low": 3.0, "high": 7.4},
                    "position": {
                        "direct": 12,
                        "second": 4,
                        "reach": 17,
                        "depth": 0,
                        "pagerank": 0.0211,
                        "bridge": 17.0,
                        "role": "hub",
                        "idle_share": 0.75,
                        "pattern": "star",
                        "recruited": False,
                    },
                    "evidence": {
                        "recent": 5,
                        "deeds": 9,
                        "by_referrals": 3.6,
                        "by_deeds": 0.2,
                        "below": 1.3,
                        "trust": 1.0,
                        "refunded": 1,
                    },
                    "relations": {"accepted": 13, "distinct": 12, "within_consent": 12, "descendants": 17},
                }
            ],
            "cursor": "4-1773144000000000-1",
        },
    },
}

TREE: Final[dict[str, Example]] = {
    "tree": {
        "summary": "A member who brought a friend",
        "value": {
            "purpose": "service",
            "scored_at": "2026-03-10T12:00:00Z",
            "whole": True,
            "nodes": [
                {
                    "person": _ANN,
                    "parent": None,
                    "depth": 0,
                    "at": None,
                    "campaign": None,
                    "direct": 1,
                    "reach": 1,
                    "hidden": 0,
                    "recruited": False,
                },
                {
                    "person": _BOB,
                    "parent": 0,
                    "depth": 1,
                    "at": "2026-03-02T02:00:00Z",
                    "campaign": "spring",
                    "direct": 0,
                    "reach": 0,
                    "hidden": 0,
                    "recruited": False,
                },
            ],
        },
    },
}

PICTURE: Final[dict[str, Example]] = {
    "tree": {
        "summary": "The same as a picture: who began is in the middle, each ring is a generation",
        "value": (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-108 -108 216 216" role="img">'
            "<title>Whom member_card:62****01 brought, and those below</title>"
            '<path d="M0.0 0.0Q0.0 20.5 0.0 62.0" fill="none" stroke="#cfc7b8"/>'
            '<g><title>member_card:62****01, brought 1, 1 below</title><circle cx="0.0" cy="0.0" r="4.5" fill="#7c2d12"/></g>'
            "<g><title>phone:138****0002, brought 0, 0 below, came 2026-03-02 (spring)</title>"
            '<circle cx="0.0" cy="62.0" r="3.2" fill="#c2410c"/></g></svg>'
        ),
    },
}
