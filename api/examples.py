"""Examples of every call, for OpenAPI. Must not hold anything of real people.

Identifiers are of the default policy; a test sends each request to the API and reads each answer by its schema.
"""

from collections.abc import Mapping
from typing import Any, Final

from fastapi.openapi.models import Example

_SHOP: Final = "0199aa3e-6c00-7a10-8000-3f5a9c2b7d41"
_PHONE: Final = "0199aa3e-6c00-7a10-8040-91b6e07c2f58"
_VISITOR: Final = "0199ab72-1f40-7333-8000-5d20c84e6a97"
_POLICY: Final = "5f0c2b9a7e14d368"


SVG: Final = "image/svg+xml"


def of_answer(examples: Mapping[str, Example]) -> dict[str, Any]:
    """The documentation of a JSON answer by its examples."""
    return {"content": {"application/json": {"examples": dict(examples)}}}


def drawn(answer: Mapping[str, Any], pictures: Mapping[str, Example]) -> dict[str, Any]:
    """The same where it may be a picture (SVG) too."""
    return {"content": {**answer["content"], SVG: {"schema": {"type": "string"}, "examples": dict(pictures)}}}


LOOKUPS: Final[dict[str, Example]] = {
    "one": {
        "summary": "Who has this phone number?",
        "value": {"lookups": [{"identifiers": ["phone:13800000001"]}]},
    },
    "several": {
        "summary": "A visitor with two identifiers, and another with one",
        "value": {
            "lookups": [
                {"identifiers": ["openid@wxShop:o-example-1", "phone:138 0000 0001"]},
                {"identifiers": ["cookie:c-example-7"]},
            ],
        },
    },
    "then": {
        "summary": "Who had this phone number on 1 March?",
        "value": {"as_of": "2026-03-01", "lookups": [{"identifiers": ["phone:13800000001"]}]},
    },
}

LOOKUP_ANSWERS: Final[dict[str, Example]] = {
    "resolved": {
        "summary": "One is known, one isn't, one can't be read",
        "value": {
            "purpose": "service",
            "policy": _POLICY,
            "answers": [
                {
                    "status": "resolved",
                    "root_id": _SHOP,
                    "own_id": _PHONE,
                    "proven": True,
                    "matched": {"namespace": "phone", "scope": "", "mask": "138****0001"},
                    "disagreeing": [],
                    "problem": None,
                },
                {
                    "status": "unknown",
                    "root_id": None,
                    "own_id": None,
                    "proven": False,
                    "matched": None,
                    "disagreeing": [],
                    "problem": None,
                },
                {
                    "status": "invalid",
                    "root_id": None,
                    "own_id": None,
                    "proven": False,
                    "matched": None,
                    "disagreeing": [],
                    "problem": {
                        "type": "/problems/invalid_identifier",
                        "title": "Not an identifier",
                        "code": "invalid_identifier",
                        "detail": "phone: not a phone number",
                    },
                },
            ],
        },
    },
}

_SIGHTING: Final = {
    "see": ["openid@wxShop:o-example-1", "phone:13800000001"],
    "at": "2026-03-01T08:00:00Z",
    "source": "wx-shop",
    "event_id": "order-1001",
    "consent": "consent-1",
}

SIGHTINGS: Final[dict[str, Example]] = {
    "one": {
        "summary": "An order names an openid and a phone number",
        "value": {"sightings": [_SIGHTING]},
    },
    "several": {
        "summary": "A visit, and later the login",
        "value": {
            "sightings": [
                {"see": ["cookie:c-example-7", "oaid:d-example-3"], "at": "2026-03-02T10:00:00+08:00", "session": "s-1"},
                {"see": ["cookie:c-example-7", "member_card:M-0001"], "at": "2026-03-02T10:05:00+08:00", "session": "s-1"},
            ],
        },
    },
}

EVENTS: Final[dict[str, Example]] = {
    "consent": {
        "summary": "A consent, and a sighting that it covers",
        "value": {
            "events": [
                {
                    "consent": "consent-1",
                    "purposes": ["service"],
                    "subject": "phone:13800000001",
                    "at": "2026-03-01T07:59:00Z",
                    "expires": "2028-03-01T00:00:00Z",
                    "notice": "privacy-2026-01",
                },
                _SIGHTING,
            ],
        },
    },
    "withdraw": {"summary": "The consent is withdrawn", "value": {"events": [{"withdraw": "consent-1"}]}},
    "withdraw one purpose": {
        "summary": "One purpose is withdrawn from everything that the person allowed so far",
        "value": {"events": [{"withdraw": {"subject": "phone:13800000001", "purpose": "service"}}]},
    },
    "close": {
        "summary": "The phone number no longer belongs to that account",
        "value": {"events": [{"close": ["openid@wxShop:o-example-1", "phone:13800000001"]}]},
    },
    "never_link": {
        "summary": "A person ruled that these are two people",
        "value": {
            "events": [
                {
                    "never_link": ["member_card:M-0001", "member_card:M-0002"],
                    "by": "service desk",
                    "reason": "twins with one address",
                }
            ]
        },
    },
    "same_person": {
        "summary": "A person ruled that these are one",
        "value": {
            "events": [
                {"same_person": ["member_card:M-0001", "email:li@example.com"], "by": "service desk", "consent": "consent-1"}
            ]
        },
    },
    "reverse": {
        "summary": "The ruling is taken back",
        "value": {"events": [{"reverse": ["member_card:M-0001", "member_card:M-0002"], "by": "service desk"}]},
    },
    "refer": {
        "summary": "A member brought a friend",
        "value": {"events": [{"refer": ["member_card:M-0001", "phone:13800000002"], "campaign": "spring", "code": "SPRING-1"}]},
    },
}

