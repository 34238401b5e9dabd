"""That what every test of the HTTP face is held to would find something."""

import logging

import httpx
import pytest

from tests.api.listening import Heard

pytestmark = pytest.mark.anyio

PHONE = "13900007788"


async def test_an_identifier_in_a_line_or_a_problem_is_found(client: httpx.AsyncClient, heard: Heard) -> None:
    await client.post("/v1/lookup", json={"lookups": [{"identifiers": [f"phone:{PHONE}"]}]})
    assert PHONE in heard.values
    assert heard.shown() == []
    assert any('"/v1/lookup"' in line for line in heard.said)
    logging.getLogger("rootid.api").warning("somebody wrote %s down", PHONE)
    assert heard.shown() == [PHONE]
    heard.said.clear()
    await client.post("/v1/lookup", json={"lookups": []})
    assert any("invalid_request" in text for text in heard.said)
