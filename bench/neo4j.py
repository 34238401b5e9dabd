"""The store on a server beside the one in a file: `python -m bench.neo4j [--sightings N] [--json]`. Prints a table of figures.

Needs an empty store: ROOTID_NEO4J_URL (with _USER and _PASSWORD), and empties it afterwards. Figures of both stores come from one
run, so that ratios hold on a noisy machine, and the event loop is that of `rootid serve`. `--home` names the home of a server of
deploy/neo4j, to tell memory and disk of it and to look things up only once it is idle after the import; `--writers` also starts 8
processes of 2,000 sightings on 500 persons. `--keep` leaves the server filled, and `--again` measures on what `--keep` left.
"""

import argparse
import asyncio
import json
import logging
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import uvloop

from bench import oracle
from bench.served import SECRET
from bench.world import POLICY, START, overlapping, tables
from cli.importing import SHORT
from deploy.neo4j.home import Home
from graph.events import Event
from graph.keying import Keying
from graph.retrying import LOG
from graph.service import Service
from graph.stores import is_server, schemas
from graph.stores.scratch import scratch
from graph.tables import Batch
from intake.ahead import ahead
from intake.reading import CHUNK

PERSONS, WRITERS, EACH = 500, 8, 2_000
WARM_SECONDS, IDLE_SECONDS, IDLE_SHARE = 10.0, 120, 0.05


def batches(sightings: int, chunk: int, keying: Keying) -> Iterator[Batch]:
    """Sightings, read and keyed."""
    return map(keying.batch, tables(sightings, chunk))


async def _import(url: str, sightings: int) -> dict[str, Any]:
    """Tables into a new store, made and keyed in a second process as by `rootid import`; parsing of files is not part of it."""
    chunk = SHORT if is_server(url) else CHUNK
    service = await Service.open(url, POLICY, secret=SECRET)
    start: float | None = None
    with closing(ahead(batches, sightings, chunk, service.keying)) as made:
        async with service.batches() as recorded:
            while (batch := await asyncio.to_thread(next, made, None)) is not None:
                start = start or time.perf_counter()  # the process has begun
                await recorded.start(batch)
    spent = time.perf_counter() - (start or 0.0)
    stats = await service.stats()
    await service.close()
    identifiers = sum(stats.identifiers.values())
    return {"identifiers": identifiers, "links": stats.links, "import_per_second": round(sightings / spent)}


async def _writes(service: Service, rounds: int) -> dict[str, Any]:
    """New sightings that join two roots each, after as many that aren't measured."""
    at, run = START // 1_000_000 + 20_000_000, time.time_ns() // 1_000_000_000 % 1_000
    names = [(f"phone:138{run:03d}{number:05d}", f"openid@wxClub:w{run}-{number}") for number in range(2 * rounds)]
    await service.record([Event.model_validate({"at": at, "see": (name,)}) for pair in names for name in pair])
    times: list[float] = []
    merges = 0
    for number, see in enumerate(names):
        event = Event.model_validate({"at": at + number, "see": see, "event_id": f"w{run}-{number}"})
        start = time.perf_counter()
        merges += (await service.record([event])).merges
        times.append(time.perf_counter() - start)
    return {"merges": merges - rounds, **_percentiles("write", times[rounds:])}


def _percentiles(name: str, times: list[float], of: tuple[int, ...] = (50, 95)) -> dict[str, float]:
    return {f"{name}_p{p}_ms": round(float(np.percentile(times, p)) * 1e3, 2) for p in of}


async def _idle(pid: int | None) -> None:
    """Wait until the server does next to nothing: after an import it writes out pages and merges what it has collected."""
    for _ in range(IDLE_SECONDS if pid else 0):
        before = _ticks(pid)
        await asyncio.sleep(1.0)
        if _ticks(pid) - before < os.sysconf("SC_CLK_TCK") * IDLE_SHARE:
            return


def _ticks(pid: int | None) -> int:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


async def _lookups(service: Service, people: int, rate: int, seconds: float, pid: int | None) -> dict[str, Any]:
    """Lookups on an idle server that has answered some: single ones at a steady rate, whether the last one was answered or not;
    then batches of 100."""
    await _idle(pid)
    await _hundreds(service, people, time.perf_counter() + WARM_SECONDS, 9)
    await _idle(pid)
    rng = random.Random(7)
    times: list[float] = []

    async def one() -> None:
        start = time.perf_counter()
        await service.lookup([[f"crm:c{rng.randrange(people)}"]])
        times.append(time.perf_counter() - start)

    for _ in range(200):
        await one()
    times.clear()
    begin = time.perf_counter()
    under_way: list[asyncio.Task[None]] = []
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
        under_way.append(asyncio.create_task(one()))
    await asyncio.gather(*under_way)
    figures = {"offered_per_second": rate, **_percentiles("lookup", times, (50, 95, 99))}
    for name, in_flight in (("batch_keys_per_second", 1), ("batch_keys_4_in_flight_per_second", 4)):
        begin = time.perf_counter()
        counts = await asyncio.gather(*(_hundreds(service, people, begin + seconds, seed) for seed in range(in_flight)))
        figures[name] = round(sum(counts) / (time.perf_counter() - begin))
    return figures


async def _hundreds(service: Service, people: int, end: float, seed: int) -> int:
    """Batches of 100, one after the other; answers how many keys were looked up."""
    rng, count = random.Random(seed), 0
    while time.perf_counter() < end:
        hundred = [[f"phone:1390{rng.randrange(people):07d}"] for _ in range(100)]
        count += len(await service.lookup(hundred))
    return count


