"""What the OpenAPI document says of many calls alike: who may call, how to repeat a write, how to read again. Decides nothing."""

from typing import Any, Final

from api.repeats import MOST
from graph.access import SCOPES, Scope

CALL_SCOPES: Final[dict[str, Scope]] = {
    **dict.fromkeys(("lookup", "explain", "who_was_on_device", "show_root", "list_changes", "stream_changes"), "lookup"),
    **dict.fromkeys(("show_history", "list_decisions", "show_receipt"), "lookup"),
    **dict.fromkeys(("record_sightings", "record_events", "what_if"), "write"),
    **dict.fromkeys(("grant_consent", "renew_consent", "withdraw_consent", "show_consents", "consent_receipt"), "consent"),
    **dict.fromkeys(("take_decision", "close_links"), "decide"),
    **dict.fromkeys(("list_conflicts", "list_proposals", "decide_conflict"), "decide"),
    **dict.fromkeys(("access_data", "export_data", "correct_data", "erase_data", "opt_out"), "admin"),
    **dict.fromkeys(("show_policy", "change_policy", "try_policy"), "admin"),
    **dict.fromkeys(("list_audit", "verify_audit", "report_compliance"), "admin"),
    **dict.fromkeys(("list_referrers", "show_fission"), "referrers"),
    "report_health": "analyse",
}
"""The scope that each call asks for, by its name. A test holds the door to it."""

SCHEMES: Final = {
    "api_key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, `rk_…`, that holds the scope named with the call. Without any key on record the service "
        f"answers its own machine only, and asks for none. Scopes: {', '.join(SCOPES)}.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the OpenID provider that the service believes, if it believes one.",
    },
}

_IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A name of yours for this request: repeated under it within a day, it is answered as the first time.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MOST, "pattern": "^[!-~]+$"},
    "example": "0d1c6f52-6d5e-4e0c-9b55-3f4f1c3a9e10",
}
_IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of an answer that you have.",
    "schema": {"type": "string", "pattern": '^"[0-9a-f]{24}"$'},
    "example": '"9f2c1a7be04d5c3388aa10f2"',
}
_ETAG: Final = {"description": "Names this answer.", "schema": {"type": "string"}}
_LIMITS: Final = {
    "RateLimit": {
        "description": "Requests left, and seconds until all are there again; for a caller with a rate.",
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {"description": "Requests in how many seconds.", "schema": {"type": "string"}},
}
_UNCHANGED: Final = {"description": "Nothing changed since the answer with this `ETag`.", "headers": {"ETag": _ETAG}}


def put_in(made: dict[str, Any]) -> None:
    """Say it in a document."""
    made["components"]["securitySchemes"] = SCHEMES
    for path, methods in made["paths"].items():
        for method, call in methods.items():
            scope = CALL_SCOPES.get(call["operationId"])
            if scope is None:
                call["security"] = []
                continue
            call["security"] = [{name: [scope]} for name in SCHEMES]
            answer = call["responses"]["200"]
            answer["headers"] = {**_LIMITS, **answer.get("headers", {})}
            if method == "post":
                call.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
            elif not path.endswith("/stream"):
                call.setdefault("parameters", []).append(_IF_NONE_MATCH)
                answer["headers"]["ETag"] = _ETAG
                call["responses"]["304"] = _UNCHANGED
