"""Requests that can't be served: always a problem, and never a word of what was sent."""

import json
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from api.schemas.events import Event, Sighting
from api.schemas.lookups import Lookups
from api.validation import MOST_FAULTS, faults, sentence
from graph.errors import StoreBusyError, StoreError
from graph.service import Service

pytestmark = pytest.mark.anyio

SECRET = "13912345678"
JSON = {"content-type": "application/json"}


def in_json(body: Any) -> dict[str, Any]:
    return {"content": json.dumps(body), "headers": JSON}


BAD: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("GET", f"/v1/people/{SECRET}", {}, 404, "unknown_route"),
    ("GET", f"/{SECRET}?phone={SECRET}", {}, 404, "unknown_route"),
    ("GET", "/v1/lookup/", {}, 404, "unknown_route"),
    ("GET", "/v1/lookup", {"params": {"phone": SECRET}}, 405, "method_not_allowed"),
    ("DELETE", "/v1/changes", {}, 405, "method_not_allowed"),
    ("GET", f"/v1/roots/{SECRET}", {}, 422, "invalid_request"),
    ("GET", f"/v1/changes?after={SECRET}x", {}, 422, "invalid_request"),
    ("GET", f"/v1/changes?limit={SECRET}", {}, 422, "invalid_request"),
    ("POST", "/v1/lookup", {"content": f'{{"phone": "{SECRET}"', "headers": JSON}, 400, "not_json"),
    ("POST", "/v1/lookup", {"content": f"phone:{SECRET}", "headers": JSON}, 400, "not_json"),
    ("POST", "/v1/lookup", {"content": SECRET.encode("utf-16"), "headers": JSON}, 400, "not_json"),
    ("POST", "/v1/lookup", {"content": "[" * 100_000, "headers": JSON}, 400, "not_json"),
    ("POST", "/v1/sightings", {"content": '{"sightings":[{"see":["a:b"],"weight":NaN}]}', "headers": JSON}, 400, "not_json"),
    ("POST", "/v1/sightings", {"content": '{"sightings":[{"see":["a:\\ud800"]}]}', "headers": JSON}, 400, "not_json"),
    ("POST", "/v1/lookup", {"content": f"phone={SECRET}"}, 415, "unsupported_media_type"),
    ("POST", "/v1/lookup", {"data": {"phone": SECRET}}, 415, "unsupported_media_type"),
    ("POST", "/v1/lookup", {"content": b"", "headers": JSON}, 400, "not_json"),
    ("POST", "/v1/lookup", in_json(SECRET), 422, "invalid_request"),
    ("POST", "/v1/lookup", in_json([SECRET]), 422, "invalid_request"),
    ("POST", "/v1/lookup", in_json({SECRET: 1, "lookups": [{SECRET: [SECRET]}]}), 422, "invalid_request"),
    ("POST", "/v1/lookup", in_json({"lookups": [{"identifiers": [int(SECRET)]}]}), 422, "invalid_request"),
    ("POST", "/v1/lookup", in_json({"lookups": {SECRET: SECRET}}), 422, "invalid_request"),
    ("POST", "/v1/lookup", in_json({"purpose": SECRET, "lookups": [{"identifiers": [SECRET]}]}), 422, "unknown_purpose"),
    ("POST", "/v1/lookup", in_json({"purpose": SECRET * 9, "lookups": [{"identifiers": [SECRET]}]}), 422, "invalid_request"),
    ("POST", "/v1/lookup", {"content": SECRET * 400_000, "headers": JSON}, 413, "body_too_large"),
    ("POST", "/v1/events", in_json({"events": SECRET}), 422, "invalid_request"),
]


@pytest.mark.parametrize(("method", "path", "sent", "status", "code"), BAD)
async def test_a_request_that_cannot_be_served_is_answered_with_a_problem(
    client: httpx.AsyncClient, method: str, path: str, sent: dict[str, Any], status: int, code: str
) -> None:
    answer = await client.request(method, path, **sent)
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"/problems/{code}"
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert SECRET not in answer.text + str(answer.headers)


