"""Who is let in while there are no API keys: this machine, and nobody else."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.errors import OpenServiceError
from api.security import is_loopback, refuse_open
from graph.errors import PolicyError, StoreError
from graph.service import Service
from graph.settings import Settings

pytestmark = pytest.mark.anyio

LOCAL = "http://127.0.0.1"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "::ffff:127.0.0.1"])
def test_a_service_without_keys_may_listen_on_loopback(host: str) -> None:
    assert is_loopback(host)
    refuse_open(host, allow_open=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "192.168.1.2", "::ffff:10.0.0.1", "rootid.example.com", ""])
def test_a_service_without_keys_refuses_to_listen_anywhere_else(host: str) -> None:
    with pytest.raises(OpenServiceError, match="ROOTID_ALLOW_OPEN=1"):
        refuse_open(host, allow_open=False)
    refuse_open(host, allow_open=True)


async def ask(service: Service, path: str, *, peer: str = "127.0.0.1", base: str = LOCAL, allow_open: bool = False) -> Any:
    app = create_app(service, allow_open=allow_open)
    transport = httpx.ASGITransport(app, client=(peer, 4711))
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=base) as client:
        return await client.get(path)


@pytest.mark.parametrize(
    "base", [LOCAL, "http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080", "http://LOCALHOST"]
)
async def test_a_caller_on_this_machine_is_let_in(service: Service, base: str) -> None:
    assert (await ask(service, "/v1/changes", base=base)).status_code == 200


@pytest.mark.parametrize("base", ["http://rebound.example.com", "http://127.0.0.1.example.com:8080", "http://[::2]:8080"])
async def test_a_page_that_names_this_machine_otherwise_is_not(service: Service, base: str) -> None:
    answer = await ask(service, "/v1/changes", base=base)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_a_caller_from_another_machine_is_not(service: Service) -> None:
    assert (await ask(service, "/v1/changes", peer="10.0.0.9")).status_code == 403


async def test_whoever_watches_the_process_may_be_anywhere(service: Service) -> None:
    assert (await ask(service, "/livez", peer="10.0.0.9", base="http://probe")).status_code == 200
    assert (await ask(service, "/readyz", peer="10.0.0.9", base="http://probe")).status_code == 200


async def test_an_operator_can_leave_the_door_to_a_gateway(service: Service) -> None:
    answer = await ask(service, "/v1/changes", peer="10.0.0.9", base="http://rootid.example.com", allow_open=True)
    assert answer.status_code == 200


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ROOTID_{name.upper()}", raising=False)
    monkeypatch.setenv("ROOTID_STORE", f"sqlite:///{tmp_path / 'made.db'}")
    return monkeypatch


async def start() -> int:
    app = create_app()
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=LOCAL) as client:
        return (await client.get("/readyz")).status_code


async def test_the_app_opens_the_store_of_the_settings(installation: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert await start() == 200
    assert (tmp_path / "made.db").exists()


async def test_the_app_does_not_start_open_to_the_network(installation: pytest.MonkeyPatch) -> None:
    installation.setenv("ROOTID_HOST", "0.0.0.0")
    with pytest.raises(OpenServiceError):
        await start()
    installation.setenv("ROOTID_ALLOW_OPEN", "1")
    assert await start() == 200


async def test_the_app_takes_policy_and_key_from_the_settings(installation: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("namespaces: {phone: {}}")
    installation.setenv("ROOTID_POLICY", str(tmp_path / "policy.yaml"))
    installation.setenv("ROOTID_KEY", "5a" * 32)
    assert await start() == 200
    installation.setenv("ROOTID_KEY", "5b" * 32)
    with pytest.raises(StoreError):
        await start()
    installation.setenv("ROOTID_KEY", "no key")
    with pytest.raises(StoreError, match="hexadecimal"):
        await start()
    (tmp_path / "policy.yaml").write_text("namespaces: 5")
    with pytest.raises(PolicyError):
        await start()
