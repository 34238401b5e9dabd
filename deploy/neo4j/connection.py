"""Where a Neo4j is and whether it lets us in. The only module in deploy/ that uses the driver; must not start anything."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import neo4j
from neo4j.exceptions import AuthError, ConfigurationError, DriverError, Neo4jError, ServiceUnavailable

from deploy.neo4j.errors import ServerError

Means = Literal["environment", "docker", "java"]

_PATIENCE_SECONDS = 10.0
_BOLT = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach one server.

    `url` is for drivers (Bolt), `http_url` for a browser (absent for a server that somebody else runs), `by` says who runs
    it. The password is never part of it: it is in `password_file`, readable by its owner only, or for a server of the
    environment in `ROOTID_NEO4J_PASSWORD`.
    """

    by: Means
    url: str
    user: str
    http_url: str | None = None
    password_file: Path | None = None
    pid: int | None = None

    def password(self, environment: Mapping[str, str] = os.environ) -> str:
        """The password, read now. ServerError where it isn't there."""
        if self.password_file is None:
            if password := environment.get("ROOTID_NEO4J_PASSWORD"):
                return password
            raise ServerError("ROOTID_NEO4J_URL is set, but ROOTID_NEO4J_PASSWORD is not")
        try:
            return self.password_file.read_text().strip()
        except OSError as problem:
            raise ServerError(
                f"the password file {self.password_file} can't be read ({problem.strerror}): stop the server, delete"
                f" {self.password_file.parent} and start again (its data is lost)"
            ) from problem


def from_environment(environment: Mapping[str, str] = os.environ) -> Connection | None:
    """The server that `ROOTID_NEO4J_URL` names, if it names one."""
    url = environment.get("ROOTID_NEO4J_URL")
    return Connection("environment", url, environment.get("ROOTID_NEO4J_USER") or "neo4j") if url else None


def driver(connection: Connection) -> neo4j.Driver:
    """A driver for the server; who asks closes it. ServerError where the URL is none of Bolt's."""
    if connection.url.partition("://")[0] not in _BOLT:
        raise ServerError(f"{connection.url} is no Neo4j URL: it begins with one of {', '.join(_BOLT)}, then ://")
    try:
        return neo4j.GraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType]  # its **config is untyped
            connection.url,
            auth=(connection.user, connection.password()),
            connection_timeout=_PATIENCE_SECONDS,
            connection_acquisition_timeout=_PATIENCE_SECONDS,
            telemetry_disabled=True,
        )
    except (ConfigurationError, ValueError) as problem:
        raise ServerError(f"{connection.url} is no Neo4j URL: {problem}") from problem


def check(connection: Connection) -> None:
    """Log in and ask the database once, also where it still has to open. ServerError where nobody answers or lets us in."""
    with driver(connection) as opened:
        try:
            opened.execute_query("RETURN 1")  # connectivity alone is also there while the database is not
        except AuthError as problem:
            where = connection.password_file or "ROOTID_NEO4J_PASSWORD"
            raise ServerError(f"{connection.url} refuses user {connection.user}: wrong password (see {where})") from problem
        except ServiceUnavailable as problem:
            raise ServerError(f"nothing answers at {connection.url}: is the server up, and is the URL right?") from problem
        except (DriverError, Neo4jError) as problem:
            raise ServerError(f"{connection.url} answers, but not as a Neo4j should: {problem}") from problem


def has_stopped(connection: Connection) -> bool:
    """Whether the server answers and its database doesn't, as after a write that found the disk full."""
    try:
        with driver(connection) as opened, opened.session() as session:  # pyright: ignore[reportUnknownMemberType]  # its **config is untyped
            session.run("RETURN 1").consume()
    except (DriverError, ServerError):
        return False
    except Neo4jError as problem:
        return (problem.code or "").startswith("Neo.DatabaseError.")
    return False
