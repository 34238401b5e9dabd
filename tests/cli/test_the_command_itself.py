"""Version, help, errors in one line, the reference page, the demo and the server."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli import statistics
from cli.reference import reference

Command = Callable[..., Any]
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"


def test_the_version_is_told(rootid: Command) -> None:
    assert rootid("--version").stdout.startswith("rootid 0")


@pytest.mark.parametrize("arguments", [("shoe",), ("stats", "--shoe"), ("import",), ("--store",), ("serve", "--port", "x")])
def test_wrong_usage_is_exit_code_2(rootid: Command, arguments: tuple[str, ...]) -> None:
    assert rootid(*arguments).exit_code == 2


def test_an_unexpected_error_is_one_line_and_exit_code_70(filled: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("13800000001")

    monkeypatch.setattr(statistics, "asdict", broken)
    found = filled("stats")
    text = "rootid: unexpected RuntimeError; this is an error in rootid itself (--debug shows where)\n"
    assert (found.exit_code, found.stderr) == (70, text)


def test_a_setting_that_can_not_be_is_one_line(rootid: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOTID_PORT", "many")
    found = rootid("stats")
    assert (found.exit_code, found.stderr.count("\n")) == (2, 1)
    assert found.stderr.startswith("rootid: setting port: ")


@pytest.mark.parametrize("url", ["mysql://x", "sqlite:////proc/none/x.db"])
def test_a_store_that_can_not_be_opened_is_one_line(rootid: Command, url: str) -> None:
    found = rootid("--store", url, "import", "a.csv")
    assert (found.exit_code, found.stderr.count("\n")) == (2, 1)


def test_a_file_that_is_no_store_is_one_line(rootid: Command, folder: Path) -> None:
    (folder / "x.db").write_text("this is no database, whatever it is called\n" * 100)
    found = rootid("--store", "sqlite:///x.db", "stats")
    assert (found.exit_code, found.stderr.count("\n")) == (2, 1)


def test_the_reference_page_is_fresh() -> None:
    assert PAGE.read_text("utf-8") == reference(), "run: python -m cli.reference > docs/reference/cli.md"


def test_the_demo_tells_shows_and_ends(rootid: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROOTID_POLICY")
    found = rootid("demo", "--persons", "200", "--no-serve")
    assert found.exit_code == 0, found.output
    for text in ("sightings.csv.gz", "precision", "One of them:", "person ("):
        assert text in found.stdout
    assert (folder / "data" / "demo" / "rootid.db").exists()


def test_the_server_starts_answers_and_ends(filled: Command, folder: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "cli.main", "serve", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(PAGE.parents[2])}
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as server:
        answered = _answers(f"http://127.0.0.1:{port}/livez", server)
        server.send_signal(signal.SIGINT)
        said = server.communicate(timeout=20)[1].decode()
    assert answered, said
    assert "Traceback" not in said


def test_the_server_is_not_opened_to_other_machines(filled: Command) -> None:
    found = filled("serve", "--host", "0.0.0.0", "--no-first-key")
    assert (found.exit_code, found.stderr.count("\n")) == (2, 1)
    assert "127.0.0.1" in found.stderr


def test_a_port_in_use_is_one_line(filled: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = filled("serve", "--port", str(port))
    assert (found.exit_code, found.stderr) == (2, f"rootid: can't listen on 127.0.0.1, port {port}: Address already in use\n")


def _answers(url: str, server: subprocess.Popen[bytes]) -> bool:
    for _ in range(100):
        if server.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(url, timeout=1) as response:
                return response.status == 200
        except OSError:
            time.sleep(0.1)
    return False
