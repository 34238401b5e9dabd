"""The one table from error code to HTTP status and words, and the problems (RFC 9457) made of it. Never tells what a caller sent.

The page `/problems/<code>`, docs/reference/problems.md and the examples in OpenAPI come from the same table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from api.errors import Fault, InvalidRequestError, InvalidTokenError, NotReadyError, RateLimitedError
from api.rendering import Json
from graph.errors import RootidError


@dataclass(frozen=True, slots=True)
class Kind:
    """What one error code means: status, short title, meaning, and what the caller can do.

    `echoes`: the error's own text repeats words of the request, so `meaning` is told instead. `retry_after`: seconds.
    """

    status: int
    title: str
    meaning: str
    remedy: str
    echoes: bool = False
    retry_after: int | None = None


TABLE: Final[dict[str, Kind]] = {
    # what was asked can't be read
    "not_json": Kind(
        400,
        "The body is not JSON",
        "The body could not be read as JSON in UTF-8.",
        "Send one JSON object, encoded in UTF-8.",
    ),
    "unsupported_media_type": Kind(
        415,
        "The body is not declared as JSON",
        "A body is read only with `Content-Type: application/json`.",
        "Set the header `Content-Type: application/json`.",
    ),
    "body_too_large": Kind(
        413,
        "The body is too large",
        "The service reads bodies of at most 4 MiB; nothing of this one was recorded.",
        "Send several smaller batches.",
    ),
    "invalid_request": Kind(
        422,
        "The request is not of the form that the call asks for",
        "A field is missing, unknown, too long, or of another type; `errors` names each place. Nothing was recorded.",
        "Compare the request with the schema of the call in /openapi.json.",
    ),
    "idempotency_key": Kind(
        422,
        "The Idempotency-Key can't be used",
        "The header `Idempotency-Key` is longer than 255 characters or not of ASCII, or within the last day it named another "
        "request. Nothing was recorded.",
        "Make a new key, such as a UUID, for each new request; send the same one only with the same body.",
    ),
    "unknown_route": Kind(
        404,
        "Nothing is served here",
        "No call of this service has this path.",
        "See /openapi.json for the calls that there are.",
    ),
    "method_not_allowed": Kind(
        405,
        "The path is not served with this method",
        "The path is known, but not with this method; the header `Allow` says which are.",
        "Use one of the methods in `Allow`.",
    ),
    "unauthorized": Kind(
        401,
        "Nobody who is known calls",
        "The service asks for an API key or a token, and the request presents none that is live.",
        "Send `Authorization: Bearer rk_…` with a key that an operator made (`rootid keys make`); or, where the service believes "
        "an OpenID provider, `Authorization: Bearer …` with a token that it made for this service.",
    ),
    "invalid_token": Kind(
        401,
        "The token doesn't hold",
        "The token was not signed by the OpenID provider that the service believes, was made for another service, has expired, "
        "is not good yet, or names no subject; the detail says which.",
        "Get a new one from the provider, for the audience of this service.",
    ),
    "forbidden": Kind(
        403,
        "The caller may not do this",
        "The key or token doesn't hold the scope that the call asks for; or the service has no API keys, and then it answers "
        "only callers on its own machine that address it as localhost.",
        "Use one with that scope. Without keys, call from the machine that the service runs on, as 127.0.0.1 or localhost.",
    ),
    "purpose_not_allowed": Kind(
        403,
        "The caller may not ask for this purpose",
        "The key or token is held to some purposes, and the call names another one, or takes another one by default.",
        "Name a purpose that it holds, or use one that holds this purpose.",
    ),
    "rate_limited": Kind(
        429,
        "Too many requests",
        "The key or subject has used up its requests for now, or too many wrong keys came from the address. Nothing was "
        "recorded.",
        "Try again after the time in `Retry-After`. `RateLimit` and `RateLimit-Policy` tell how much is left.",
        retry_after=1,
    ),
    # what was asked can't be done
    "invalid_input": Kind(
        422,
        "The input can't be read as what it claims to be",
        "A value has the right place but the wrong form.",
        "Correct the value; the detail says which field.",
    ),
    "invalid_identifier": Kind(
        422,
        "Not an identifier",
        "An identifier has no value, a value of the wrong form for its namespace, or no namespace.",
        "Write it `namespace:value` or `namespace@scope:value`, with a value that the policy's rules for the namespace accept.",
    ),
    "undeclared_namespace": Kind(
        422,
        "The policy doesn't declare the namespace",
        "An identifier names a namespace that the policy doesn't declare.",
        "Use a declared namespace, or declare it in the policy. (A value that holds a colon needs its namespace before it.)",
        echoes=True,
    ),
    "contradiction": Kind(
        422,
        "The sighting contradicts itself",
        "The sighting names two values of a namespace of which one person has one; it is rejected whole.",
        "Send what was seen of each person as a sighting of its own.",
    ),
    "future_time": Kind(
        422,
        "The event lies in the future",
        "The event time is more than five minutes ahead of the service's clock.",
        "Correct the clock or the zone of the source; a time without a zone is taken as UTC.",
    ),
    "invalid_decision": Kind(
        422,
        "The decision can't be taken",
        "A decision is on two different identifiers, and `same_person` on two of persons.",
        "Name two identifiers; for `same_person` no device and no attribute.",
    ),
    "unknown_purpose": Kind(
        422,
        "The policy has no such purpose",
        "The request names a purpose that the policy doesn't have.",
        "Use a purpose of the policy (`rootid policy` shows them).",
        echoes=True,
    ),
    "unknown_consent": Kind(
        404,
        "No such consent",
        "No consent on record has this id.",
        "Record the consent first, or correct its id.",
        echoes=True,
    ),
    "unknown_api_key": Kind(
        404,
        "No such API key",
        "No live API key has this name or id.",
        "`rootid keys list` shows the keys.",
    ),
    "unknown_root": Kind(
        404,
        "No such root",
        "No identifier on record carries this id, now or as a former root-ID.",
        "Look the identifiers up again.",
    ),
    "not_scored": Kind(
        404,
        "Nobody was scored yet",
        "The network of this purpose was never scored, so there is nothing to rank people by.",
        "Run `rootid referrers score`, now and then.",
    ),
    "stale_cursor": Kind(
        409,
        "The cursor is of an earlier scoring",
        "The network was scored anew since the page before was answered; the pages wouldn't fit each other.",
        "Begin again without a cursor.",
    ),
    "stopped": Kind(
        409,
        "The job was stopped",
        "A job ended before it was done, because it was told to. What was there before stays in place.",
        "Run it again.",
    ),
    "unknown_identifier": Kind(
        404,
        "The identifier is not on record",
        "Nothing is on record of this identifier.",
        "Correct it, or name another identifier of the same person.",
    ),
    "unknown_receipt": Kind(
        404,
        "No such receipt",
        "No receipt on record has this id.",
        "Use the `receipt_id` of the answer that the receipt was given with.",
    ),
    "invalid_receipt": Kind(
        422,
        "The receipt doesn't hold",
        "The receipt was changed, was signed with another key, or is no receipt.",
        "Compare it with the receipt on record, and the key with what `rootid receipt key` prints.",
    ),
    "gone_root": Kind(
        410,
        "The root was erased",
        "The identifier that carried this id was erased, and nobody of its person is left to answer for it.",
        "Forget the id. It never answers again.",
    ),
    "erased": Kind(
        409,
        "The identifier was erased",
        "The event is from before the erasure of an identifier that it names; it is refused whole.",
        "Drop the event. What is seen after the erasure is a new identifier.",
    ),
    "policy_changed": Kind(
        409,
        "The store was resolved under another policy",
        "The policy differs from the one that the store was resolved under.",
        "Leave the policy away to go on with the one on record; `rootid policy apply` puts the store under another one.",
    ),
    "invalid_policy": Kind(
        422,
        "The policy can't be used",
        "The policy is not of the form that a policy has.",
        "`rootid policy check FILE` says what is wrong, one line each.",
        echoes=True,
    ),
    "invalid_scenario": Kind(
        422,
        "The scenario can't be read",
        "The scenario is not of the form that a scenario has.",
        "`rootid check FILE` names the place.",
        echoes=True,
    ),
    # what the service can't do now, or at all
    "internal": Kind(
        500,
        "The service failed",
        "Something unexpected happened. What was asked may not have been done.",
        "Try again: writes that name an `event_id` are never recorded twice. If it stays, report the `request_id`.",
    ),
    "reading_ended": Kind(
        500,
        "A process that reads a file was ended",
        "The process that reads a file ahead of the import was ended from outside, as by a lack of memory.",
        "Run the import again: what is on record already is not recorded twice.",
    ),
    "undelivered": Kind(
        500,
        "A delivery was not taken",
        "The receiver of a webhook didn't answer, or not with 2xx, as often as it was tried.",
        "See to the receiver, and deliver again: the delivery begins with what was not taken.",
    ),
    "store_mismatch": Kind(
        500,
        "The store doesn't fit the service",
        "The store was made by another schema version or with another HMAC key.",
        "An operator must upgrade the store or give the right key.",
    ),
    "open_service": Kind(
        500,
        "The service would be open to the network",
        "Without API keys the service starts only on a loopback address.",
        "Bind it to 127.0.0.1; or, where a gateway keeps callers out, set ROOTID_ALLOW_OPEN=1.",
    ),
    "store_unavailable": Kind(
        503,
        "The store is not available",
        "The store can't be reached, opened or written. Nothing was recorded.",
        "Try again after the time in `Retry-After`.",
        retry_after=5,
    ),
    "issuer_unavailable": Kind(
        503,
        "The issuer of tokens is not available",
        "The service can't reach the OpenID provider for its public keys, so that it can't judge a token. API keys are "
        "not concerned.",
        "Try again after the time in `Retry-After`.",
        retry_after=5,
    ),
    "store_busy": Kind(
        503,
        "The store is busy",
        "Another writer held the store for longer than the time allowed. Nothing was recorded.",
        "Try again after the time in `Retry-After`; that is safe.",
        retry_after=1,
    ),
    "overloaded": Kind(
        503,
        "The service has too much to do",
        "The worker has as much to do as it can. Nothing was recorded.",
        "Try again after the time in `Retry-After`; that is safe.",
        retry_after=1,
    ),
    "deadline": Kind(
        504,
        "The request took too long",
        "The request took longer than the service allows, or than `Prefer: wait=` (seconds) says that the caller waits. "
        "A write may still have been recorded.",
        "Try again: writes that name an `event_id` are never recorded twice. Send smaller batches if it stays.",
        retry_after=1,
    ),
    "store_interrupted": Kind(
        503,
        "The store gave up in the middle",
        "The store gave up a transaction, and went on doing so when it was tried again. Nothing was recorded.",
        "Try again after the time in `Retry-After`; that is safe.",
        retry_after=1,
    ),
    "not_ready": Kind(
        503,
        "The service is not ready",
        "Something that the service needs is not ready; `not_ready` names it.",
        "Send requests elsewhere, and ask again after the time in `Retry-After`.",
        retry_after=1,
    ),
}


def kind_of(code: str) -> Kind:
    """The row of a code; that of `internal` for a code that has none."""
    return TABLE.get(code) or TABLE["internal"]


def told(code: str, message: str) -> str:
    """The text of an error that a caller may read."""
    kind = kind_of(code)
    return kind.meaning if kind.echoes or kind.status >= 500 else message


def item_problem(code: str, message: str) -> dict[str, str]:
    """The problem of one item of a batch, which has no status of its own."""
    return {"type": f"/problems/{code}", "title": kind_of(code).title, "code": code, "detail": told(code, message)}


def body(code: str, message: str, request_id: str, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The members of a problem."""
    known = code if code in TABLE else "internal"
    kind = TABLE[known]
    return {
        "type": f"/problems/{known}",
        "title": kind.title,
        "status": kind.status,
        "detail": told(known, message),
        "code": known,
        "request_id": request_id,
        **(extra or {}),
    }


class ProblemJson(Json):
    """A body of `application/problem+json`."""

    media_type = "application/problem+json"


def response(error: RootidError, request_id: str, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to a request that failed with an error of the tree."""
    kind = kind_of(error.code)
    content = body(error.code, error.message, request_id, _extra(error))
    return ProblemJson(content, status_code=kind.status, headers={**(headers or {}), **_headers(error, kind)})


def _headers(error: RootidError, kind: Kind) -> dict[str, str]:
    wait = error.wait if isinstance(error, RateLimitedError) else kind.retry_after
    retry = {} if wait is None else {"Retry-After": str(wait)}
    if kind.status != 401:
        return retry
    why = ', error="invalid_token"' if isinstance(error, InvalidTokenError) else ""
    return {**retry, "WWW-Authenticate": f'Bearer realm="rootid"{why}'}


def _extra(error: RootidError) -> dict[str, Any]:
    if isinstance(error, InvalidRequestError):
        return {"errors": [_fault(fault) for fault in error.faults]}
    if isinstance(error, NotReadyError):
        return {"not_ready": list(error.missing)}
    return {}


def _fault(fault: Fault) -> dict[str, str]:
    place = "pointer" if fault.place == "body" else "parameter"
    return {place: fault.at, "detail": fault.text}
