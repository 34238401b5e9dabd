"""One table from error code to status, and everything that comes of it."""

import importlib
import pkgutil
from collections.abc import Iterator
from http import HTTPStatus

import httpx
import pytest

import api
import graph
import intake
from api import problems
from graph.errors import RootidError


def errors(of: type[RootidError] = RootidError) -> Iterator[type[RootidError]]:
    for package in (api, graph, intake):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    yield of
    for kind in of.__subclasses__():
        yield from errors(kind)


def test_every_error_has_a_row_and_every_row_an_error() -> None:
    assert {kind.code for kind in errors()} == set(problems.TABLE)


def test_no_two_errors_share_a_code() -> None:
    codes = [kind.code for kind in set(errors())]
    assert len(codes) == len(set(codes))


def test_an_error_of_the_caller_never_answers_as_one_of_the_service() -> None:
    ours = {"internal", "reading_ended", "store_unavailable", "store_busy", "store_interrupted", "store_mismatch"}
    ours |= {"not_ready", "open_service", "overloaded", "deadline", "undelivered", "issuer_unavailable"}
    assert {code for code, kind in problems.TABLE.items() if kind.status >= 500} == ours


@pytest.mark.parametrize("code", sorted(problems.TABLE))
def test_a_row_is_a_status_and_whole_sentences(code: str) -> None:
    kind = problems.TABLE[code]
    assert 400 <= HTTPStatus(kind.status) < 600
    assert kind.meaning.endswith(".")
    assert kind.remedy[-1] in ".)"
    assert not kind.title.endswith(".")


def test_an_error_of_the_service_tells_nothing_but_the_table() -> None:
    assert problems.told("store_unavailable", "/srv/rootid.db: disk I/O error") == problems.TABLE["store_unavailable"].meaning


def test_a_code_without_a_row_answers_as_internal() -> None:
    assert problems.body("brand_new", "secret", "r")["code"] == "internal"
    assert problems.body("brand_new", "secret", "r")["status"] == 500


@pytest.mark.anyio
@pytest.mark.parametrize("code", sorted(problems.TABLE))
async def test_the_type_of_every_problem_is_a_page(client: httpx.AsyncClient, code: str) -> None:
    page = await client.get(f"/problems/{code}")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/markdown; charset=utf-8")
    assert problems.TABLE[code].meaning in page.text


@pytest.mark.anyio
async def test_the_pages_have_a_list(client: httpx.AsyncClient) -> None:
    page = await client.get("/problems")
    assert all(f"`{code}`" in page.text for code in problems.TABLE)


@pytest.mark.anyio
async def test_there_is_no_page_of_another_problem(client: httpx.AsyncClient) -> None:
    answer = await client.get("/problems/none")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_route")
