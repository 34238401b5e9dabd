"""Examples of the calls on decisions and closes, for OpenAPI. Must not hold anything of real people."""

from typing import Any, Final

from fastapi.openapi.models import Example

from api.examples_of_accounts import SIGNED

DECISIONS: Final[dict[str, Example]] = {
    "never": {
        "summary": "Two people, whatever they share",
        "value": {
            "ruling": "never_link",
            "identifiers": ["member_card:M-0001", "member_card:M-0002"],
            "by": "service desk",
            "reason": "twins with one address",
        },
    },
    "same": {
        "summary": "One person",
        "value": {"ruling": "same_person", "identifiers": ["member_card:M-0001", "email:li@example.com"], "basis": "contract"},
    },
    "reverse": {
        "summary": "Taken back",
        "value": {"ruling": "reverse", "identifiers": ["member_card:M-0001", "member_card:M-0002"]},
    },
}
CLOSES: Final[dict[str, Example]] = {
    "pair": {
        "summary": "The number no longer belongs to that account",
        "value": {"identifiers": ["openid@wxShop:o-example-1", "phone:13800000001"], "reason": "number given up"},
    },
    "all": {"summary": "All links of a number that changed hands", "value": {"identifiers": ["phone:13800000001"]}},
}
_RECEIPT: Final[dict[str, Any]] = {
    **SIGNED,
    "receipt": {**SIGNED["receipt"], "deeds": [{"what": "never_link"}], "ended_links": {}},
}
TAKEN: Final[dict[str, Example]] = {"one": {"summary": "It is worked in", "value": {"receipt": _RECEIPT}}}
TAKEN_BEFORE: Final[dict[str, Example]] = {
    "one": {
        "summary": "Two who must not be one",
        "value": {
            "decisions": [
                {
                    "ruling": "never_link",
                    "a": "member_card:M****1",
                    "b": "member_card:M****2",
                    "own_ids": ["0199aa3e-6c00-7a10-8000-3f5a9c2b7d41", "0199aa3e-6c00-7a10-8040-91b6e07c2f58"],
                    "at": "2026-03-05T09:00:00Z",
                    "by": "service desk",
                    "reason": "twins with one address",
                    "source": None,
                    "recorded": "2026-03-05T09:00:00Z",
                }
            ]
        },
    },
}
CONFLICTS: Final[dict[str, Example]] = {
    "one": {
        "summary": "Two cards on one phone",
        "value": {
            "purpose": "service",
            "conflicts": [
                {
                    "a": "0199aa3e-6c00-7a10-8000-3f5a9c2b7d41",
                    "b": "0199aa3e-6c00-7a10-8040-91b6e07c2f58",
                    "a_identifier": "phone:138****0001",
                    "b_identifier": "member_card:M****2",
                    "reason": "unique",
                    "clash": ["member_card:M****1", "member_card:M****2"],
                    "first_seen": "2026-03-01T08:00:00Z",
                    "last_seen": "2026-03-05T08:00:00Z",
                    "count": 3,
                }
            ],
            "cursor": None,
        },
    },
}
CONFLICT_DECISIONS: Final[dict[str, Example]] = {
    "reject": {
        "summary": "They are two people",
        "value": {
            "a": "0199aa3e-6c00-7a10-8000-3f5a9c2b7d41",
            "b": "0199aa3e-6c00-7a10-8040-91b6e07c2f58",
            "ruling": "never_link",
            "reason": "twins with one phone",
        },
    },
}
PROPOSALS: Final[dict[str, Example]] = {
    "one": {
        "summary": "The phone of a shop",
        "value": {
            "purpose": "service",
            "total": 1,
            "proposals": [
                {
                    "own_id": "0199aa3e-6c00-7a10-8040-91b6e07c2f58",
                    "identifier": "phone:138****0009",
                    "what": "mass_value",
                    "linked": 212,
                    "first_seen": "2026-03-01T08:00:00Z",
                    "last_seen": "2026-03-05T08:00:00Z",
                    "advice": "It joins nobody while more people have it than max_holders allows. To accept that, do nothing. "
                    "No decision makes it somebody's: raise max_holders in the policy, or close the links that were wrong.",
                }
            ],
        },
    },
}
