"""One Neo4j as a container, by docker compose and compose.yaml. Must not be needed where there is no Docker."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from deploy.neo4j.connection import Connection, check
from deploy.neo4j.errors import ServerError
from deploy.neo4j.home import Home
from deploy.neo4j.process import BOLT_PORT, HTTP_PORT, free_port

COMPOSE_FILE = Path(__file__).with_name("compose.yaml")

_ANSWER_SECONDS = 10
_START_SECONDS = 900


def engine_answers() -> bool:
    """Whether Docker's engine is up and has compose."""
    docker = shutil.which("docker")
    return docker is not None and all(_succeeds([docker, *ask]) for ask in (["info"], ["compose", "version"]))


def start(home: Home, *, heap: str, bolt_port: int | None, http_port: int | None, say: Callable[[str], None]) -> Connection:
    """Bring the container of this home up, and wait until it lets us in; the caller holds the home's lock."""
    bolt, http = free_port(bolt_port, BOLT_PORT), free_port(http_port, HTTP_PORT)
    password_file = home.make_password()
    connection = Connection("docker", f"neo4j://127.0.0.1:{bolt}", "neo4j", f"http://127.0.0.1:{http}", password_file)
    say("starting Neo4j with docker compose")
    variables = {"BOLT_PORT": str(bolt), "HTTP_PORT": str(http), "HEAP": heap, "PASSWORD": connection.password({})}
    _compose(home, ["up", "--detach", "--wait", "--wait-timeout", str(_START_SECONDS)], variables)
    check(connection)
    home.remember(connection)
    return connection


def is_alive(home: Home) -> bool:
    """Whether the container of this home is running."""
    return engine_answers() and bool(_compose(home, ["ps", "--quiet", "--status", "running", "neo4j"], {"PASSWORD": "-"}).strip())


def stop(home: Home) -> None:
    """Take the container down; its data stays in the volume."""
    _compose(home, ["down"], {"PASSWORD": "-"})


def _compose(home: Home, arguments: list[str], variables: dict[str, str]) -> str:
    environment = os.environ | {f"ROOTID_NEO4J_{name}": value for name, value in variables.items()}
    command = ["docker", "compose", "--project-name", f"rootid-{home.folder.name}", "--file", str(COMPOSE_FILE), *arguments]
    # S603: docker is the user's own, the arguments are ours; the password goes by the environment.
    try:
        done = subprocess.run(  # noqa: S603 - the user's own docker, our arguments
            command, env=environment, capture_output=True, text=True, check=False, timeout=_START_SECONDS + 60
        )
    except subprocess.TimeoutExpired as problem:
        raise ServerError(f"docker compose {arguments[0]} didn't end within {_START_SECONDS + 60} s") from problem
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise ServerError(f"docker compose {arguments[0]} failed: {said[-1]}")
    return done.stdout


def _succeeds(command: list[str]) -> bool:
    try:
        # S603: docker is the user's own, the arguments are fixed.
        return subprocess.run(command, capture_output=True, check=False, timeout=_ANSWER_SECONDS).returncode == 0  # noqa: S603 - the user's own docker, our arguments
    except (OSError, subprocess.TimeoutExpired):
        return False
