"""One Neo4j as a Java process of this machine: written settings, start, wait, stop. Must not touch a process it didn't start."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from deploy.neo4j import artifacts
from deploy.neo4j.connection import Connection, check, has_stopped
from deploy.neo4j.errors import ServerError
from deploy.neo4j.home import Home, cache_folder, held

MAIN_CLASS = "org.neo4j.server.CommunityEntryPoint"
ADMIN_CLASS = "org.neo4j.cli.AdminTool"
BOLT_PORT = 7687
HTTP_PORT = 7474

_READY_SECONDS = 180.0
_STOP_SECONDS = 120.0
_LAST_LINES = 12
_LOOKS = 100
_COLLECTOR = "-XX:+UseParallelGC"
"""A write holds hundreds of megabytes until it commits: the collector that copies them least."""
_OPENS = tuple(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in ("java.nio", "java.io", "sun.nio.ch"))
"""What Neo4j's own start opens, too. Without it the server can't claim the room of a transaction log before it writes there, and
a full disk stops its database in the middle of a write, instead of making it read-only when a new log finds no room."""


def start(home: Home, *, heap: str, bolt_port: int | None, http_port: int | None, say: Callable[[str], None]) -> Connection:
    """Start the server of this home and wait until it lets us in; the caller holds the home's lock.

    A port that isn't given is the usual one if that is free, else any free one. ServerError with the last lines of its log
    where the server ends before it is ready.
    """
    if re.fullmatch(r"[1-9]\d*[kmgKMG]", heap) is None:
        raise ServerError(f"heap {heap!r} is no size: write 512m or 1g")
    java = artifacts.find_java()
    jars = artifacts.jars(say)
    with held(cache_folder() / "ports.lock"):
        return _started(home, java, heap, jars, (bolt_port, http_port), say)


def _started(
    home: Home, java: str, heap: str, jars: artifacts.Jars, ports: tuple[int | None, int | None], say: Callable[[str], None]
) -> Connection:
    """The rest of a start; the caller holds the lock that keeps two homes from taking the same free port."""
    bolt, http = free_port(ports[0], BOLT_PORT), free_port(ports[1], HTTP_PORT)
    write_settings(home, jars, bolt, http)
    arguments = home.folder / "java.arguments"
    class_path = jars.class_path().replace("\\", "\\\\").replace('"', '\\"')
    arguments.write_text(f'-cp "{class_path}"\n')
    if not home.has_data:
        set_password(home, java, arguments)
    log = home.logs / "neo4j.log"
    if log.exists():
        log.replace(log.with_suffix(".log.before"))
    command = [
        java,
        f"-Xms{heap}",
        f"-Xmx{heap}",
        _COLLECTOR,
        _room_for_news(heap),
        *_OPENS,
        f"-XX:ErrorFile={home.folder}/java-crash-%p.log",
        f"@{arguments}",
        MAIN_CLASS,
    ]
    say(f"starting Neo4j in {home.folder}")
    pid = spawn([*command, f"--home-dir={home.folder}", f"--config-dir={home.settings_folder}"], home.console)
    connection = Connection("java", f"neo4j://127.0.0.1:{bolt}", "neo4j", f"http://127.0.0.1:{http}", home.make_password(), pid)
    home.remember(connection)
    wait_ready(home, connection)
    return connection


def _room_for_news(heap: str) -> str:
    """Half of the heap for what writes make and drop; of a large one all but the gigabyte in which what lasts has room enough."""
    megabytes = int(heap[:-1]) * {"k": 1, "m": 1024, "g": 1024**2}[heap[-1].lower()] // 1024
    return "-XX:NewRatio=1" if megabytes < 3072 else f"-Xmn{megabytes - 1024}m"


def wait_ready(home: Home, connection: Connection) -> None:
    """Wait until HTTP answers and Bolt lets us in. ServerError where the process ends, or after three minutes."""
    deadline = time.monotonic() + _READY_SECONDS
    while is_alive(home, connection.pid):
        if _answers(connection.http_url):
            check(connection)
            return
        if time.monotonic() > deadline:
            raise ServerError(f"the server isn't ready after {_READY_SECONDS:.0f} s; the last it said:\n{last_lines(home)}")
        time.sleep(0.2)
    home.forget()
    raise ServerError(f"the server ended before it was ready; the last it said:\n{last_lines(home)}")


def stop(home: Home, connection: Connection) -> None:
    """SIGTERM, then wait: the store closes cleanly. ServerError where it is still there after two minutes.

    A server whose database has stopped gets SIGKILL. Closing cleanly it would write the rest of a transaction behind the place
    where the disk was full, and its log could never be read again; killed, it recovers all that was acknowledged.
    """
    if connection.pid is None or not is_alive(home, connection.pid):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(connection.pid, signal.SIGKILL if has_stopped(connection) else signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while is_alive(home, connection.pid):
        if time.monotonic() > deadline:
            raise ServerError(f"process {connection.pid} hasn't ended {_STOP_SECONDS:.0f} s after SIGTERM: look at {home.logs}")
        time.sleep(0.1)


def is_alive(home: Home, pid: int | None) -> bool:
    """Whether that process is there and is the server of this home, and not another one that was given the number since."""
    if pid is None:
        return False
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # one that this very process started and that ended would stay as a zombie
    line = _command_line(pid)
    return MAIN_CLASS in line and f"--home-dir={home.folder} " in f"{line} "


def free_port(wanted: int | None, usual: int) -> int:
    """The wanted port, or ServerError where it is taken; without a wish the usual one if it is free, else any free one."""
    if wanted is not None:
        if not _is_free(wanted):
            raise ServerError(f"port {wanted} is taken: name another one, or none for a free one")
        return wanted
    if _is_free(usual):
        return usual
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_settings(home: Home, jars: artifacts.Jars, bolt: int, http: int) -> None:
    """Write neo4j.conf: loopback only, no report to its makers, GDS allowed, and no more transaction logs than needed.

    Beside it `plugins/` with links to the jars that hold procedures. Like all others they are on the class path, too.
    """
    plugins = home.folder / "plugins"
    shutil.rmtree(plugins, ignore_errors=True)
    plugins.mkdir(parents=True)
    for jar in jars.with_procedures():
        (plugins / jar.name).symlink_to(jar)
    settings = {
        "server.default_listen_address": "127.0.0.1",
        "server.bolt.listen_address": f"127.0.0.1:{bolt}",
        "server.bolt.advertised_address": f"127.0.0.1:{bolt}",
        "server.http.listen_address": f"127.0.0.1:{http}",
        "server.http.advertised_address": f"127.0.0.1:{http}",
        "server.https.enabled": "false",
        "server.directories.plugins": str(plugins),
        "server.memory.pagecache.size": "2g",
        "db.tx_log.rotation.retention_policy": "256M size",
        "db.tx_log.rotation.size": "64M",
        "db.index_sampling.update_percentage": "50",
        "dbms.security.procedures.unrestricted": "gds.*",
        "dbms.usage_report.enabled": "false",
        "client.allow_telemetry": "false",
    }
    home.settings_folder.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{name}={value}\n" for name, value in settings.items())
    (home.settings_folder / "neo4j.conf").write_text(f"# Written at each start by deploy/neo4j: changes here are lost.\n{text}")


def set_password(home: Home, java: str, arguments: Path) -> None:
    """Set the first password, before the first start. It goes by a file, so that no list of processes shows it."""
    environment = os.environ | {"NEO4J_HOME": str(home.folder), "NEO4J_CONF": str(home.settings_folder)}
    command = [java, f"@{arguments}", ADMIN_CLASS, "dbms", "set-initial-password", f"@{home.make_password()}"]
    # S603: the program is the user's own java, the arguments are ours.
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - a program of the user's or the system's, our arguments
    if done.returncode:
        raise ServerError(f"the first password can't be set: {(done.stderr or done.stdout).strip()}")


def spawn(command: list[str], console: Path) -> int:
    """Start a process that outlives this one, in a session of its own, writing to `console`; answers its pid."""
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    streams = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(console), write, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return os.posix_spawn(command[0], command, os.environ, file_actions=streams, setsid=True)


def last_lines(home: Home) -> str:
    """The end of what the server said: its console, or neo4j.log where the console is empty."""
    for file in (home.console, home.logs / "neo4j.log"):
        with contextlib.suppress(OSError):
            if lines := file.read_text(errors="replace").strip().splitlines():
                return "\n".join(f"  {line}" for line in lines[-_LAST_LINES:])
    return f"  nothing (see {home.logs})"


def _answers(http_url: str | None) -> bool:
    # S310: the URL is http on 127.0.0.1, written by us.
    with contextlib.suppress(OSError), urllib.request.urlopen(f"{http_url}/", timeout=2) as answer:  # noqa: S310 - an address of ours on this machine
        return answer.status == 200
    return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _command_line(pid: int) -> str:
    """The command line of a process; nothing where there is none, or where it has ended and waits to be collected."""
    about = Path(f"/proc/{pid}")
    if not Path("/proc/self").exists():
        # S603: ps is a system program, the argument a number; for systems without /proc.
        show = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
        return subprocess.run(show, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603 - a program of the user's or the system's, our arguments
    try:
        for _ in range(_LOOKS):
            if line := (about / "cmdline").read_bytes():
                return line.replace(b"\0", b" ").decode(errors="replace").strip()
            if (about / "stat").read_text().rpartition(")")[2].split()[0] in "ZX":
                return ""
            time.sleep(0.01)  # just started: it has no command line for a moment
    except OSError:
        pass
    return ""
