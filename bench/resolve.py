"""Import with resolution, one write, one lookup: `python -m bench.resolve [--sightings N] [--json]`. Prints a table of figures.

Each figure is measured in this one run, so that ratios between rows hold on a noisy machine.
"""

import argparse
import asyncio
import json
import multiprocessing
import random
import resource
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

from bench.world import POLICY, START, tables, write_csv
from graph.events import Event
from graph.service import Service
from intake.keyed import keyed
from intake.reading import CHUNK, Reading

SECRET = b"bench"


def _url(path: Path) -> str:
    return f"sqlite:///{path}"


async def _import(path: Path, sightings: int) -> dict[str, Any]:
    """A CSV file into a new store, from its first byte to the last commit."""
    file = path.with_suffix(".csv")
    write_csv(file, sightings)
    service = await Service.open(_url(path), POLICY, secret=SECRET)
    start = time.perf_counter()
    for chunk in keyed(file, Reading(POLICY), service.keying):
        assert chunk.batch is not None
        await service.record_batch(chunk.batch)
    spent = time.perf_counter() - start
    file.unlink()
    stats = await service.stats()
    await service.close()
    disk = await asyncio.to_thread(lambda: path.stat().st_size)
    who = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    peak = sum(resource.getrusage(which).ru_maxrss for which in who) // 1024
    return {
        "sightings": sightings,
        "identifiers": sum(stats.identifiers.values()),
        "links": stats.links,
        "seconds": round(spent, 1),
        "per_second": round(sightings / spent),
        "peak_mib": peak,
        "disk_mb": round(disk / 1e6),
    }


async def _single(path: Path, people: int, rounds: int) -> dict[str, Any]:
    """One new sighting that joins two roots; one lookup; a lookup of 100."""
    service = await Service.open(_url(path), POLICY, secret=SECRET)
    rng = random.Random(7)
    writes: list[float] = []
    merges = 0
    at = START // 1_000_000 + 20_000_000
    names = [(f"phone:1391{number:07d}", f"openid@wxClub:w{number}") for number in range(rounds)]
    await service.record([Event.model_validate({"at": at, "see": (name,)}) for pair in names for name in pair])
    for number, see in enumerate(names):
        event = Event.model_validate({"at": at + number, "see": see, "event_id": f"w{number}"})
        start = time.perf_counter()
        merges += (await service.record([event])).merges
        writes.append(time.perf_counter() - start)
    lookups: list[float] = []
    for _ in range(rounds * 10):
        group = [[f"crm:c{rng.randrange(people)}"]]
        start = time.perf_counter()
        await service.lookup(group)
        lookups.append(time.perf_counter() - start)
    hundred = [[f"phone:1390{rng.randrange(people):07d}"] for _ in range(100)]
    batch = [_timed(await _clocked(service, hundred)) for _ in range(50)]
    await service.close()
    return {
        "merges": merges,
        "write_p50_ms": round(statistics.median(writes) * 1e3, 2),
        "write_p95_ms": round(float(np.percentile(writes, 95)) * 1e3, 2),
        "lookup_p50_us": round(statistics.median(lookups) * 1e6),
        "lookup_p95_us": round(float(np.percentile(lookups, 95)) * 1e6),
        "batch_keys_per_s": round(100 / statistics.median(batch)),
    }


async def _clocked(service: Service, groups: list[list[str]]) -> tuple[float, int]:
    start = time.perf_counter()
    answers = await service.lookup(groups)
    return time.perf_counter() - start, len(answers)


def _timed(result: tuple[float, int]) -> float:
    return result[0]


def _networkx(sightings: int) -> dict[str, Any]:
    """The peer: plain components in memory, no rules, no keys, no store, of the same sightings."""
    graph: nx.Graph[str] = nx.Graph()
    spent = 0.0
    for table in tables(sightings, CHUNK):
        start = time.perf_counter()
        first: dict[int, str] = {}
        for column in table.identifiers:
            prefix = f"{column.namespace}@{column.scope}:"
            for row, value in zip(column.rows.tolist(), column.values.to_list(), strict=True):
                name = prefix + value
                graph.add_edge(first.setdefault(row, name), name)
        spent += time.perf_counter() - start
    start = time.perf_counter()
    components = sum(1 for _ in nx.connected_components(graph))
    spent += time.perf_counter() - start
    return {"sightings": sightings, "per_second": round(sightings / spent), "components": components}


def _apart(work: Any, *values: Any) -> Any:
    """In a process of its own, so that peak memory is its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *values).result()


def run_import(path: str, sightings: int) -> dict[str, Any]:
    """Import in this process."""
    return asyncio.run(_import(Path(path), sightings))


def run_single(path: str, people: int, rounds: int) -> dict[str, Any]:
    """Writes and lookups in this process."""
    return asyncio.run(_single(Path(path), people, rounds))


def main() -> None:
    """Run all and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sightings", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--ten-times", action="store_true", help="also import ten times as much (10 minutes and more)")
    arguments = parser.parse_args()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        sizes = [arguments.sightings // 10, arguments.sightings]
        if arguments.ten_times:
            sizes.append(arguments.sightings * 10)
        for size in sizes:
            path = f"{folder}/{size}.db"
            found[f"import {size:,}"] = _apart(run_import, path, size)
            found[f"single {size:,}"] = _apart(run_single, path, size // 5, arguments.rounds)
        found["networkx components"] = _apart(_networkx, arguments.sightings)
    if arguments.json:
        print(json.dumps(found, indent=2))
        return
    for name, figures in found.items():
        print(f"{name:24} " + "  ".join(f"{key} {value:,}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