BAD_ITEMS: list[Any] = [
    SECRET,
    [SECRET],
    {SECRET: SECRET},
    {"see": SECRET},
    {"see": [SECRET]},
    {"see": [f"{SECRET}:x"]},
    {"see": [f"phone@{SECRET}:x"]},
    {"see": [f"email:{SECRET}"]},
    {"see": [f"birth_date:{SECRET}\0"]},
    {"see": [f"phone:{SECRET}{SECRET}"]},
    {"see": [f"member_card:{SECRET}", "member_card:2"]},
    {"see": [f"member_card:{SECRET}"], "at": SECRET + SECRET},
    {"see": [f"member_card:{SECRET}"], "weight": SECRET + "x"},
    {"see": [f"member_card:{SECRET}"], "source": SECRET * 20},
    {"see": [f"member_card:{SECRET}"], "close": SECRET},
    {"close": [SECRET]},
    {"close": SECRET},
    {"withdraw": {SECRET: SECRET}},
    {"withdraw": {"subject": SECRET, "purpose": SECRET}},
    {"withdraw": {"subject": f"phone:{SECRET}", "purpose": SECRET}},
    {"consent": SECRET, "purposes": [SECRET]},
    {"consent": SECRET, "purposes": ["service"], "subject": SECRET},
    {"consent": SECRET, "purposes": ["service"], "expires": SECRET * 3},
    {"never_link": [f"phone:{SECRET}", f"phone:{SECRET}"]},
    {"same_person": [f"cookie:{SECRET}", "member_card:1"]},
    {"refer": [SECRET, SECRET], "status": SECRET},
]


@pytest.mark.parametrize("item", BAD_ITEMS)
async def test_no_outcome_tells_what_was_sent(client: httpx.AsyncClient, item: Any) -> None:
    answer = await client.post("/v1/events", json={"events": [item]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["rejected"] == 1, answer.text
    assert SECRET not in answer.text
    if isinstance(item, dict) and "see" in item and isinstance(item["see"], list):
        looked_up = await client.post("/v1/lookup", json={"lookups": [{"identifiers": item["see"]}]})
        assert SECRET not in looked_up.text


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from([SECRET, f"phone:{SECRET}", f"{SECRET}:1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*Event.model_fields, *Lookups.model_fields, "identifiers", SECRET]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(body=values)
@pytest.mark.parametrize("model", [Lookups, Event, Sighting])
def test_the_words_for_what_is_wrong_never_hold_what_was_sent(model: Any, body: Any) -> None:
    try:
        model.model_validate(body)
    except ValidationError as error:
        known = frozenset([*Event.model_fields, *Lookups.model_fields, "identifiers"])
        found = faults(error.errors(), known)
        assert 1 <= len(found) <= MOST_FAULTS
        assert SECRET not in sentence(found) + repr(found)


async def test_a_path_served_with_other_methods_says_which(client: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/lookup")).headers["allow"] == "POST"


async def test_no_more_than_twenty_faults_are_listed(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/lookup", json={"lookups": [{}] * 100})
    assert len(answer.json()["errors"]) == 20


@pytest.mark.parametrize(
    ("error", "status", "code", "retry"),
    [
        (StoreBusyError("/srv/rootid.db: locked"), 503, "store_busy", "1"),
        (StoreError("/srv/rootid.db: disk full"), 503, "store_unavailable", "5"),
    ],
)
async def test_a_store_that_fails_is_told_without_its_words(
    client: httpx.AsyncClient,
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    code: str,
    retry: str,
) -> None:
    monkeypatch.setattr(service.store, "lookup", raising(error))
    answer = await client.post("/v1/lookup", json={"lookups": [{"identifiers": [f"phone:{SECRET}"]}]})
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (status, code, retry)
    assert "/srv" not in answer.text
    assert "/srv/rootid.db" in caplog.text


async def test_what_nobody_expected_is_answered_and_logged_without_its_text(
    client: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(service.store, "lookup", raising(KeyError(SECRET)))
    with caplog.at_level(logging.DEBUG):
        answer = await client.post("/v1/lookup", json={"lookups": [{"identifiers": [f"phone:{SECRET}"]}]})
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] in caplog.text
    assert "KeyError at" in caplog.text
    assert "in service.py" in caplog.text or "service.py:" in caplog.text
    assert SECRET not in answer.text + caplog.text


def raising(error: Exception) -> Callable[..., Any]:
    async def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail
