"""A service on a store of its own, under a small policy; and a client that talks to the app around it without a network."""

import re
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from graph import instants
from graph import policy as policies
from graph.service import Service
from tests.api.listening import Heard, listening

NOW = instants.parse("2026-03-10T12:00:00Z")

POLICY = {
    "namespaces": {
        "member_card": {"rank": 1, "unique": True},
        "phone": {"rank": 2, "normalise": "phone", "mask": "phone", "blocked": [r"^\+8613800138000$"]},
        "openid": {"rank": 3},
        "cookie": {"rank": 9, "kind": "device"},
        "birth_date": {"kind": "attribute", "unique": True},
    },
    "require_consent": False,
    "purposes": {"service": ["contract"], "marketing": []},
}

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.fixture(autouse=True)
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Heard]:
    """Holds every test of the HTTP face to this: no identifier that it sent shows in a log line, a problem or a figure."""
    for everything in listening(monkeypatch):
        yield everything
        assert everything.shown() == []


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def opened(folder: Path) -> Service:
    """The clock stands at noon of 10 March 2026."""
    url = f"sqlite:///{folder / 'rootid.db'}"
    return await Service.open(url, policies.from_mapping(POLICY), secret=b"s" * 32, clock=lambda: NOW)


@asynccontextmanager
async def talking_to(service: Service) -> AsyncGenerator[httpx.AsyncClient]:
    app = create_app(service)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        yield http


@pytest.fixture
def serving(tmp_path: Path) -> AbstractAsyncContextManager[httpx.AsyncClient]:
    """The client, to be opened by a test that runs a loop of its own."""

    @asynccontextmanager
    async def inside() -> AsyncGenerator[httpx.AsyncClient]:
        service = await opened(tmp_path)
        async with talking_to(service) as http:
            yield http
        await service.close()

    return inside()


@pytest.fixture
async def service(tmp_path: Path) -> AsyncGenerator[Service]:
    made = await opened(tmp_path)
    yield made
    await made.close()


@pytest.fixture
async def client(service: Service) -> AsyncGenerator[httpx.AsyncClient]:
    async with talking_to(service) as http:
        yield http


@pytest.fixture
def named() -> Callable[[Any], Any]:
    """Gives the ids of a JSON value, which differ from run to run, names in the order of their appearance in the test."""
    names: dict[str, str] = {}

    def rename(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: rename(item) for key, item in value.items()}
        if isinstance(value, list):
            return [rename(item) for item in value]
        if isinstance(value, str) and _ID.fullmatch(value):
            return names.setdefault(value, f"id {len(names) + 1}")
        return value

    return rename
