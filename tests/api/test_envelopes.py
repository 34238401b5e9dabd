"""What every answer carries, and how much of a body is read."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from api.body_limit import LARGEST_BODY, BodyLimit
from api.envelope import Envelope, frames

pytestmark = pytest.mark.anyio


async def test_a_request_id_that_was_sent_comes_back(client: httpx.AsyncClient) -> None:
    answer = await client.get("/livez", headers={"X-Request-ID": "order-1.retry_2"})
    assert answer.headers["x-request-id"] == "order-1.retry_2"


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", "a\tb", "-a", "a;b", "<b>", "phone:13912345678", "ä"])
async def test_a_request_id_of_another_form_is_replaced(client: httpx.AsyncClient, sent: str) -> None:
    answer = await client.get("/livez", headers=[(b"X-Request-ID", sent.encode())])
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


async def test_two_requests_have_two_ids(client: httpx.AsyncClient) -> None:
    first, second = [(await client.get("/livez")).headers["x-request-id"] for _ in range(2)]
    assert first != second


@pytest.mark.parametrize("path", ["/livez", "/nothing", "/problems/internal", "/v1/roots/x", "/openapi.json"])
async def test_every_answer_forbids_to_be_kept_framed_or_guessed_at(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"


async def test_a_header_that_an_answer_sets_itself_is_kept() -> None:
    sent: list[Message] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"max-age=60")]})

    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    await Envelope(page)({"type": "http", "headers": []}, receive, send)
    assert [value for name, value in sent[0]["headers"] if name == b"cache-control"] == [b"max-age=60"]


def test_the_frames_of_an_exception_tell_places_and_no_text() -> None:
    def inner() -> None:
        raise ValueError("13912345678")

    try:
        try:
            inner()
        except ValueError as error:
            raise KeyError("13912345678") from error
    except KeyError as error:
        told = frames(error)
    assert re.match(r"KeyError at .*test_envelopes\.py:\d+ .*; from ValueError at .*test_envelopes\.py:\d+ inner", told)
    assert "13912345678" not in told


async def test_a_body_of_four_mebibytes_is_read(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/lookup", content=b" " * LARGEST_BODY, headers={"content-type": "application/json"})
    assert answer.json()["code"] == "not_json"


@pytest.mark.parametrize("path", ["/v1/lookup", "/v1/sightings", "/nothing"])
async def test_a_body_declared_larger_is_refused_unread(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.post(path, content=b" " * (LARGEST_BODY + 1), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"], answer.headers["connection"]) == (413, "body_too_large", "close")


async def test_a_body_that_turns_out_larger_is_refused_before_it_ends(client: httpx.AsyncClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1 << 20
            yield b" " * (1 << 20)

    answer = await client.post("/v1/lookup", content=endless(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert sent <= LARGEST_BODY + (2 << 20)


async def test_a_caller_who_leaves_while_sending_reaches_nobody() -> None:
    async def nobody(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError

    messages: list[Message] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        raise AssertionError

    await BodyLimit(nobody)({"type": "http", "headers": []}, receive, send)
