"""What the local server tool says on machines that lack something. No real server here: stand-ins for java, mvn and docker."""

import hashlib
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from deploy.neo4j import artifacts, compose
from deploy.neo4j import server as tool
from deploy.neo4j.connection import Connection
from deploy.neo4j.errors import NoServerError, ServerError
from deploy.neo4j.home import Home

pytestmark = pytest.mark.usefixtures("away_from_the_environment")

JAVA_17 = 'case "$*" in *-version*) echo \'openjdk version "17.0.15" 2025-04-15\' >&2;; *AdminTool*) ;; '
Program = Callable[[str, str], Path]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Put a stand-in on a path that holds nothing else."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def make(name: str, script: str) -> Path:
        file = programs / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return file

    return make


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_without_java_it_says_what_to_install(home: Home, program: Program):
    with pytest.raises(NoServerError, match="no java on the path: install Java 17"):
        tool.start(home)


@pytest.mark.parametrize(("said", "version"), [("1.8.0_402", "8"), ("11.0.22", "11")])
def test_an_old_java_is_named_with_its_version(home: Home, program: Program, said: str, version: str):
    program("java", f"echo 'openjdk version \"{said}\"' >&2")
    with pytest.raises(NoServerError, match=f"is Java {version}: Neo4j needs 17"):
        tool.start(home)


def test_without_maven_it_says_the_other_ways(home: Home, program: Program):
    program("java", f"{JAVA_17} esac")
    with pytest.raises(NoServerError, match=r"no mvn on the path: install Maven.*or Docker, or set ROOTID_NEO4J_URL"):
        tool.start(home)


def test_artifacts_that_cannot_be_had_are_told_in_mavens_first_words(home: Home, program: Program):
    program("java", f"{JAVA_17} esac")
    program("mvn", "echo '[ERROR] Could not resolve org.neo4j.app:neo4j-server'; echo '[ERROR] more'; exit 1")
    with pytest.raises(NoServerError, match=r"jars can't be had: Could not resolve org\.neo4j\.app:neo4j-server"):
        tool.start(home)


def test_a_server_that_dies_is_told_with_its_last_words(home: Home, program: Program, jars: artifacts.Jars):
    program("java", f"{JAVA_17} *) echo 'the database is broken'; exit 1;; esac")
    with pytest.raises(ServerError, match="ended before it was ready; the last it said:\n  the database is broken"):
        tool.start(home)
    assert tool.status(home) is None


def test_a_heap_that_is_no_size_is_refused(home: Home, program: Program):
    with pytest.raises(ServerError, match="heap '1 gig' is no size"):
        tool.start(home, heap="1 gig")


def test_a_taken_port_that_nobody_asked_for_is_passed_over(home: Home, program: Program, jars: artifacts.Jars):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert tool.process.free_port(None, taken.getsockname()[1]) not in (0, taken.getsockname()[1])


def test_a_lost_password_is_not_replaced_by_one_that_cannot_fit(home: Home, program: Program, jars: artifacts.Jars):
    program("java", f"{JAVA_17} esac")
    (home.folder / "data" / "databases").mkdir(parents=True)
    with pytest.raises(ServerError, match="password is gone"):
        tool.start(home)


