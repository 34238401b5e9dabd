"""The OpenAPI document: complete, true, and its examples work."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.openapi.models import OpenAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from api.app import ROUTERS, create_app
from api.problems import TABLE
from api.schemas.problems import Problem
from graph.access import SCOPES
from graph.keybook import Wanted
from graph.service import Service
from rootid_client.operations import PLACES, WRITES

DOCUMENT = create_app().openapi()
CALLS = [(path, method, call) for path, calls in DOCUMENT["paths"].items() for method, call in calls.items()]
CALL_NAMES = [f"{method} {path}" for path, method, _ in CALLS]
SERVED = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
ROUTES = {(route.path, method.lower()): route for route in SERVED for method in route.methods}


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(inner)


def test_the_document_is_openapi() -> None:
    assert OpenAPI.model_validate(DOCUMENT).openapi == "3.1.0"


def test_every_reference_leads_somewhere() -> None:
    references = {node["$ref"] for node in nodes(DOCUMENT) if isinstance(node.get("$ref"), str)}
    schemas = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert references <= schemas
    assert schemas - references == set(), "a schema that nothing uses"


def test_batches_show_the_form_of_their_items() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas["Events"]["properties"]["events"]["items"] == {"$ref": "#/components/schemas/Event"}
    assert schemas["Sightings"]["properties"]["sightings"]["items"] == {"$ref": "#/components/schemas/Sighting"}


def test_every_call_is_documented() -> None:
    served = {key for key, route in ROUTES.items() if route.include_in_schema}
    assert {(path, method) for path, method, _ in CALLS} == served


MEDIA = {
    path: {"text/event-stream"} if path.endswith("/stream") else {"application/json", "image/svg+xml"}
    for path in ("/v1/changes/stream", "/v1/roots/{root_id}/fission")
}
"""What answers other than JSON alone are of."""


@pytest.mark.parametrize(("path", "method", "call"), CALLS, ids=CALL_NAMES)
def test_a_call_has_words_and_examples_for_everything(path: str, method: str, call: dict[str, Any]) -> None:
    assert call["summary"]
    assert call["description"]
    assert call["tags"]
    for parameter in call.get("parameters", []):
        assert parameter["description"], parameter["name"]
    if "requestBody" in call:
        assert call["requestBody"]["required"]
        assert call["requestBody"]["content"]["application/json"]["examples"]
    for status, answer in call["responses"].items():
        assert answer["description"], status
        if status == "304":
            continue  # has no body
        assert set(answer["content"]) == (
            MEDIA.get(path, {"application/json"}) if int(status) < 400 else {"application/problem+json"}
        )
        for content in answer["content"].values():
            assert content["schema"]
            assert content["examples"], status


def test_operations_have_names_of_their_own() -> None:
    names = [call["operationId"] for _, _, call in CALLS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", name) for name in names)


def examples_of_answers() -> Iterator[Any]:
    for path, method, call in CALLS:
        for status, answer in call["responses"].items():
            for media, content in answer.get("content", {}).items():
                for name, example in content["examples"].items() if media == "application/json" or int(status) >= 400 else ():
                    yield pytest.param(path, method, int(status), example["value"], id=f"{method} {path} {status} {name}")


@pytest.mark.parametrize(("path", "method", "status", "value"), list(examples_of_answers()))
def test_an_example_of_an_answer_is_of_the_documented_form(path: str, method: str, status: int, value: Any) -> None:
    if status >= 400:
        problem = Problem.model_validate(value)
        assert problem.status == TABLE[problem.code].status == status
        return
    route = ROUTES[path, method]
    model = route.response_model if status == (route.status_code or 200) else route.responses[status]["model"]
    adapter: TypeAdapter[Any] = TypeAdapter(model)
    assert adapter.dump_python(adapter.validate_python(value), mode="json") == value


def examples_of_requests() -> Iterator[Any]:
    for path, method, call in CALLS:
        if "requestBody" in call and path != "/v1/conflicts/decide":  # names own ids, which every store makes anew
            for name, example in call["requestBody"]["content"]["application/json"]["examples"].items():
                yield pytest.param(method, path, example["value"], id=f"{path} {name}")


@pytest.fixture
async def brand(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A service under the default policy, which the examples are written for."""
    service = await Service.open(f"sqlite:///{tmp_path / 'rootid.db'}", secret=b"s" * 32)
    app = create_app(service)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        yield http
    await service.close()