def _room(links: int, pid: int | None, *folders: Path) -> dict[str, Any]:
    """Memory of a process at its highest and disk, also by a million links."""
    status = Path(f"/proc/{pid or os.getpid()}/status").read_text()
    highest = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    disk = sum(file.stat().st_size for folder in folders for file in folder.rglob("*") if file.is_file()) / 2**20
    by_million = {"mib_by_million_links": highest, "disk_mib_by_million_links": disk}
    return {"peak_mib": round(highest), "disk_mib": round(disk)} | {
        name: round(value / links * 1e6) for name, value in by_million.items()
    }


class _Retries(logging.Handler):
    """Counts how often a use case was tried again."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += "trying again" in record.getMessage()


async def _measure(url: str, sightings: int, rounds: int, pid: int | None = None, *, filled: bool = False) -> dict[str, Any]:
    retries = _Retries()
    LOG.addHandler(retries)
    figures = {} if filled else await _import(url, sightings)
    service = await Service.open(url, POLICY, secret=SECRET)
    try:
        await _idle(pid)
        figures |= await _writes(service, rounds)
        figures |= await _lookups(service, sightings // 5, 1_000, 5.0, pid)
    finally:
        await service.close()
        LOG.removeHandler(retries)
    return figures | {"retries": retries.count}


async def write(url: str, name: str) -> None:
    """One of several writers: sightings of persons that all others see, too."""
    rng = random.Random(name)
    service = await Service.open(url, POLICY, secret=SECRET)
    for start in range(0, EACH, 20):
        ids = [f"{name}-{number}" for number in range(start, start + 20)]
        events = [Event(see=tuple(overlapping(rng, PERSONS)), source="bench", event_id=each) for each in ids]
        await service.record(events)
    await service.close()


async def _together(url: str) -> dict[str, Any]:
    """Writers in processes of their own; then what is on record, against the rules on all facts."""
    await (await Service.open(url, POLICY, secret=SECRET)).close()
    start = time.perf_counter()
    command = [sys.executable, "-m", "bench.neo4j", "--write"]
    environment = os.environ | {"BENCH_URL": url}
    running = [
        await asyncio.create_subprocess_exec(*command, f"w{number}", stderr=asyncio.subprocess.PIPE, env=environment)
        for number in range(WRITERS)
    ]
    errors = [told.decode() for _, told in await asyncio.gather(*(process.communicate() for process in running))]
    spent = time.perf_counter() - start
    service = await Service.open(url, POLICY, secret=SECRET)
    wrong = await oracle.faults(service)
    recorded = (await service.stats()).sightings
    await service.close()
    return {
        "sightings": recorded,
        "lost": WRITERS * EACH - recorded,
        "per_second": round(recorded / spent),
        "failed_writers": sum(process.returncode != 0 for process in running),
        "retries": sum(told.count("trying again") for told in errors),
        "as_the_rules_say": not wrong,
        "wrong": wrong,
    }


async def _run(arguments: argparse.Namespace) -> dict[str, Any]:
    url = os.environ["ROOTID_NEO4J_URL"]
    await schemas.apply(url)
    figures: dict[str, Any] = {}
    if arguments.sightings:
        figures |= await _beside(url, arguments)
    if arguments.writers:
        async with scratch(url):
            figures[f"{WRITERS} writers"] = await _together(url)
    return figures


async def _beside(url: str, arguments: argparse.Namespace) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    home = arguments.home and (Home(Path(arguments.home)) if "/" in arguments.home else Home.of(arguments.home))
    running = home.remembered() if home else None
    pid = running.pid if running else None
    if arguments.again:
        return {"neo4j, filled before": await _measure(url, arguments.sightings, arguments.rounds, pid, filled=True)}
    with tempfile.TemporaryDirectory() as folder:
        found = await _measure(f"sqlite:///{Path(folder) / 'bench.db'}", arguments.sightings, arguments.rounds)
        figures["sqlite"] = found | _room(found["links"], None, Path(folder))
    async with nullcontext() if arguments.keep else scratch(url):
        figures["neo4j"] = found = await _measure(url, arguments.sightings, arguments.rounds, pid)
        if home and running:
            data = home.folder / "data"
            found |= _room(found["links"], running.pid, data / "databases", data / "transactions")
    names = [name for name in figures["neo4j"] if name.endswith(("_ms", "_second")) and not name.startswith("offered")]
    figures["neo4j / sqlite"] = {name: round(figures["neo4j"][name] / figures["sqlite"][name], 2) for name in names}
    return figures


def main() -> None:
    """Run all and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sightings", type=int, default=1_000_000, help="0 leaves out all but the writers")
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--home", help="home of the server (a name, or a folder with a slash in it), for its memory and disk")
    parser.add_argument("--keep", action="store_true", help="leave the server as it is then: bench.load takes it up")
    parser.add_argument("--again", action="store_true", help="measure writes and lookups on what --keep left")
    parser.add_argument("--writers", action="store_true", help="also several writers on overlapping parts")
    parser.add_argument("--write", metavar="NAME", help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.write:
        uvloop.run(write(os.environ["BENCH_URL"], arguments.write))
        return
    found = uvloop.run(_run(arguments))
    if arguments.json:
        print(json.dumps(found, indent=2))
        return
    for name, figures in found.items():
        print(
            f"{name:16} "
            + "  ".join(
                f"{key} {value:,}" if isinstance(value, (int, float)) else f"{key} {value}" for key, value in figures.items()
            )
        )


if __name__ == "__main__":
    main()
