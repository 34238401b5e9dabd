"""The OpenAPI document: the calls with their words, examples and every documented problem. Must not change how a call behaves."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from starlette.routing import BaseRoute

from api import common_words
from api.problems import TABLE, body
from api.schemas.conflicts import ConflictDecision
from api.schemas.consents import ConsentQuestion, Grant, ReceiptQuestion, Renewal, Withdrawal
from api.schemas.decisions import Close, Decision
from api.schemas.events import Events, Sighting, Sightings
from api.schemas.explanations import DeviceQuestion, ExplanationQuestion
from api.schemas.lookups import Lookups
from api.schemas.policies import PolicyQuestion
from api.schemas.problems import Problem
from api.schemas.rights import Correction, ErasureRequest, OptOut, Person
from api.schemas.trials import Trial
from graph.events import Event

TITLE: Final = "rootid"
DESCRIPTION: Final = """Consent-backed identity resolution: facts go in, root-IDs come out.

An **identifier** (子ID) is one sub-ID: a namespace, an optional scope, and a value; it is written `namespace:value` or
`namespace@scope:value`. A **sighting** says which identifiers were seen together. The service resolves all sightings into
**roots**: under each purpose an identifier belongs to one root, which answers with its **root-ID** (祖ID).

Identifiers travel in bodies only, never in a URL, and no answer holds the value of one. Every failure is a problem (RFC 9457):
switch on its `code`; `/problems` describes them all. Every answer has an `X-Request-ID`: the caller's own where one was sent (up
to 64 letters, digits, dots, dashes and underscores). A body has at most 4 MiB.

**Pages.** A list that may be long comes in pages: ask with `after=0`, then with the `cursor` of the page before, while `more` is
true. Cursors only grow; asking again with one answers the same records and those that came since.

**Repeating.** Every call may be repeated: what is on record already is a `duplicate`. A POST with an `Idempotency-Key` of yours
(up to 255 characters) that is repeated within a day is answered exactly as the first time, with `Idempotency-Replayed: true`.

**Reading again.** A GET below /v1 answers with an `ETag`; with it in `If-None-Match` the answer is an empty 304 while nothing
changed.

**Time.** A request takes at most 30 seconds, or as long as `Prefer: wait=N` says that you wait; then it is `deadline`. With
`overloaded`, `rate_limited` and every other problem that has a `Retry-After`, try again after so many seconds. A key with a rate
is told what is left in `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10).
"""
TAGS: Final = [
    {"name": "Lookup", "description": "From identifiers to root-IDs."},
    {"name": "Record", "description": "Facts go in."},
    {"name": "Consents", "description": "Who allowed what; as easy to take back as to give."},
    {"name": "Decisions", "description": "What humans rule."},
    {"name": "Explanations", "description": "Why, who was it then, and what if."},
    {"name": "Rights", "description": "What a person may ask for."},
    {"name": "Roots", "description": "What a root-ID stands for."},
    {"name": "Referrers", "description": "Who brings people, and whom."},
    {"name": "Changes", "description": "Which root-IDs answer differently since."},
    {"name": "Accounts", "description": "Who did what, and receipts for it."},
    {"name": "Policy", "description": "The rules that count, and changing them."},
    {"name": "Reports", "description": "On the whole store, and of nobody in particular."},
    {"name": "Health", "description": "For whatever watches the process."},
]

_MORE: Final[list[tuple[type[BaseModel], JsonSchemaMode]]] = [
    (Problem, "serialization"),
    (Lookups, "validation"),
    (Sightings, "validation"),
    (Sighting, "validation"),
    (Events, "validation"),
    (Event, "validation"),
    (Grant, "validation"),
    (Renewal, "validation"),
    (ReceiptQuestion, "validation"),
    (Withdrawal, "validation"),
    (ConsentQuestion, "validation"),
    (Decision, "validation"),
    (Close, "validation"),
    (ExplanationQuestion, "validation"),
    (DeviceQuestion, "validation"),
    (Trial, "validation"),
    (ConflictDecision, "validation"),
    (Person, "validation"),
    (Correction, "validation"),
    (ErasureRequest, "validation"),
    (OptOut, "validation"),
    (PolicyQuestion, "validation"),
]
_ITEMS: Final = (("Sightings", "sightings", "Sighting"), ("Events", "events", "Event"), ("Trial", "events", "Event"))
"""Batches whose items are read one by one (api.schemas.events), so that their model doesn't know the form of an item."""

_PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}
_ALWAYS: Final = ("internal", "store_unavailable")
_AT_THE_DOOR: Final = (
    "unauthorized",
    "invalid_token",
    "purpose_not_allowed",
    "rate_limited",
    "overloaded",
    "issuer_unavailable",
    "deadline",
)
_REQUEST_ID: Final = "0a7c2d9e41b84f1f9a55d0c7f3b6e218"


def refusals(*codes: str) -> dict[int | str, dict[str, Any]]:
    """Documented problems of a call, by status, each with an example.

    What can happen to any call comes with it; and with `forbidden`, what can happen to any call at the door.
    """
    by_status: dict[int | str, dict[str, Any]] = {}
    named = ("idempotency_key",) if "not_json" in codes else ()
    more = (*(_AT_THE_DOOR if "forbidden" in codes else ()), *named, *_ALWAYS)
    for code in dict.fromkeys((*codes, *more)):
        kind = TABLE[code]
        held = by_status.setdefault(
            kind.status,
            {"description": "", "content": {"application/problem+json": {"schema": _PROBLEM, "examples": {}}}},
        )
        held["description"] = f"{held['description']} {kind.title}.".strip()
        held["content"]["application/problem+json"]["examples"][code] = {
            "summary": kind.title,
            "value": body(code, kind.meaning, _REQUEST_ID, _EXTRAS.get(code)),
        }
        if kind.retry_after is not None:
            held["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return by_status


_EXTRAS: Final[dict[str, dict[str, Any]]] = {
    "invalid_request": {"errors": [{"pointer": "/lookups/0/identifiers", "detail": "is missing"}]},
    "not_ready": {"not_ready": ["store"]},
}


def install(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Serve the document, made once."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, routes)
        return app.openapi_schema

    app.openapi = document


def _document(app: FastAPI, routes: Sequence[BaseRoute]) -> dict[str, Any]:
    made = get_openapi(
        title=TITLE,
        version=app.version,
        summary="Who is one person, and by which consent.",
        description=DESCRIPTION,
        tags=TAGS,
        routes=app.routes,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    _, more = models_json_schema(_MORE, ref_template="#/components/schemas/{model}")
    schemas: dict[str, Any] = made["components"]["schemas"]
    schemas.update(more["$defs"])
    for batch, field, item in _ITEMS:
        schemas[batch]["properties"][field]["items"] = {"$ref": f"#/components/schemas/{item}"}
    _give_nulls_back(made, routes)
    common_words.put_in(made)
    return made


def _give_nulls_back(made: dict[str, Any], routes: Sequence[BaseRoute]) -> None:
    """`get_openapi` leaves out every null, in examples too, where it has a meaning."""
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                answers = made["paths"][route.path][method.lower()]["responses"]
                for status, given in route.responses.items():
                    for media, content in given.get("content", {}).items():
                        answers[str(status)]["content"][media]["examples"] = content["examples"]