@pytest.mark.anyio
@pytest.mark.parametrize(("method", "path", "value"), list(examples_of_requests()))
async def test_an_example_of_a_request_is_accepted(brand: httpx.AsyncClient, method: str, path: str, value: Any) -> None:
    await brand.post("/v1/events", json=before(value))
    answer = await brand.request(method, path, json=value)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert [item for item in body.get("outcomes", body.get("answers", [])) if item["problem"]] == []


def before(value: Any) -> Any:
    """What has to be on record for an example to mean anything."""
    consent = {"consent": "consent-1", "purposes": ["service"], "at": "2026-01-01"}
    return {"events": [consent]} if "consent-1" in str(value) else {"events": [{"see": ["phone:13800000009"]}]}


@pytest.mark.anyio
async def test_an_example_of_a_parameter_is_accepted(brand: httpx.AsyncClient) -> None:
    for path, method, call in CALLS:
        for parameter in call.get("parameters", []):
            for example in parameter.get("examples", {}).values():
                place = path.replace("{" + parameter["name"] + "}", str(example["value"]))
                answer = await brand.request(method, place)
                assert str(answer.status_code) in call["responses"]
                assert answer.status_code != 422


@pytest.mark.anyio
async def test_the_document_is_served(client: httpx.AsyncClient) -> None:
    answer = await client.get("/openapi.json")
    assert (answer.status_code, answer.json()) == (200, DOCUMENT)


@pytest.mark.anyio
async def test_no_page_that_loads_scripts_from_elsewhere_is_served(client: httpx.AsyncClient) -> None:
    for path in ("/docs", "/redoc"):
        assert (await client.get(path)).status_code == 404


def test_no_call_takes_an_identifier_in_its_path_or_query() -> None:
    names = {parameter["name"] for _, _, call in CALLS for parameter in call.get("parameters", [])}
    assert names == {
        *("root_id", "receipt_id", "after", "limit", "cursor", "purpose", "metric", "campaign", "channel", "since", "until"),
        *("depth", "size", "format", "wait", "joins", "last-event-id", "as_of", "known_at"),
        *("Idempotency-Key", "If-None-Match"),
    }


GUARDED = [(path, method, call["operationId"], call["security"]) for path, method, call in CALLS if call["security"]]


def test_every_call_but_health_asks_for_a_scope() -> None:
    assert {path for path, _, call in CALLS if not call["security"]} == {"/livez", "/readyz"}


@pytest.mark.anyio
async def test_a_call_asks_for_the_scope_that_the_document_names_and_for_no_other(service: Service) -> None:
    tokens = {scope: (await service.keybook.make(Wanted(scope, (scope,))))[1] for scope in SCOPES}
    app = create_app(service)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        for path, method, name, security in GUARDED:
            assert {tuple(held) for held in security} == {("api_key",), ("token",)}
            ((wanted,),) = {tuple(scopes) for held in security for scopes in held.values()}
            place = re.sub(r"\{\w+\}", "0199aa3e-6c00-7a10-8000-3f5a9c2b7d41", path)
            asked = [scope for scope in SCOPES if scope != wanted or not path.endswith("/stream")]
            for scope in asked:
                answer = await client.request(
                    method, place, json={} if method == "post" else None, headers={"Authorization": f"Bearer {tokens[scope]}"}
                )
                assert (answer.status_code == 403) == (scope != wanted), (name, scope)


def test_the_client_names_every_call_but_the_stream() -> None:
    served = {call["operationId"]: (method.upper(), path) for path, method, call in CALLS}
    del served["stream_changes"]
    assert served == PLACES
    assert {name for name, (method, _) in served.items() if method == "POST"} >= WRITES


@pytest.mark.anyio
async def test_what_is_read_again_is_answered_as_documented(brand: httpx.AsyncClient) -> None:
    first = await brand.get("/v1/changes?after=0")
    (asked,) = [one for one in DOCUMENT["paths"]["/v1/changes"]["get"]["parameters"] if one["name"] == "If-None-Match"]
    assert re.fullmatch(asked["schema"]["pattern"], first.headers["ETag"])
    assert (await brand.get("/v1/changes?after=0", headers={"If-None-Match": first.headers["ETag"]})).status_code == 304
