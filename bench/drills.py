"""What a served store lives through: `python -m bench.drills [NAME…] [--store bolt://…] [--kills N] [--json]`.

Workers killed with -9 while clients write, many writers on few persons, ten thousand wrong keys, a key revoked, a poison message,
a full disk. Each drill is checked by a program against the clients' own journals, the rules on all facts, the feed and the audit
log (bench/oracle.py), and ends without hands. Those that need a Neo4j server of their own are in bench/server_drills.py.
"""

import argparse
import asyncio
import http.client
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from bench import journal, oracle, served
from bench.filled import token_for
from bench.journal import Journal
from bench.served import SECRET, Served
from bench.world import POLICY
from graph.service import Service
from graph.stores import schemas
from graph.stores.scratch import scratch

PERSONS = 500
REPLACED_SECONDS = 60.0
LOOKUP = b'{"lookups":[{"identifiers":["crm:c1"]}]}'


@dataclass
class Drill:
    """What came of one drill: figures, and what was wrong (nothing, it is to be hoped)."""

    name: str
    figures: dict[str, object] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


async def opened(url: str) -> Service:
    """The store of a drill, in this process."""
    return await Service.open(url, POLICY, secret=SECRET)


async def _looked_at(url: str, journals: list[Journal]) -> list[str]:
    service = await opened(url)
    try:
        return await oracle.faults(service, journal.acknowledged(journals))
    finally:
        await service.close()


def look(drill: Drill, url: str, journals: list[Journal]) -> Drill:
    """Note what the clients saw, and what is wrong with the store."""
    drill.figures |= journal.figures(journals)
    drill.faults += asyncio.run(_looked_at(url, journals))
    drill.faults += [f"{one.name} gave up" for one in journals if one.gave_up]
    return drill