RECEIPTS: Final[dict[str, Example]] = {
    "recorded": {
        "summary": "One was recorded and joined two roots, one was on record, one contradicts itself",
        "value": {
            "recorded": 1,
            "duplicates": 1,
            "rejected": 1,
            "merges": 1,
            "splits": 0,
            "moves": 0,
            "cursor": 17,
            "receipt_id": None,
            "outcomes": [
                {"status": "recorded", "blocked": 0, "parked": 0, "problem": None},
                {"status": "duplicate", "blocked": 0, "parked": 0, "problem": None},
                {
                    "status": "rejected",
                    "blocked": 0,
                    "parked": 0,
                    "problem": {
                        "type": "/problems/contradiction",
                        "title": "The sighting contradicts itself",
                        "code": "contradiction",
                        "detail": "two values of the unique namespace 'member_card'",
                    },
                },
            ],
        },
    },
}

ROOT_IDS: Final[dict[str, Example]] = {"root": {"summary": "A root-ID", "value": _SHOP}}

ROOTS: Final[dict[str, Example]] = {
    "root": {
        "summary": "A person with an openid and a phone number",
        "value": {
            "root_id": _SHOP,
            "purpose": "service",
            "policy": _POLICY,
            "members": [
                {
                    "own_id": _SHOP,
                    "namespace": "openid",
                    "scope": "wxShop",
                    "mask": "o-****1",
                    "kind": "person",
                    "first_seen": "2026-03-01T08:00:00Z",
                    "last_seen": "2026-03-01T08:00:00Z",
                    "leader": True,
                },
                {
                    "own_id": _PHONE,
                    "namespace": "phone",
                    "scope": "",
                    "mask": "138****0001",
                    "kind": "person",
                    "first_seen": "2026-03-01T08:00:00Z",
                    "last_seen": "2026-03-01T08:00:00Z",
                    "leader": False,
                },
            ],
            "links": [
                {
                    "a": _SHOP,
                    "b": _PHONE,
                    "verdict": "accepted",
                    "reason": None,
                    "first_seen": "2026-03-01T08:00:00Z",
                    "last_seen": "2026-03-01T08:00:00Z",
                    "count": 1,
                }
            ],
        },
    },
}

MOVED_ROOTS: Final[dict[str, Example]] = {"moved": {"summary": "It merged into another", "value": {"root_id": _SHOP}}}

CHANGES: Final[dict[str, Example]] = {
    "merge": {
        "summary": "A visitor turned out to be a customer",
        "value": {
            "changes": [
                {
                    "seq": 17,
                    "at": "2026-03-02T02:05:00Z",
                    "purpose": "service",
                    "kind": "merge",
                    "root_id": _SHOP,
                    "others": [_VISITOR],
                    "joined": {},
                    "policy": _POLICY,
                    "cause": "record",
                }
            ],
            "cursor": 17,
            "more": False,
        },
    },
    "none": {"summary": "Nothing changed since", "value": {"changes": [], "cursor": 17, "more": False}},
}

STREAM: Final[dict[str, Example]] = {
    "one": {
        "summary": "A merge, and a beat after it",
        "value": 'id: 17\nevent: merge\ndata: {"seq":17,"kind":"merge", …}\n\n: beat\n\n',
    },
}

HISTORIES: Final[dict[str, Example]] = {
    "one": {
        "summary": "A visitor who turned out to be a customer",
        "value": {
            "own_id": _VISITOR,
            "root_id": _SHOP,
            "purpose": "service",
            "steps": [
                {
                    "seq": None,
                    "at": "2026-03-02T02:00:00Z",
                    "kind": "began",
                    "others": [],
                    "cause": None,
                    "text": "an identifier was named for the first time",
                },
                {
                    "seq": 17,
                    "at": "2026-03-02T02:05:00Z",
                    "kind": "merge",
                    "others": [_SHOP],
                    "cause": "record",
                    "text": f"went into {_SHOP}, by what was seen",
                },
            ],
        },
    },
}

LIVE: Final[dict[str, Example]] = {"live": {"value": {"status": "live"}}}
READY: Final[dict[str, Example]] = {"ready": {"value": {"status": "ready", "ready": ["store"]}}}
