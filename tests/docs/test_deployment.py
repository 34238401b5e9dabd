"""Files for running it elsewhere name settings and commands that there are, and keep what they promise."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from graph.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
FILES = ("Dockerfile", "compose.yaml", "rootid.service")


def test_they_name_settings_that_there_are() -> None:
    known = {f"ROOTID_{name.upper()}" for name in Settings.model_fields}
    for file in FILES:
        assert set(re.findall(r"ROOTID_[A-Z_]+", (DEPLOY / file).read_text("utf-8"))) <= known


def test_none_of_them_writes_a_key_into_a_log() -> None:
    for file in FILES:
        assert "--no-first-key" in (DEPLOY / file).read_text("utf-8")


def test_the_container_is_nobody_and_can_write_nothing_but_data() -> None:
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]["rootid"]
    assert (service["read_only"], service["user"], service["cap_drop"]) == (True, "10001", ["ALL"])
    assert re.search(r"^USER 10001$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)


def _environment(folder: Path) -> dict[str, str]:
    """What the image sets, with its /data in a folder."""
    text = re.sub(r"\\\n\s*", " ", (DEPLOY / "Dockerfile").read_text("utf-8"))
    given = dict(re.findall(r"([A-Z_]+)=(\S+)", re.findall(r"^ENV (.*)$", text, re.MULTILINE)[-1]))
    given["ROOTID_STORE"] = given["ROOTID_STORE"].replace("/data", str(folder))
    del given["PATH"]
    return given


def _said(word: str) -> list[str]:
    """The last JSON list that the Dockerfile has behind a word."""
    return json.loads(re.findall(rf"^\s*{word} (\[.*\])$", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)[-1])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return held.getsockname()[1]


def test_what_the_image_runs_makes_a_key_serves_is_found_healthy_and_ends_on_sigterm(tmp_path: Path) -> None:
    port = _free_port()
    folder = Path(sys.executable).parent
    environment = {
        **_environment(tmp_path),
        "PATH": f"{folder}:/usr/bin:/bin",
        "ROOTID_HOST": "127.0.0.1",
        "ROOTID_PORT": str(port),
    }
    environment |= {"HOME": str(tmp_path / "none"), "NUMBA_CACHE_DIR": str(tmp_path)}
    entry, serve = (
        _said("ENTRYPOINT"),
        yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]["rootid"]["command"],
    )
    assert _said("CMD") == serve[: len(_said("CMD"))]
    check = re.findall(r'^\s+CMD (\["python".*\])$', (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE)[0]
    healthy = [part.replace("8080", str(port)) for part in json.loads(check)]
    make = subprocess.run(
        [*entry, "keys", "make", "first", "--scope", "all"], env=environment, cwd=tmp_path, capture_output=True, check=True
    )
    assert b"rk_" in make.stdout + make.stderr
    serving = subprocess.Popen([*entry, *serve], env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + 60
        while subprocess.run(healthy, check=False, env=environment, capture_output=True).returncode != 0:
            assert serving.poll() is None
            assert time.monotonic() < until
            time.sleep(0.2)
    finally:
        serving.send_signal(signal.SIGTERM)
        said, _ = serving.communicate(timeout=60)
    assert serving.returncode in (0, -signal.SIGTERM)
    assert b"rk_" not in said
    assert {path.name.split("-")[0] for path in tmp_path.iterdir() if path.is_file()} <= {"rootid.db", "rootid.db.key"}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here to verify the unit")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    unit = (DEPLOY / "rootid.service").read_text("utf-8").replace("/opt/rootid/.venv/bin/rootid", "/bin/true")
    (tmp_path / "rootid.service").write_text(unit.replace("/opt/rootid", "/").replace("User=rootid", "User=daemon"))
    command = ["systemd-analyze", "verify", str(tmp_path / "rootid.service")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    told = [line for line in done.stderr.splitlines() if "rootid.service" in line]
    assert (done.returncode, told) == (0, [])
