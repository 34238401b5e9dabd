"""The folder of one local server: its data, password, lock and the note on what runs. Must not start or stop anything."""

import fcntl
import json
import os
import secrets
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.neo4j.connection import Connection
from deploy.neo4j.errors import ServerError

_LOCK_SECONDS = 300.0


def cache_folder() -> Path:
    """`$XDG_CACHE_HOME/rootid/neo4j`, or `~/.cache/rootid/neo4j`: outside the source tree, made when first written to."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache").resolve() / "rootid" / "neo4j"


@dataclass(frozen=True, slots=True)
class Home:
    """One server's folder. Two servers (one to work with, one for tests) have two homes and share the jars."""

    folder: Path

    @classmethod
    def of(cls, name: str) -> "Home":
        """The home of that name in the cache folder: "work" for people, "tests" for the test suite."""
        return cls(cache_folder() / "homes" / name)

    @property
    def password_file(self) -> Path:
        """Holds the password of user neo4j and nothing else; mode 0600."""
        return self.folder / "password"

    @property
    def settings_folder(self) -> Path:
        """Where neo4j.conf is."""
        return self.folder / "conf"

    @property
    def console(self) -> Path:
        """What the process wrote to its standard output and error."""
        return self.folder / "console.log"

    @property
    def logs(self) -> Path:
        """Where the server logs: neo4j.log for people, debug.log for its makers."""
        return self.folder / "logs"

    @property
    def has_data(self) -> bool:
        """Whether a server was started here before (then its password is set)."""
        return (self.folder / "data" / "databases").exists()

    def locked(self) -> AbstractContextManager[None]:
        """Hold the home alone, among threads and processes: one start or stop at a time. ServerError after five minutes."""
        return held(self.folder / "lock")

    def make_password(self) -> Path:
        """Keep the password that is there, or make one: 32 random hex digits in a file of mode 0600.

        ServerError where there is data, which was made with a password that isn't there any more.
        """
        if not self.password_file.exists():
            if self.has_data:
                raise ServerError(f"{self.password_file} is gone: put it back, or delete {self.folder} to begin with no data")
            write_private(self.password_file, secrets.token_hex(16))
        return self.password_file

    def remember(self, connection: Connection) -> None:
        """Note what runs here, for `status` and `stop`."""
        note = {"by": connection.by, "url": connection.url, "http_url": connection.http_url, "pid": connection.pid}
        write_private(self._note, json.dumps(note))

    def remembered(self) -> Connection | None:
        """What was noted last: it may have ended since. Nothing where the note can't be read."""
        try:
            note = json.loads(self._note.read_text())
            by, pid = note["by"], note["pid"]
            return (
                Connection(by, note["url"], "neo4j", note["http_url"], self.password_file, pid)
                if by in ("docker", "java")
                else None
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def forget(self) -> None:
        """Nothing runs here any more."""
        self._note.unlink(missing_ok=True)

    @property
    def _note(self) -> Path:
        return self.folder / "running.json"


@contextmanager
def held(file: Path) -> Generator[None]:
    """Hold a lock file alone; it ends with the process, however that ends. ServerError after five minutes of waiting."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as lock:
        deadline = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise ServerError(f"another start or stop has held {file} for five minutes") from None
                time.sleep(0.1)
        yield


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)
    part.replace(file)
