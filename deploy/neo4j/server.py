"""Start, find and stop a local Neo4j: `python -m deploy.neo4j.server start|stop|status|settings`. Must not know its contents."""

import argparse
import json
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from deploy.neo4j import compose, process
from deploy.neo4j.connection import Connection, check, from_environment
from deploy.neo4j.errors import ServerError
from deploy.neo4j.home import Home

By = Literal["auto", "docker", "java"]
NOT_RUNNING = 3


@dataclass(frozen=True, slots=True)
class Started:
    """A server that answers, and whether it was there before this start."""

    connection: Connection
    was_running: bool


def _silent(_: str) -> None:
    """Say nothing."""


def start(
    home: Home,
    *,
    by: By = "auto",
    heap: str = "2g",
    bolt_port: int | None = None,
    http_port: int | None = None,
    say: Callable[[str], None] = _silent,
) -> Started:
    """See to it that a server answers: the one of the environment, else that of this home, started where it isn't running.

    A URL in the environment comes first and is only checked. Else Docker is used where its engine answers and can start the
    server, else Java with the jars that Maven gets. Two starts of one home wait for each other. NoServerError where this
    machine has no way to a server; another ServerError where there is one and it fails.
    """
    if given := from_environment():
        check(given)
        return Started(given, was_running=True)
    with home.locked():
        if running := _running(home):
            if running.by == "java":
                process.wait_ready(home, running)
            return Started(running, was_running=True)
        if by == "docker" or (by == "auto" and compose.engine_answers()):
            try:
                made = compose.start(home, heap=heap, bolt_port=bolt_port, http_port=http_port, say=say)
                return Started(made, was_running=False)
            except ServerError as problem:
                if by == "docker":
                    raise
                say(f"{problem}; trying Java")
        made = process.start(home, heap=heap, bolt_port=bolt_port, http_port=http_port, say=say)
        return Started(made, was_running=False)


def stop(home: Home) -> Connection | None:
    """Stop what `start` started in this home, and nothing else; answers what it was. One of the environment is left alone."""
    with home.locked():
        if running := _running(home):
            if running.by == "docker":
                compose.stop(home)
            else:
                process.stop(home, running)
        home.forget()
        return running


def status(home: Home) -> Connection | None:
    """The server that `start` would find, without starting one."""
    return from_environment() or _running(home)


def _running(home: Home) -> Connection | None:
    noted = home.remembered()
    if noted is None:
        return None
    alive = compose.is_alive(home) if noted.by == "docker" else process.is_alive(home, noted.pid)
    return noted if alive else None


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Answers 0, 1 after a problem (one sentence on standard error), 3 for a status of nothing running."""
    asked = _parser().parse_args(arguments)
    home = Home(Path(asked.home).resolve()) if "/" in asked.home else Home.of(asked.home)
    try:
        if asked.verb == "start":
            return _start(home, asked)
        if asked.verb == "stop":
            return _stop(home)
        return _status(home, as_json=asked.json) if asked.verb == "status" else _settings(home)
    except ServerError as problem:
        _complain(str(problem))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.neo4j.server", description=__doc__)
    parser.add_argument(
        "--home", default="work", help="which server: work (default), tests, or a folder with a slash in its name"
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    start_verb = verbs.add_parser("start", help="start a server, or find the one that runs")
    start_verb.add_argument("--by", choices=("auto", "docker", "java"), default="auto", help="how, where no URL is set")
    start_verb.add_argument("--heap", default="2g", help="memory of the server's heap (default 2g)")
    start_verb.add_argument("--bolt-port", type=int, help="default: 7687 if free, else any free one")
    start_verb.add_argument("--http-port", type=int, help="default: 7474 if free, else any free one")
    verbs.add_parser("stop", help="stop the server that start started")
    status_verb = verbs.add_parser("status", help="say what runs and where")
    status_verb.add_argument("--json", action="store_true", help="for programs; the password's file, never the password")
    verbs.add_parser("settings", help='shell lines for other tools: eval "$(... settings)"')
    return parser


def _start(home: Home, asked: argparse.Namespace) -> int:
    started = start(home, by=asked.by, heap=asked.heap, bolt_port=asked.bolt_port, http_port=asked.http_port, say=_complain)
    _print(f"{'already running' if started.was_running else 'ready'}: {_described(started.connection)}")
    return 0


def _stop(home: Home) -> int:
    stopped = stop(home)
    given = from_environment()
    if stopped:
        _print(f"stopped: {stopped.url}")
    elif given:
        _print(f"left alone: {given.url} (ROOTID_NEO4J_URL names it, so it isn't ours to stop)")
    else:
        _print("nothing to stop")
    return 0


def _status(home: Home, *, as_json: bool) -> int:
    found = status(home)
    if as_json:
        _print(json.dumps({"running": found is not None} | (asdict(found) if found else {}), default=str))
    else:
        _print(f"running: {_described(found)}" if found else "not running")
    return 0 if found else NOT_RUNNING


def _settings(home: Home) -> int:
    found = status(home)
    if found is None:
        _complain("not running")
        return NOT_RUNNING
    _print(f"export ROOTID_NEO4J_URL={shlex.quote(found.url)}\nexport ROOTID_NEO4J_USER={shlex.quote(found.user)}")
    if found.password_file:
        _print(f'export ROOTID_NEO4J_PASSWORD="$(cat {shlex.quote(str(found.password_file))})"')
    return 0


def _described(connection: Connection) -> str:
    browser = f", Browser {connection.http_url}/browser/" if connection.http_url else ""
    password = f", password in {connection.password_file}" if connection.password_file else ""
    return f"{connection.url} by {connection.by}, user {connection.user}{password}{browser}"


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _complain(text: str) -> None:
    sys.stderr.write(f"neo4j: {text}\n")


if __name__ == "__main__":
    sys.exit(main())
