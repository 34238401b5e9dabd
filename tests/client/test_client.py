"""The Python client against the real app; and against a service that fails now and then."""

import asyncio
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from bench.fuzz import serving
from rootid_client import AsyncClient, Client, ServiceError
from rootid_client.calls import Settings

PHONE = "phone:13800000001"
SEEN = [{"see": ["member_card:M-0001", PHONE], "basis": "contract", "event_id": "e1", "source": "t"}]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("client")) as where:
        yield where


def test_tasks_that_ask_at_once_make_one_request(url: str) -> None:
    sent: list[str] = []

    async def work() -> None:
        async def note(request: httpx.Request) -> None:
            sent.append(request.url.path)

        async with AsyncClient(url) as client:
            client._http.event_hooks["request"].append(note)
            await client.record(SEEN)
            answers = await asyncio.gather(*(client.lookup(PHONE) for _ in range(500)))
            assert {answer.status for answer in answers} == {"resolved"}
            assert (await client.root(answers[0].root_id or "")).purpose == "service"
            assert [change.seq async for change in client.follow()] == [change.seq for change in (await client.changes()).changes]

    asyncio.run(work())
    assert sent.count("/v1/lookup") == 1


def test_one_who_asks_for_another_purpose_fails_alone(url: str) -> None:
    async def work() -> None:
        async with AsyncClient(url) as client:
            found = await asyncio.gather(client.lookup(PHONE), client.lookup(PHONE, purpose="gossip"), return_exceptions=True)
            assert isinstance(found[1], ServiceError)
            assert found[1].code == "unknown_purpose"
            assert not isinstance(found[0], BaseException)

    asyncio.run(work())


class Flaky(httpx.BaseTransport):
    """Answers as it is told, one after the other."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def problem(status: int, code: str, retry_after: str | None = None) -> httpx.Response:
    headers = {"X-Request-ID": "r-1", **({} if retry_after is None else {"Retry-After": retry_after})}
    return httpx.Response(status, json={"code": code, "detail": "why", "status": status}, headers=headers)


PAGE = {"changes": [], "cursor": 7, "more": False}


def test_what_may_succeed_later_is_tried_again_when_the_service_says(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    flaky = Flaky(
        problem(503, "overloaded", "1"),
        httpx.ConnectError("no"),
        problem(429, "rate_limited", "2"),
        httpx.Response(200, json=PAGE),
    )
    with Client("http://x", "rk_x", transport=flaky) as client:
        assert client.changes().cursor == 7
    assert len(flaky.requests) == 4
    assert pauses[0] >= 1
    assert pauses[2] >= 2
    assert {request.headers["Authorization"] for request in flaky.requests} == {"Bearer rk_x"}


@pytest.mark.parametrize(("status", "code"), [(400, "not_json"), (401, "unauthorized"), (403, "forbidden"), (500, "internal")])
def test_what_will_not_succeed_is_told_at_once(status: int, code: str) -> None:
    flaky = Flaky(problem(status, code))
    with Client("http://x", transport=flaky) as client, pytest.raises(ServiceError) as told:
        client.lookup(PHONE)
    assert (told.value.code, told.value.request_id, len(flaky.requests)) == (code, "r-1", 1)


def test_nobody_waits_longer_than_they_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    flaky = Flaky(problem(503, "overloaded", "60"))
    with Client("http://x", timeout=5, transport=flaky) as client, pytest.raises(ServiceError) as told:
        client.changes()
    assert told.value.retry_after == 60


def test_a_write_keeps_its_name_when_it_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    counts = dict.fromkeys(("recorded", "duplicates", "rejected", "merges", "splits", "moves", "cursor"), 0)
    flaky = Flaky(problem(504, "deadline"), httpx.Response(200, json={**counts, "outcomes": []}))
    with Client("http://x", transport=flaky) as client:
        client.record(SEEN)
    assert len({request.headers["Idempotency-Key"] for request in flaky.requests}) == 1


def test_no_identifier_and_no_key_shows_in_urls_reprs_or_errors() -> None:
    flaky = Flaky(problem(422, "invalid_request"), httpx.Response(502, text=PHONE))
    with Client("http://x", "rk_secret", attempts=1, transport=flaky) as client:
        told = [repr(client)]
        for _ in range(2):
            with pytest.raises(ServiceError) as error:
                client.lookup(PHONE)
            told += [str(error.value), repr(error.value)]
    told += [str(request.url) for request in flaky.requests]
    assert not [text for text in told if "13800000001" in text or "rk_secret" in text]


def test_pauses_grow_and_differ() -> None:
    settings = Settings("http://x", None, 60, 9)
    first, later = ({settings.pause(n, httpx.ConnectError("no"), 0) for _ in range(50)} for n in (0, 5))
    assert max(first) <= 0.1 < max(later)  # type: ignore[operator, type-var]  # pauses, none is None
    assert len(first) > 1


def test_threads_may_share_a_client(url: str) -> None:
    found: list[str] = []
    with Client(url) as client:
        client.record(SEEN)
        threads = [threading.Thread(target=lambda: found.append(client.lookup(PHONE).status)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == ["resolved"] * 8


def test_any_call_can_be_made_by_its_name(url: str) -> None:
    see = {"sightings": [{"see": [PHONE, "member_card:M-CALL-1"], "basis": "contract", "event_id": "by-name", "source": "test"}]}
    with Client(url) as client:
        assert client.call("record_sightings", see)["recorded"] == 1
        (answer,) = client.call("lookup", {"lookups": [{"identifiers": ["member_card:M-CALL-1"]}]})["answers"]
        root_id = answer["root_id"]
        assert client.call("show_root", root_id=root_id)["root_id"] == root_id
        assert client.call("list_changes", query={"after": 0, "limit": 1})["more"] in (True, False)
        with pytest.raises(ServiceError, match="unknown_root"):
            client.call("show_history", root_id="0199aa3e-6c00-7a10-8000-3f5a9c2b7d41")

    async def work() -> None:
        async with AsyncClient(url) as client:
            assert (await client.call("show_root", root_id=root_id))["root_id"] == root_id

    asyncio.run(work())