def post(port: int, path: str, body: bytes, token: str = "") -> tuple[int, bytes]:
    """One request over a connection of its own."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        line.request("POST", path, body, headers)
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def workers_killed(service: Served, url: str, token: str, *, kills: int, writers: int = 4, persons: int = PERSONS) -> Drill:
    """One worker after the other is killed while clients write; the others answer meanwhile, and it is replaced by itself."""
    drill, chance = Drill("workers killed"), random.Random(5)
    replaced: list[float] = []
    with journal.writing(service.port, token, writers=writers, persons=persons, name=f"k{time.time_ns()}-") as journals:
        for _ in range(kills):
            time.sleep(0.3 + chance.random())
            count, killed, start = len(service.workers), service.kill_worker(chance.randrange(8)), time.monotonic()
            while killed in service.workers or len(service.workers) < count:
                if time.monotonic() - start > REPLACED_SECONDS:
                    drill.faults.append("a killed worker was not replaced")
                    break
                time.sleep(0.05)
            replaced.append(time.monotonic() - start)
        time.sleep(2)
    drill.figures |= {"kills": kills, "replaced_after_s": round(max(replaced), 1)}
    return look(drill, url, journals)


def writers_together(
    service: Served, url: str, token: str, *, writers: int = 8, batches: int = 50, persons: int = PERSONS
) -> Drill:
    """Clients that write the same persons over all workers."""
    start = time.monotonic()
    name = f"t{time.time_ns()}-"
    with journal.writing(service.port, token, writers=writers, persons=persons, most=batches, name=name) as journals:
        pass
    spent = time.monotonic() - start
    drill = look(Drill(f"{writers} writers, {len(service.workers)} workers"), url, journals)
    drill.figures["sightings_per_s"] = round(len(journal.acknowledged(journals)) / spent)
    if len(journal.acknowledged(journals)) != writers * batches * 5:
        drill.faults.append("not everything was acknowledged")
    return drill


def wrong_keys(service: Served, token: str, *, tries: int = 10_000) -> Drill:
    """Wrong keys from one address, half of them with the id of a real one: refused, soon without a look; nobody else waits."""
    drill, log = Drill("wrong keys"), service.log.stat().st_size
    statuses: Counter[int] = Counter()
    took: dict[str, list[float]] = {"known id": [], "unknown id": []}
    alone = _asking(service.port, token, 50)
    beside: list[float] = []
    refused = 0
    done = threading.Event()

    def others() -> None:
        nonlocal refused
        while not done.is_set():
            let_in = _asking(service.port, token, 5)
            refused += 5 - len(let_in)
            beside.extend(let_in)
            time.sleep(0.01)

    watching = threading.Thread(target=others)
    watching.start()
    line = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    for number in range(tries):
        kind = "known id" if number % 2 else "unknown id"
        identity = token.split("_")[1] if number % 2 else f"{number:012x}"
        start = time.perf_counter()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer rk_{identity}_{number:064x}"}
        line.request("POST", "/v1/lookup", LOOKUP, headers)
        answer = line.getresponse()
        answer.read()
        took[kind].append(time.perf_counter() - start)
        statuses[answer.status] += 1
    line.close()
    done.set()
    watching.join()
    told = service.log.read_bytes()[log:].decode().splitlines()
    drill.figures |= {
        "statuses": dict(statuses),
        "median_ms": {kind: round(float(np.median(times)) * 1000, 2) for kind, times in took.items()},
        "right_key_median_ms": {
            "alone": round(float(np.median(alone)) * 1000, 2),
            "beside": round(float(np.median(beside)) * 1000, 2),
        },
        "lines_a_try": sum('"status":4' in one for one in told) / tries,
    }
    if set(statuses) - {401, 429} or statuses[401] > 60:
        drill.faults.append("wrong keys were answered otherwise than 401 a few times and then 429")
    if refused:
        drill.faults.append(f"who holds a right key was shut out {refused} times")
    if any('"level":"error"' in one or '"level":"warning"' in one for one in told):
        drill.faults.append("wrong keys are told as errors")
    return drill


def _asking(port: int, token: str, times: int) -> list[float]:
    took: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        if post(port, "/v1/lookup", LOOKUP, token)[0] == 200:
            took.append(time.perf_counter() - start)
    return took


def key_revoked(service: Served, url: str) -> Drill:
    """A key that is revoked elsewhere stops at every worker within a second."""
    token = asyncio.run(token_for(url, "revoked"))
    lines = [http.client.HTTPConnection("127.0.0.1", service.port, timeout=30) for _ in range(16)]

    def ask(line: http.client.HTTPConnection) -> int:
        line.request("POST", "/v1/lookup", LOOKUP, {"Content-Type": "application/json", "Authorization": f"Bearer {token}"})
        answer = line.getresponse()
        answer.read()
        return answer.status

    async def revoke() -> None:
        opened_ = await opened(url)
        await opened_.keybook.revoke("revoked")
        await opened_.close()

    time.sleep(0.6)
    before = {ask(line) for line in lines}
    asyncio.run(revoke())
    start = last = time.monotonic()
    while time.monotonic() - start < 1.5:
        for line in lines:
            asked = time.monotonic()
            if ask(line) == 200:
                last = asked
    for line in lines:
        line.close()
    drill = Drill("key revoked", {"last_answer_after_s": round(last - start, 2)})
    if before != {200}:
        drill.faults.append("the key didn't open the door before")
    if last - start > 1.0:
        drill.faults.append("a revoked key was let in for more than a second")
    return drill


def poison(service: Served, url: str, token: str) -> Drill:
    """Messages that can't be right, alone and among good ones: refused one by one, the good ones in, and the next is served."""
    deep = "[" * 5_000 + "]" * 5_000
    good = [{"see": ["crm:c1", "phone:13900000001"], "source": "poison", "event_id": f"{time.time_ns()}-{n}"} for n in range(3)]
    bad = [
        {"see": "\\"},
        {"see": [{}]},
        None,
        7,
        {"see": ["crm:" + "x" * 5_000]},
        {"see": ["crm:\u0000"]},
        {"at": "3026", "see": ["crm:c"]},
    ]
    mixed = json.dumps({"events": [*good[:1], *bad, *good[1:]]}).encode()
    whole = [
        b"\xff\xfe",
        b'{"events":[NaN]}',
        b'{"events":["\\ud800"]}',
        deep.encode(),
        b'{"events":' + deep.encode() + b"}",
        b"{" * 100_000,
    ]
    statuses = [post(service.port, "/v1/events", body, token)[0] for body in whole]
    status, answer = post(service.port, "/v1/events", mixed, token)
    drill = Drill("poison message", {"statuses": dict(Counter(statuses)), "mixed": status})
    counts = json.loads(answer) if status == 200 else {}
    if (counts.get("recorded"), counts.get("rejected")) != (len(good), len(bad)):
        drill.faults.append(f"of a mixed batch {counts.get('recorded')} were recorded, {counts.get('rejected')} rejected")
    if any(status >= 500 for status in statuses):
        drill.faults.append("a poison message was answered as an error of the service")
    return look(drill, url, [Journal("poison", {("poison", one["event_id"]) for one in good})])


