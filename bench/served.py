"""A real `rootid serve` in processes of its own on a loopback port: start, watch, kill, end. Knows nothing of what is asked."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECRET = b"b" * 32
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Served:
    """A service under way. Its log is what it wrote to stdout and stderr."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def pids(self) -> list[int]:
        """The process that was started, and all below it."""
        found = [self.process.pid]
        for pid in found:
            found += _children(pid)
        return found

    @property
    def workers(self) -> list[int]:
        """Those that answer requests."""
        below = [pid for pid in _children(self.process.pid) if b"spawn_main" in _command(pid)]
        return below or [self.process.pid]

    def kill_worker(self, number: int = 0) -> int:
        """SIGKILL to one worker; answers which it was."""
        workers = self.workers
        pid = workers[number % len(workers)]
        os.kill(pid, signal.SIGKILL)
        return pid

    def resident(self) -> tuple[float, float]:
        """MiB in memory of all processes together: their own, and all (with code, and pages of the store's file)."""
        told = [_read(pid, "status") for pid in self.pids]
        return _sum(told, "RssAnon:"), _sum(told, "VmRSS:")

    def cpu(self) -> float:
        """Seconds of processor time of all processes that are there now."""
        return sum(sum(map(int, _stat(pid)[11:13])) for pid in self.pids if _stat(pid)) / TICKS

    def answers(self, path: str = "/readyz") -> int:
        """The status of a GET without a key; 0 where nobody answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("GET", path)
            return line.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            line.close()

    def wait(self, status: int = 200, path: str = "/readyz", seconds: float = 60.0) -> float:
        """Wait until a path answers with a status; how long that took. Raises TimeoutError, with the last the service said."""
        start = time.monotonic()
        while self.answers(path) != status:
            if self.process.poll() is not None or time.monotonic() - start > seconds:
                raise TimeoutError(f"{path} never answered {status}; the last it said: {self.log.read_text()[-2000:]}")
            time.sleep(0.05)
        return time.monotonic() - start


def free_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def begin(store: str, log: Path, workers: int = 1, port: int | None = None, more: Mapping[str, str] | None = None) -> Served:
    """Start one, and don't wait for it. `more`: environment, beside that of this process."""
    port = port or free_port()
    command = [sys.executable, "-m", "cli.main", "--store", store, "serve", "--port", str(port), "--workers", str(workers)]
    environment = {**os.environ, "ROOTID_KEY": SECRET.hex(), **(more or {})}
    with log.open("ab") as out:
        process = subprocess.Popen([*command, "--no-first-key"], cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
    return Served(process, port, log)


def end(served: Served, seconds: float = 60.0) -> None:
    """Ask it to end, and wait; where it doesn't, end all its processes."""
    pids = served.pids
    if served.process.poll() is None:
        served.process.send_signal(signal.SIGTERM)
        try:
            served.process.wait(seconds)
        except subprocess.TimeoutExpired:
            served.process.kill()
            served.process.wait()
    for pid in pids[1:]:
        if b"spawn_main" in _command(pid):
            os.kill(pid, signal.SIGKILL)


@contextmanager
def serving(
    store: str, log: Path, workers: int = 1, port: int | None = None, more: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """One that is ready, until the block ends."""
    served = begin(store, log, workers, port, more)
    try:
        served.wait()
        yield served
    finally:
        end(served)


def _sum(told: list[str], name: str) -> float:
    return sum(int(status.partition(name)[2].split()[0]) for status in told if name in status) / 1024


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except (OSError, ProcessLookupError):
        return ""


def _stat(pid: int) -> list[str]:
    return _read(pid, "stat").rpartition(")")[2].split()


def _command(pid: int) -> bytes:
    return _read(pid, "cmdline").encode()


def _children(pid: int) -> list[int]:
    return [int(child) for child in _read(pid, f"task/{pid}/children").split()]