def test_a_url_without_a_password_is_told(home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROOTID_NEO4J_URL", "neo4j://127.0.0.1:1")
    with pytest.raises(ServerError, match="ROOTID_NEO4J_PASSWORD is not"):
        tool.start(home)


def test_a_url_where_nothing_answers_is_told(home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROOTID_NEO4J_URL", "bolt://127.0.0.1:1")
    monkeypatch.setenv("ROOTID_NEO4J_PASSWORD", "irrelevant")
    with pytest.raises(ServerError, match=r"nothing answers at bolt://127\.0\.0\.1:1"):
        tool.start(home)


def test_a_url_of_something_else_is_told(home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROOTID_NEO4J_URL", "https://127.0.0.1")
    monkeypatch.setenv("ROOTID_NEO4J_PASSWORD", "irrelevant")
    with pytest.raises(ServerError, match="is no Neo4j URL"):
        tool.start(home)


def test_the_command_line_says_one_sentence_and_answers_1(home: Home, program: Program, capsys: pytest.CaptureFixture[str]):
    assert tool.main(["--home", str(home.folder), "start"]) == 1
    assert capsys.readouterr().err == "neo4j: no java on the path: install Java 17 or later (a headless runtime is enough)\n"


def test_a_jar_that_was_changed_is_named(tmp_path: Path):
    pinned = _jars_in(tmp_path, {"server/one.jar": b"one", "gds/two.jar": b"two"})
    artifacts.verify(tmp_path, pinned)
    (tmp_path / "gds" / "two.jar").write_bytes(b"something else")
    with pytest.raises(ServerError, match=r"gds/two\.jar doesn't have the SHA-256"):
        artifacts.verify(tmp_path, pinned)


def test_a_jar_too_many_or_too_few_is_named(tmp_path: Path):
    pinned = _jars_in(tmp_path, {"server/one.jar": b"one", "gds/two.jar": b"two"})
    with pytest.raises(ServerError, match=r"server/three\.jar is missing"):
        artifacts.verify(tmp_path, pinned | {"server/three.jar": "0" * 64})
    with pytest.raises(ServerError, match=r"gds/two\.jar is not in jars\.sha256"):
        artifacts.verify(tmp_path, {"server/one.jar": pinned["server/one.jar"]})


def test_every_pinned_jar_has_a_checksum_of_full_length():
    pinned = artifacts.read_checksums(artifacts.CHECKSUMS)
    assert len(pinned) == 345
    assert all(len(digest) == 64 and name.endswith(".jar") for name, digest in pinned.items())


def test_where_docker_answers_compose_starts_it_and_stops_it(
    home: Home, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    log = tmp_path / "docker.log"
    program("docker", f'echo "$ROOTID_NEO4J_HEAP $*" >> {log}; case "$*" in *" ps "*) echo 4f1c;; esac')
    monkeypatch.setattr(compose, "check", lambda _: None)
    started = tool.start(home, heap="2g")
    assert started.connection.by == "docker"
    assert tool.start(home).was_running
    assert tool.stop(home) == started.connection
    assert tool.status(home) is None
    said = log.read_text()
    assert f"2g compose --project-name rootid-home --file {compose.COMPOSE_FILE} up --detach --wait" in said
    assert said.rstrip().endswith(f"--file {compose.COMPOSE_FILE} down")
    assert started.connection.password() not in said


def test_where_docker_cannot_start_it_java_is_tried(home: Home, program: Program):
    program("docker", 'case "$*" in *" up "*) echo "no such image" >&2; exit 1;; esac')
    said: list[str] = []
    with pytest.raises(NoServerError, match="no java"):
        tool.start(home, say=said.append)
    assert said[-1] == "docker compose up failed: no such image; trying Java"
    with pytest.raises(ServerError, match="no such image"):
        tool.start(home, by="docker")


def test_the_compose_file_opens_loopback_ports_only_and_holds_no_password():
    service = yaml.safe_load(compose.COMPOSE_FILE.read_text())["services"]["neo4j"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert service["environment"]["NEO4J_AUTH"].startswith("neo4j/${ROOTID_NEO4J_PASSWORD:?")


def test_a_note_that_cannot_be_read_means_nothing_runs(home: Home):
    home.folder.mkdir()
    (home.folder / "running.json").write_text(json.dumps({"by": "someone"}))
    assert tool.status(home) is None


def test_a_connection_never_shows_its_password(home: Home):
    home.folder.mkdir()
    shown = repr(Connection("java", "neo4j://127.0.0.1:7687", "neo4j", None, home.make_password()))
    assert home.password_file.read_text() not in shown


@pytest.fixture
def jars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> artifacts.Jars:
    """Jars that need no Maven: none."""
    none = artifacts.Jars(tmp_path / "jars")
    monkeypatch.setattr(artifacts, "jars", lambda _say: none)
    return none


def _jars_in(folder: Path, contents: dict[str, bytes]) -> dict[str, str]:
    for name, content in contents.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
