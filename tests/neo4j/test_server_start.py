"""The local server tool on a real server, in a home of its own: start, find, stop."""

import json
import os
import stat
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.neo4j import process
from deploy.neo4j import server as tool
from deploy.neo4j.connection import Connection, check, driver
from deploy.neo4j.errors import NoServerError, ServerError
from deploy.neo4j.home import Home
from tests.scratch import OWN_SERVER

pytestmark = [pytest.mark.neo4j, pytest.mark.xdist_group(OWN_SERVER)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("a home") / "server")


@pytest.fixture(scope="module")
def pair(home: Home) -> Iterator[list[tool.Started]]:
    """What two starts at the same moment answered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ROOTID_NEO4J_URL", raising=False)
        outcomes: list[tool.Started | ServerError] = []

        def start() -> None:
            try:
                outcomes.append(tool.start(home, by="java", heap="512m"))
            except ServerError as problem:
                outcomes.append(problem)

        threads = [threading.Thread(target=start) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for problem in outcomes:
            if isinstance(problem, NoServerError) and os.environ.get("ROOTID_REQUIRE_NEO4J") != "1":
                pytest.skip(f"no Neo4j: {problem}")
            if isinstance(problem, ServerError):
                raise problem
        yield [outcome for outcome in outcomes if isinstance(outcome, tool.Started)]
        tool.stop(home)


@pytest.fixture
def running(pair: list[tool.Started], away_from_the_environment: None) -> Connection:
    return pair[0].connection


def test_two_starts_at_once_make_one_server(pair: list[tool.Started]):
    first, second = pair
    assert (first.was_running, second.was_running) == (False, True)
    assert first.connection == second.connection


def test_a_process_that_has_just_begun_is_seen_as_alive(home: Home, tmp_path: Path):
    stand_in = [sys.executable, "-c", "import time; time.sleep(30)", process.MAIN_CLASS, f"--home-dir={home.folder}"]
    for _ in range(20):
        pid = process.spawn(stand_in, tmp_path / "console")
        assert process.is_alive(home, pid)
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        assert not process.is_alive(home, pid)


def test_the_password_is_in_a_file_that_only_its_owner_reads(home: Home, running: Connection):
    assert running.password_file == home.password_file
    assert stat.S_IMODE(home.password_file.stat().st_mode) == 0o600
    assert running.password() not in repr(running)
    assert running.password() not in Path(f"/proc/{running.pid}/cmdline").read_text()


def test_status_tells_programs_where_the_server_is_and_not_its_password(
    home: Home, running: Connection, capsys: pytest.CaptureFixture[str]
):
    assert tool.main(["--home", str(home.folder), "status", "--json"]) == 0
    said = capsys.readouterr().out
    assert json.loads(said) == {
        "running": True,
        "by": "java",
        "url": running.url,
        "http_url": running.http_url,
        "user": "neo4j",
        "password_file": str(home.password_file),
        "pid": running.pid,
    }
    assert running.password() not in said


def test_settings_are_shell_lines_that_read_the_password_file(
    home: Home, running: Connection, capsys: pytest.CaptureFixture[str]
):
    assert tool.main(["--home", str(home.folder), "settings"]) == 0
    said = capsys.readouterr().out
    assert f"export ROOTID_NEO4J_URL={running.url}\n" in said
    assert running.password() not in said


def test_it_holds_gds_with_its_write_modes(running: Connection):
    with driver(running) as opened:
        names = opened.execute_query("CALL gds.list() YIELD name RETURN collect(name) AS names").records[0]["names"]
    assert {"gds.wcc.stream", "gds.wcc.write", "gds.pageRank.stream", "gds.betweenness.stream"} <= set(names)
    assert len(names) > 400


def test_browser_is_served(running: Connection):
    with urllib.request.urlopen(f"{running.http_url}/browser/") as page:
        assert b"<html" in page.read().lower()


def test_it_listens_on_loopback_only(running: Connection):
    ports = {int(url.rsplit(":", 1)[1]) for url in (running.url, str(running.http_url))}
    assert _listening_addresses(ports) == {"127.0.0.1"}


def test_another_password_is_refused_with_the_file_to_look_at(running: Connection, tmp_path: Path):
    wrong = tmp_path / "password"
    wrong.write_text("something-else")
    stranger = Connection(running.by, running.url, running.user, running.http_url, wrong, running.pid)
    with pytest.raises(ServerError, match=f"wrong password.*{wrong}"):
        check(stranger)


def test_a_taken_port_is_named(running: Connection, tmp_path: Path):
    taken = int(running.url.rsplit(":", 1)[1])
    with pytest.raises(ServerError, match=f"port {taken} is taken"):
        tool.start(Home(tmp_path), by="java", bolt_port=taken)


def test_the_server_of_the_environment_comes_first_and_is_not_ours_to_stop(
    home: Home, running: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("ROOTID_NEO4J_URL", running.url)
    monkeypatch.setenv("ROOTID_NEO4J_PASSWORD", running.password())
    started = tool.start(Home(tmp_path))
    assert (started.connection.by, started.connection.url, started.was_running) == ("environment", running.url, True)
    assert tool.main(["--home", str(tmp_path), "stop"]) == 0
    assert "left alone" in capsys.readouterr().out
    assert process.is_alive(home, running.pid)


def test_a_process_that_was_given_the_number_since_is_never_stopped(home: Home, running: Connection):
    other = os.getpid()
    assert not process.is_alive(home, other)
    process.stop(home, Connection("java", running.url, "neo4j", running.http_url, running.password_file, other))


def test_stop_ends_it_and_a_second_stop_finds_nothing(home: Home, running: Connection, capsys: pytest.CaptureFixture[str]):
    assert tool.main(["--home", str(home.folder), "stop"]) == 0
    assert not process.is_alive(home, running.pid)
    assert tool.main(["--home", str(home.folder), "stop"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"stopped: {running.url}", "nothing to stop"]
    assert tool.main(["--home", str(home.folder), "status"]) == tool.NOT_RUNNING


def _listening_addresses(ports: set[int]) -> set[str]:
    listening = "0A"
    found: set[str] = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, port = local.split(":")
            if state == listening and int(port, 16) in ports:
                found.add(".".join(str(byte) for byte in reversed(bytes.fromhex(address[-8:]))))
    return found
