"""`rootid keys`, and the first key that `rootid serve` makes."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
TOKEN = re.compile(r"rk_[0-9a-f]{12}_[0-9a-f]{64}")
ROOT = Path(__file__).parents[2]


def test_a_key_is_shown_once_and_kept_nowhere(rootid: Command, folder: Path) -> None:
    made = rootid("keys", "make", "shop")
    token = made.stdout.strip()
    assert (made.exit_code, bool(TOKEN.fullmatch(token))) == (0, True)
    assert "shown once" in made.stderr
    secret = token.rpartition("_")[2]
    for file in (folder / "data").iterdir():
        held = file.read_bytes()
        assert secret.encode() not in held
        assert bytes.fromhex(secret) not in held
    assert secret not in rootid("keys", "list").stdout


def test_keys_are_listed_with_what_they_may_do(rootid: Command) -> None:
    rootid("keys", "make", "shop", "--scope", "lookup", "--scope", "write", "--purpose", "service", "--rate", "50")
    rootid("keys", "make", "desk", "--scope", "all", "--expires", "90d")
    listed = json.loads(rootid("keys", "list", "--json").stdout)["keys"]
    shop, desk = listed
    assert (shop["name"], shop["scopes"], shop["purposes"], shop["rate"]) == ("shop", ["lookup", "write"], ["service"], 50)
    assert (desk["name"], len(desk["scopes"]), desk["purposes"]) == ("desk", 7, None)
    assert (shop["expires"], desk["standing"]) == (None, "live")
    assert desk["expires"] > desk["made"]
    assert "every one" in rootid("keys", "list").stdout


def test_a_revoked_key_is_told_as_such(rootid: Command) -> None:
    rootid("keys", "make", "shop")
    assert rootid("keys", "revoke", "shop").stdout.startswith("revoked ")
    assert json.loads(rootid("keys", "list", "--json").stdout)["keys"][0]["standing"] == "revoked"


def test_a_rotated_key_has_a_successor_with_the_same_rights(rootid: Command) -> None:
    rootid("keys", "make", "shop", "--scope", "write", "--rate", "5", "--purpose", "marketing")
    successor = json.loads(rootid("keys", "rotate", "shop", "--grace", "1h", "--json").stdout)
    old, new = json.loads(rootid("keys", "list", "--json").stdout)["keys"]
    rights = ("name", "scopes", "purposes", "rate")
    assert [old[right] for right in rights] == [new[right] for right in rights] == [successor[right] for right in rights]
    assert TOKEN.fullmatch(successor["key"])
    assert old["expires"] is not None
    assert new["expires"] is None


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("make", "a shop"), "name of a key"),
        (("make", "shop", "--scope", "everything"), "a scope is one of"),
        (("make", "shop", "--purpose", "gossip"), "it has: service, marketing"),
        (("make", "shop", "--expires", "soon"), "a duration"),
        (("make", "taken"), "has the name 'taken'"),
        (("revoke", "none"), "no live key"),
        (("rotate", "none"), "no live key"),
    ],
)
def test_what_can_not_be_is_one_line(rootid: Command, arguments: tuple[str, ...], text: str) -> None:
    rootid("keys", "make", "taken")
    found = rootid("keys", *arguments)
    assert (found.exit_code, found.stderr.count("\n")) == (2, 1)
    assert text in found.stderr


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[str, Path]]:
    """A server of its own process, its address, and where it writes what it says."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "cli.main", "serve", "--port", str(port), *options]
    said = folder / "said.txt"
    with (
        said.open("w") as log,
        subprocess.Popen(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=log, stdout=log) as server,
    ):
        url = f"http://127.0.0.1:{port}"
        end = time.monotonic() + 60
        while status(f"{url}/readyz") != 200 and server.poll() is None and time.monotonic() < end:
            time.sleep(0.1)
        try:
            yield url, said
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)


def status(url: str, token: str | None = None) -> int | None:
    request = urllib.request.Request(url, headers={} if token is None else {"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def test_the_server_makes_a_first_key_says_it_once_and_forgets_a_revoked_one_on_both_workers(
    filled: Command, folder: Path
) -> None:
    with serving(folder, "--workers", "2") as (url, said):
        (token,) = TOKEN.findall(said.read_text())
        assert status(f"{url}/v1/changes") == 401
        assert {status(f"{url}/v1/changes", token) for _ in range(10)} == {200}
        assert filled("keys", "revoke", "first").exit_code == 0
        time.sleep(1)
        assert {status(f"{url}/v1/changes", token) for _ in range(20)} <= {401, 429}


def test_without_a_first_key_this_machine_is_answered(filled: Command, folder: Path) -> None:
    with serving(folder, "--no-first-key") as (url, said):
        assert status(f"{url}/v1/changes") == 200
        assert not TOKEN.search(said.read_text())
