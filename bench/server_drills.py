"""What a service on Neo4j lives through: `python -m bench.server_drills [NAME…] [--kills N] [--pause S] [--json]`.

Starts a Neo4j of its own (Java and Maven, or their cache) in a temporary folder: killed with -9 and begun again while clients
write, standing still for some seconds, behind a slow network that stands still for a while, with a full disk; an importer killed
again and again. Checked as in bench/drills.py.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench import journal, throttle
from bench.drills import LOOKUP, PERSONS, Drill, finish, look, opened, post, two_workers
from bench.importer_drill import importer_killed
from bench.served import Served
from bench.world import overlapping
from deploy.neo4j import artifacts, process
from deploy.neo4j import server as tool
from deploy.neo4j.connection import Connection
from deploy.neo4j.errors import ServerError
from deploy.neo4j.home import Home
from graph.events import Event
from graph.stores import schemas
from graph.stores.neo4j import schema
from graph.stores.neo4j.connection import Server

STARTS = 5


@dataclass
class Neo4j:
    """A server of the drills' own."""

    home: Home
    connection: Connection
    heap: str = "1g"

    @property
    def url(self) -> str:
        """For a store."""
        return self.connection.url.replace("neo4j://", "bolt://")

    @property
    def port(self) -> int:
        """Of Bolt."""
        return urlsplit(self.connection.url).port or 0

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        assert self.connection.pid is not None
        os.kill(self.connection.pid, signal.SIGKILL)
        while process.is_alive(self.home, self.connection.pid):
            time.sleep(0.05)

    def begin(self) -> None:
        """Start it again, at the same port. A database that has to recover may take longer than a start waits."""
        for attempt in range(STARTS):
            try:
                self.connection = tool.start(self.home, by="java", heap=self.heap, bolt_port=self.port).connection
                return
            except ServerError:
                if attempt == STARTS - 1:
                    raise

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Within, the process stands still."""
        assert self.connection.pid is not None
        os.kill(self.connection.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.connection.pid, signal.SIGCONT)

    async def empty(self) -> None:
        """Take everything out."""
        server = Server(self.url)
        try:
            await schema.empty(server)
        finally:
            await server.close()


@contextmanager
def neo4j(folder: Path, heap: str = "1g") -> Iterator[Neo4j]:
    """A server with an empty store; its password is in the environment meanwhile."""
    home = Home(folder / "neo4j")
    started = tool.start(home, by="java", heap=heap)
    os.environ["ROOTID_NEO4J_PASSWORD"] = started.connection.password()
    try:
        made = Neo4j(home, started.connection, heap)
        asyncio.run(schemas.apply(made.url))
        yield made
    finally:
        tool.stop(home)


def until(status: int, ask: Callable[[], int], seconds: float = 120.0) -> float:
    """How long it took until a question was answered with a status; infinity where it never was."""
    start = time.monotonic()
    while ask() != status:
        if time.monotonic() - start > seconds:
            return float("inf")
        time.sleep(0.1)
    return round(time.monotonic() - start, 1)


def _lookup(service: Served, token: str) -> Callable[[], int]:
    def ask() -> int:
        try:
            return post(service.port, "/v1/lookup", LOOKUP, token)[0]
        except OSError:
            return 0

    return ask


def server_killed(server: Neo4j, folder: Path, *, kills: int) -> Drill:
    """The server is killed while clients write through two workers, and begun again; the service goes on by itself."""
    drill, chance = Drill("Neo4j killed"), random.Random(6)
    back: list[float] = []
    between: list[int] = []
    with two_workers(server.url, folder) as (service, token):
        with journal.writing(service.port, token, writers=4, persons=PERSONS, name="n") as journals:
            for _ in range(kills):
                before = len(journal.acknowledged(journals))
                _more_than(journals, before + 20)
                time.sleep(chance.random())
                between.append(len(journal.acknowledged(journals)) - before)
                server.kill()
                if service.answers("/readyz") != 503:
                    drill.faults.append("/readyz was ready without a server")
                if service.answers("/livez") != 200:
                    drill.faults.append("the service wasn't alive without a server")
                server.begin()
                back.append(until(200, lambda: service.answers("/readyz")))
            before = len(journal.acknowledged(journals))
            _more_than(journals, before + 20)
            between.append(len(journal.acknowledged(journals)) - before)
        drill.figures |= {"kills": kills, "acknowledged_between": between, "ready_after_server_s": back}
        if min(between) < 20:
            drill.faults.append("too little was acknowledged between two kills to prove anything")
        return look(drill, server.url, journals)


def _more_than(journals: list[journal.Journal], count: int) -> None:
    """Wait until clients know of more acknowledged facts than so many, but two minutes at most."""
    until(200, lambda: 200 if len(journal.acknowledged(journals)) > count else 0)


def server_paused(server: Neo4j, folder: Path, *, seconds: float) -> Drill:
    """The server stands still for a while: not ready, nobody waits for ever, and it goes on by itself."""
    drill = Drill(f"Neo4j paused for {seconds:.0f} s")
    with two_workers(server.url, folder) as (service, token):
        with journal.writing(service.port, token, writers=4, persons=PERSONS, name="p") as journals:
            time.sleep(2)
            with server.paused():
                start = time.monotonic()
                drill.figures["not_ready_after_s"] = until(503, lambda: service.answers("/readyz"), seconds)
                live = service.answers("/livez")
                time.sleep(max(0.0, seconds - (time.monotonic() - start)))
            drill.figures["ready_after_s"] = until(200, lambda: service.answers("/readyz"))
            drill.figures["lookups_after_s"] = until(200, _lookup(service, token))
            time.sleep(2)
        if live != 200:
            drill.faults.append("the service wasn't alive meanwhile")
        return look(drill, server.url, journals)


def slow_network(server: Neo4j, folder: Path, *, seconds: float) -> Drill:
    """Every packet to the server and back takes 50 ms more; then none passes for a while; then all is well again."""
    drill = Drill("slow network")
    with throttle.between(server.port) as network:
        url = f"bolt://127.0.0.1:{network.port}"
        with two_workers(url, folder) as (service, token):
            with journal.writing(service.port, token, writers=2, persons=PERSONS, name="s") as journals:
                network.delay = 0.05
                time.sleep(3)
                start = time.monotonic()
                drill.figures["lookup_when_slow"] = _lookup(service, token)()
                drill.figures["lookup_when_slow_s"] = round(time.monotonic() - start, 2)
                network.still = True
                drill.figures["not_ready_after_s"] = until(503, lambda: service.answers("/readyz"), seconds)
                time.sleep(seconds)
                network.still, network.delay = False, 0.0
                drill.figures["ready_after_s"] = until(200, lambda: service.answers("/readyz"))
                time.sleep(2)
            return look(drill, server.url, journals)


def backed_up(server: Neo4j, folder: Path) -> Drill:
    """The stopped server's database is dumped and loaded again over one that was emptied: everything is as it was."""
    drill, rng = Drill("Neo4j dumped and loaded"), random.Random(9)

    async def fill() -> None:
        service = await opened(server.url)
        for start in range(0, 500, 100):
            ids = [str(number) for number in range(start, start + 100)]
            await service.record([Event(see=tuple(overlapping(rng, 50)), source="b", event_id=each) for each in ids])
        await service.close()

    async def roots() -> list[tuple[str, str | None]]:
        service = await opened(server.url)
        try:
            return sorted([(row["own_id"], row["root_id"]) async for row in service.export_roots("default")])
        finally:
            await service.close()

    asyncio.run(fill())
    before = asyncio.run(roots())
    tool.stop(server.home)
    _admin(server.home, "dump", f"--to-path={folder}")
    server.begin()
    asyncio.run(server.empty())
    tool.stop(server.home)
    _admin(server.home, "load", f"--from-path={folder}", "--overwrite-destination=true")
    server.begin()
    drill.figures |= {"identifiers": len(before), "dump_kb": (folder / "neo4j.dump").stat().st_size // 1000}
    if asyncio.run(roots()) != before:
        drill.faults.append("roots aren't what they were")
    return look(drill, server.url, [journal.Journal("b", {("b", str(number)) for number in range(500)})])


def _admin(home: Home, verb: str, *options: str) -> None:
    """`neo4j-admin database VERB neo4j …` of a stopped server, by its own jars."""
    environment = os.environ | {"NEO4J_HOME": str(home.folder), "NEO4J_CONF": str(home.settings_folder)}
    command = [
        artifacts.find_java(),
        f"@{home.folder / 'java.arguments'}",
        process.ADMIN_CLASS,
        "database",
        verb,
        "neo4j",
        *options,
    ]
    subprocess.run(command, env=environment, check=True, capture_output=True)


def disk_full(server: Neo4j, folder: Path, place: Path) -> Drill:
    """The server's disk is full for a while; where its database stopped, it is begun again. Nothing acknowledged is lost."""
    drill = Drill("Neo4j, disk full")
    ballast = place / "ballast"
    with two_workers(server.url, folder) as (service, token):
        with journal.writing(service.port, token, writers=4, persons=100 * PERSONS, size=100, name="f") as journals:
            _more_than(journals, 0)
            with suppress(OSError), ballast.open("wb") as file:  # until there is no room left
                while True:
                    file.write(bytes(100_000))
                    file.flush()
            if until(1, lambda: any(one.refusals for one in journals)) == float("inf"):
                drill.faults.append("the disk was never full")
            drill.figures["not_ready_after_s"] = until(503, lambda: service.answers("/readyz"), 30)
            drill.figures["meanwhile"] = {"lookup": _lookup(service, token)(), "livez": service.answers("/livez")}
            ballast.unlink()
            drill.figures["ready_by_itself_after_s"] = wait = until(200, lambda: service.answers("/readyz"), 20)
            if wait == float("inf"):
                server.kill()  # stopped cleanly, it writes the rest of a transaction that was cut off behind what is there of it
                server.begin()
                drill.figures["ready_after_restart_s"] = until(200, lambda: service.answers("/readyz"))
            before = len(journal.acknowledged(journals))
            _more_than(journals, before)
            drill.figures["acknowledged_before_and_after"] = before, len(journal.acknowledged(journals)) - before
        said = [json.loads(x)["what"] for x in service.log.read_text().splitlines() if '"error"' in x]
        drill.figures["log"] = sorted({told for one in said if (told := one.partition("failed: ")[2])})
        if before == len(journal.acknowledged(journals)):
            drill.faults.append("nothing was acknowledged after it")
        return look(drill, server.url, journals)


def run(names: list[str], kills: int, pause: float) -> list[Drill]:
    """The drills of these names."""
    found: list[Drill] = []
    for name in names:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            if name == "disk":
                with _mounted(folder) as place, neo4j(place, "512m") as server:
                    found.append(disk_full(server, folder, place))
                continue
            with neo4j(folder) as server:
                if name == "kill":
                    found.append(server_killed(server, folder, kills=kills))
                elif name == "pause":
                    found.append(server_paused(server, folder, seconds=pause))
                elif name == "network":
                    found.append(slow_network(server, folder, seconds=pause))
                elif name == "backup":
                    found.append(backed_up(server, folder))
                elif name == "importer":
                    found.append(importer_killed(server.url, folder, kills=kills, rows=30_000, chunk=500))
                    embedded = f"sqlite:///{folder / 'import.db'}"
                    found.append(importer_killed(embedded, folder, kills=kills, rows=200_000, chunk=5_000))
    return found


@contextmanager
def _mounted(folder: Path) -> Iterator[Path]:
    """A file system of its own, ext4 in a file; needs the right to mount one."""
    place, image = folder / "small", folder / "image"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(900_000_000)
    subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=False)


def main() -> None:
    """Run drills and print."""
    every = ["kill", "pause", "network", "importer", "backup", "disk"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(every)}; all without")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--pause", type=float, default=20)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    for name in ("ROOTID_NEO4J_URL", "ROOTID_NEO4J_USER"):
        os.environ.pop(name, None)
    finish(run(asked.names or every, asked.kills, asked.pause), as_json=asked.json)


if __name__ == "__main__":
    main()
