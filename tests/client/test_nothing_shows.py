"""Whatever goes wrong, nothing of what was asked and no key stands in an error, a repr, a URL or a log of the client."""

import asyncio
import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from rootid_client import AsyncClient, Client, ServiceError

PHONE, KEY = "13900448811", "rk_0011223344aa_9988776655"
ID = "0199aa3e-6c00-7a10-8000-3f5a9c2b7d41"
EVENT = {"see": [f"phone:{PHONE}"], "basis": "contract", "source": "t"}
PROBLEM = {"code": "invalid_request", "detail": "why", "status": 422}
Call = Callable[[Client], Any]

CALLS: dict[str, Call] = {
    "lookup": lambda client: client.lookup(f"phone:{PHONE}"),
    "lookup of what can't be encoded": lambda client: client.lookup(f"phone:{PHONE}\ud800"),
    "lookup_many": lambda client: client.lookup_many([[f"phone:{PHONE}"]] * 1_001),
    "record": lambda client: client.record([EVENT]),
    "record what is no JSON": lambda client: client.record([{**EVENT, "at": object(), "value": float("nan")}]),
    "erase": lambda client: client.call("erase_data", {"subject": f"phone:{PHONE}"}),
    "a root by an identifier": lambda client: client.root(f"phone:{PHONE}"),
    "a call by an identifier": lambda client: client.call("show_history", root_id=f"phone:{PHONE}"),
}


def echoing(request: httpx.Request) -> httpx.Response:
    """Something between that says everything back."""
    return httpx.Response(502, content=request.content + str(request.headers).encode())


def refusing(_: httpx.Request) -> httpx.Response:
    return httpx.Response(422, json=PROBLEM)


def no_json(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=b"<html>" + request.content)


def redirecting(request: httpx.Request) -> httpx.Response:
    assert request.url.host == "x", "a body was sent to where a redirect leads"
    return httpx.Response(307, headers={"Location": "http://elsewhere/"})


def breaking(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("the line broke", request=request)


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    """Everything that any library logs."""
    with caplog.at_level(logging.DEBUG):
        yield lambda: "\n".join(record.getMessage() for record in caplog.records)


def told(error: BaseException) -> str:
    """An error with all behind it, as a program that ends with it prints it and as a log writes it."""
    text = "".join(traceback.format_exception(error)) + repr(error) + str(vars(error).get("__notes__"))
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return text if behind is None else text + told(behind)


@pytest.mark.parametrize("answer", [echoing, refusing, no_json, redirecting, breaking], ids=lambda answer: answer.__name__)
@pytest.mark.parametrize("name", CALLS)
def test_no_failure_says_what_was_asked(name: str, answer: Any, logged: Callable[[], str]) -> None:
    urls: list[str] = []

    def noted(request: httpx.Request) -> httpx.Response:
        urls.append(str(request.url))
        return answer(request)

    with Client("http://x", KEY, attempts=1, transport=httpx.MockTransport(noted)) as client:
        with pytest.raises((ServiceError, httpx.TransportError, ValueError, TypeError)) as caught:
            CALLS[name](client)
        everything = told(caught.value) + repr(client) + repr(vars(client)) + "".join(urls) + logged()
    assert PHONE not in everything
    assert KEY not in everything


def test_no_failure_of_many_who_ask_together_says_what_was_asked(logged: Callable[[], str]) -> None:
    async def work() -> list[BaseException]:
        transport = httpx.MockTransport(echoing)
        async with AsyncClient("http://x", KEY, attempts=1, transport=transport) as client:
            many = (client.lookup(f"phone:{PHONE}") for _ in range(3))
            found = await asyncio.gather(*many, return_exceptions=True)
            assert PHONE not in repr(client) + repr(vars(client)["_settings"])
        return [one for one in found if isinstance(one, BaseException)]

    errors = asyncio.run(work(), debug=True)
    assert len(errors) == 3
    everything = "".join(map(told, errors)) + logged()
    assert PHONE not in everything
    assert KEY not in everything


@pytest.mark.parametrize("key", [KEY + "\n", f"{KEY} ", "", "schlüssel"])
def test_a_key_that_cannot_be_one_is_refused_before_it_is_sent(key: str) -> None:
    with pytest.raises(ValueError, match="API key") as caught:
        Client("http://x", key)
    assert not key.strip() or key.strip() not in told(caught.value)


def test_an_answer_that_is_none_of_rootid_is_told_as_that() -> None:
    with Client("http://x", transport=httpx.MockTransport(no_json)) as client, pytest.raises(ServiceError) as caught:
        client.lookup(f"phone:{PHONE}")
    assert (caught.value.status, caught.value.code) == (200, "unexpected_answer")


def test_a_root_is_followed_to_where_it_went() -> None:
    def moved(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(ID):
            return httpx.Response(308, headers={"Location": f"/v1/roots/{ID[:-1]}2"})
        return httpx.Response(200, json={"root_id": ID[:-1] + "2", "purpose": "p", "members": [], "links": []})

    with Client("http://x", transport=httpx.MockTransport(moved)) as client:
        assert client.root(ID).root_id.endswith("2")