def disk_full(folder: Path, *, seconds: float = 5.0) -> Drill:
    """No byte more can be written for a while: writes fail with one clear error, lookups go on; then there is room again."""
    drill = Drill("disk full")
    with _small(folder) as (place, way):
        drill.figures["how"] = way
        url = f"sqlite:///{place / 'store.db'}"
        asyncio.run(made(url))
        token = asyncio.run(token_for(url, "drill"))
        with served.serving(url, folder / "served.log") as service:
            ballast = _fill(place, service)
            with journal.writing(service.port, token, writers=2, persons=PERSONS, name="d") as journals:
                time.sleep(seconds)
                drill.figures["meanwhile"] = {
                    "readyz": service.answers("/readyz"), "lookup": post(service.port, "/v1/lookup", LOOKUP, token)[0]
                }  # fmt: skip
                ballast()
                time.sleep(seconds)
        told = service.log.read_text()
        drill.figures["log"] = sorted(
            {json.loads(x)["what"].partition("failed: ")[2] for x in told.splitlines() if '"error"' in x}
        )
        if not any(one.refusals for one in journals):
            drill.faults.append("the disk was never full")
        return look(drill, url, journals)


@contextmanager
def _small(folder: Path) -> Iterator[tuple[Path, str]]:
    """A folder with little room: a file system of its own where this process may mount one, else a limit on the size of files."""
    place = folder / "small"
    place.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(place)], capture_output=True, check=False
        ).returncode
    )
    try:
        yield place, "a file system of 96 MB" if mounted else "a limit on the size of files"
    finally:
        if mounted:
            subprocess.run(["umount", str(place)], check=False)


def _fill(place: Path, service: Served) -> Callable[[], None]:
    """Leave little room; the answer makes room again."""
    if not place.is_mount():
        size = (place / "store.db-wal").stat().st_size + 400_000
        for pid in service.workers:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

        def lift() -> None:
            for pid in service.workers:
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

        return lift
    room = os.statvfs(place)
    ballast = place / "ballast"
    ballast.write_bytes(bytes(max(0, room.f_bavail * room.f_frsize - 400_000)))
    return ballast.unlink


async def made(url: str) -> None:
    """An empty store, with its schema and the drills' policy."""
    if not url.startswith("sqlite"):
        await schemas.apply(url)
    await (await opened(url)).close()


@contextmanager
def two_workers(url: str, folder: Path, workers: int = 2) -> Iterator[tuple[Served, str]]:
    """A service on an empty store, and a key to it."""
    asyncio.run(made(url))
    token = asyncio.run(token_for(url, "drill"))
    with served.serving(url, folder / "served.log", workers) as service:
        yield service, token


def run(names: list[str], store: str, folder: Path, kills: int) -> list[Drill]:
    """The drills of these names on one service, one after the other."""
    found: list[Drill] = []
    url = store or f"sqlite:///{folder / 'store.db'}"
    with two_workers(url, folder) as (service, token):
        for name in names:
            Console(stderr=True).print(f"{name} …")
            with suppress(KeyError):
                found.append(
                    {
                        "kill": lambda: workers_killed(service, url, token, kills=kills),
                        "together": lambda: writers_together(service, url, token, batches=100),
                        "keys": lambda: wrong_keys(service, token),
                        "revoked": lambda: key_revoked(service, url),
                        "poison": lambda: poison(service, url, token),
                    }[name]()
                )
    if "disk" in names:
        found.append(disk_full(folder))
    return found


def show(found: list[Drill]) -> None:
    """Print a table."""
    table = Table("drill", "what was seen", "what was wrong", show_lines=True)
    for drill in found:
        seen = "\n".join(f"{name}: {value}" for name, value in drill.figures.items())
        table.add_row(drill.name, seen, "\n".join(drill.faults) or "nothing")
    Console().print(table)


def finish(found: list[Drill], *, as_json: bool) -> None:
    """Tell all, and end with exit code 1 where anything was wrong."""
    if as_json:
        print(json.dumps([vars(drill) for drill in found], indent=2))
    else:
        show(found)
    sys.exit(any(drill.faults for drill in found))


def main() -> None:
    """Run drills and print."""
    every = ["kill", "together", "keys", "revoked", "poison", "disk"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=every, metavar="NAME", help=f"of {', '.join(every)}; all without")
    parser.add_argument("--store", default="", help="bolt://HOST:PORT of an empty Neo4j, which is emptied again")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()

    async def on_server() -> list[Drill]:
        await schemas.apply(asked.store)
        async with scratch(asked.store):
            return await asyncio.to_thread(run, [n for n in asked.names if n != "disk"], asked.store, Path(folder), asked.kills)

    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(on_server()) if asked.store else run(asked.names, "", Path(folder), asked.kills)
    finish(found, as_json=asked.json)


if __name__ == "__main__":
    main()
