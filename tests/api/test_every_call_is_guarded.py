"""No call goes round the door, whoever added it."""

import ast
import re
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from api.app import ROUTERS, create_app
from graph.keybook import Wanted
from graph.service import Service

ROOT = Path(__file__).parents[2]
OPEN = {"/livez", "/readyz", "/problems", "/problems/{code}"}
SERVED = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
ROUTES = [(method, route.path) for route in SERVED for method in route.methods]
FETCHERS = {"httpx", "requests", "urllib.request", "urllib3", "aiohttp", "http.client", "ftplib", "smtplib", "socket"}


@pytest.mark.anyio
@pytest.mark.parametrize(("method", "path"), sorted(route for route in ROUTES if route[1] not in OPEN))
async def test_without_a_key_every_call_but_health_is_refused(service: Service, method: str, path: str) -> None:
    await service.keybook.make(Wanted("only", ("all",)))
    place = re.sub(r"\{\w+\}", "0199aa3e-6c00-7a10-8000-3f5a9c2b7d41", path)
    app = create_app(service)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.request(method, place, json={} if method == "POST" else None)
    assert answer.status_code == 401, "an endpoint reads a request before it asks who calls"


def test_nothing_that_serves_requests_fetches_anything_but_the_keys_of_the_issuer() -> None:
    files = [file for folder in ("api", "graph") for file in (ROOT / folder).rglob("*.py") if file.name != "issuer.py"]
    for file in files:
        tree = ast.parse(file.read_text("utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not {name for name in names if name in FETCHERS or name.partition(".")[0] in FETCHERS}, file
