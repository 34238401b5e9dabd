"""A served store under load: `python -m bench.load [--store URL] [--minutes M] [--modes lookups,batches,knee] [--json]`.

Starts `rootid serve` on 127.0.0.1, on a copy of a store of a million identifiers that is made once and kept in `--kept`, or
with `--store` on a Neo4j (`ROOTID_NEO4J_USER`, `_PASSWORD`) that is empty or holds the same world. Then lookups are offered at
a steady rate, with writes and withdrawals beside them, whether earlier ones were answered or not (bench/offered.py); batches of
100 are asked in turn; and with `knee` the rate doubles until it is too much. Client and server share the machine, so processor
time is told, too.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import uvloop
from rich.console import Console
from rich.table import Table

from bench import filled, served
from bench.offered import Pool, Seen, Traffic, request
from bench.served import Served
from graph.stores import is_server

P95_BAR = 20.0
"""Milliseconds."""

BATCH_BAR = 20_000
LINES = 64
KEPT = Path(tempfile.gettempdir()) / "rootid-bench"


@dataclass
class Watch:
    """What the processes of a service took over time: seconds since the start, MiB of their own, MiB with what is mapped."""

    served: Served
    at: list[float] = field(default_factory=list)
    mib: list[float] = field(default_factory=list)
    mapped: list[float] = field(default_factory=list)

    async def look(self, every: float) -> None:
        """Look, until cancelled."""
        start = time.monotonic()
        while True:
            self.at.append(time.monotonic() - start)
            own, all_of_it = await asyncio.to_thread(self.served.resident)
            self.mib.append(own)
            self.mapped.append(all_of_it)
            await asyncio.sleep(every)

    def figures(self) -> dict[str, Any]:
        """Memory at the start, at the end and at most, and how it grew over the second half."""
        half = len(self.at) // 2
        told = {"first": self.mib[0], "last": self.mib[-1], "most": max(self.mib), "most_with_mapped": max(self.mapped)}
        if len(self.at) > 20:
            told["per_hour_of_second_half"] = float(np.polyfit(self.at[half:], self.mib[half:], 1)[0] * 3600)
        return {name: round(value, 1) for name, value in told.items()}


def lookups(rate: float, people: int, token: str, size: int = 1) -> Traffic:
    """Lookups of random persons, one identifier each; `size` of them in a request."""
    rng = random.Random(7)

    def one(_: int) -> bytes:
        asked = ",".join(f'{{"identifiers":["phone:1390{rng.randrange(people):07d}"]}}' for _ in range(size))
        return request("/v1/lookup", f'{{"lookups":[{asked}]}}'.encode(), token)

    return Traffic("lookups" if size == 1 else f"batches of {size}", rate, one, b'"answers":[{"status":"')


def writes(rate: float, people: int, token: str, run: str) -> Traffic:
    """A consent of a known person, and a sighting under it that joins a new identifier to them."""
    rng = random.Random(8)

    def one(number: int) -> bytes:
        person, name = f"phone:1390{rng.randrange(people):07d}", f"{run}-{number}"
        events = (
            f'{{"consent":"{name}","purposes":["default"],"subject":"{person}"}},'
            f'{{"see":["{person}","openid@wxLoad:{name}"],"consent":"{name}","source":"load","event_id":"{name}"}}'
        )
        return request("/v1/events", f'{{"events":[{events}]}}'.encode(), token)

    return Traffic("writes", rate, one, b'"rejected":0')


def withdrawals(rate: float, token: str, run: str) -> Traffic:
    """Withdrawals of the consents that were written, some time later: each splits a person again."""

    def one(number: int) -> bytes:
        return request("/v1/events", f'{{"events":[{{"withdraw":"{run}-{number}"}}]}}'.encode(), token)

    return Traffic("withdrawals", rate, one, b'"rejected":0')


@dataclass
class Load:
    """One service under load."""

    service: Served
    token: str
    people: int

    async def offered(self, rate: float, seconds: float, beside: tuple[float, float]) -> dict[str, Any]:
        """Lookups at a rate, with writes and withdrawals beside."""
        run = f"r{time.time_ns()}"
        traffics = [lookups(rate, self.people, self.token)]
        if beside[0]:
            traffics.append(writes(beside[0], self.people, self.token, run))
        if beside[1]:
            traffics.append(withdrawals(beside[1], self.token, run))
        pool = await self._pool()
        watch = Watch(self.service)
        looking = asyncio.create_task(watch.look(max(0.5, seconds / 300)))
        cpu, mine, start = self.service.cpu(), time.process_time(), time.perf_counter()
        await pool.offer_steadily(traffics, seconds)
        spent = time.perf_counter() - start
        looking.cancel()
        told = {"offered_per_second": rate, "seconds": round(spent, 1), **_told(pool.seen), "own_mib": watch.figures()}
        answered = sum(len(seen.took) for seen in pool.seen.values())
        told["cpu"] = {
            "server_ms_a_request": round((self.service.cpu() - cpu) * 1000 / max(answered, 1), 3),
            "server_share": round((self.service.cpu() - cpu) / spent, 2),
            "client_share": round((time.process_time() - mine) / spent, 2),
        }
        if seconds >= 120:
            told["p95_by_minute"] = {name: seen.by_minute() for name, seen in pool.seen.items()}
        pool.close()
        return told

    async def batches(self, size: int, at_once: int, seconds: float) -> dict[str, Any]:
        """Batches, so many under way at any time."""
        traffic = lookups(0, self.people, self.token, size)
        pool = await self._pool()
        cpu, start = self.service.cpu(), time.perf_counter()
        await pool.ask_in_turn(traffic, at_once, seconds)
        spent = time.perf_counter() - start
        seen = pool.seen[traffic.name]
        pool.close()
        told = {"identifiers_per_second": round(len(seen.took) * size / spent), "at_once": at_once, **_told(pool.seen)}
        return told | {"cpu": {"server_share": round((self.service.cpu() - cpu) / spent, 2)}}

    async def knee(self, rate: float, seconds: float) -> dict[str, Any]:
        """The highest rate that is still answered in time: doubled until it isn't, then halved in between three times."""
        steps: dict[int, Any] = {}

        async def holds(tried: float) -> bool:
            found = await self.offered(tried, seconds, (0, 0))
            steps[round(tried)] = {**found["lookups"], "cpu": found["cpu"]}
            await asyncio.sleep(2)
            return found["lookups"]["errors"] == 0 and found["lookups"].get("p95", np.inf) < P95_BAR

        low, high = 0.0, rate
        while await holds(high):
            low, high = high, high * 2
        for _ in range(3):
            middle = (low + high) / 2
            low, high = (middle, high) if await holds(middle) else (low, middle)
        return {"holds_per_second": round(low), "steps": {str(step): steps[step] for step in sorted(steps)}}

    async def _pool(self) -> Pool:
        pool = Pool(self.service.port, LINES)
        await pool.connect()
        warm = Pool(self.service.port, 4)
        await warm.connect()
        await warm.ask_in_turn(lookups(0, self.people, self.token), 4, 1.0)
        warm.close()
        return pool


def _told(seen: dict[str, Seen]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, one in seen.items():
        told[name] = one.figures()
        wrong = {str(status): count for status, count in one.statuses.items() if status != 200} | dict(one.faults)
        if wrong:
            told[name]["what_went_wrong"] = wrong
    return told


async def _run(asked: argparse.Namespace) -> dict[str, Any]:
    before = os.getloadavg()
    kept = Path(asked.kept)
    found: dict[str, Any] = {
        "machine": {"cpus": os.cpu_count(), "load_before": round(before[0], 2), "workers": asked.workers},
        "store": "server" if is_server(asked.store) else "embedded",
    }
    with tempfile.TemporaryDirectory(dir=kept) as folder:
        url = await filled.filled(asked.store, Path(folder), kept, asked.identifiers)
        token = await filled.token_for(url, "load")
        log = Path(folder) / "served.log"
        with served.serving(url, log, asked.workers) as service:
            load = Load(service, token, filled.people_of(asked.identifiers))
            if "lookups" in asked.modes:
                seconds = asked.minutes * 60
                found["lookups"] = await load.offered(asked.rate, seconds, (asked.writes, asked.withdrawals))
            if "batches" in asked.modes:
                found["batches"] = await load.batches(100, asked.at_once, asked.seconds)
            if "knee" in asked.modes:
                found["knee"] = await load.knee(asked.rate, asked.seconds)
            found["log_mb"] = round(log.stat().st_size / 1e6, 1)
    return found


def met(found: dict[str, Any]) -> bool:
    """Whether the bars of issue E are met by what was measured."""
    kinds = [one for one in found.get("lookups", {}).values() if isinstance(one, dict) and "errors" in one]
    good = all(one["errors"] == 0 for one in kinds) and (not kinds or found["lookups"]["lookups"]["p95"] < P95_BAR)
    if "batches" in found and found["store"] == "embedded":
        good = good and found["batches"]["identifiers_per_second"] >= BATCH_BAR
    return good


def show(found: dict[str, Any]) -> None:
    """Print a table."""
    table = Table("what", "answered", "errors", "p50", "p95", "p99", "max", title="milliseconds from when it was to go out")
    rows = [("", found.get("lookups", {})), ("", found.get("batches", {}))]
    rows += [(f"{step}/s ", {"lookups": one}) for step, one in found.get("knee", {}).get("steps", {}).items()]
    for prefix, part in rows:
        for name, one in part.items():
            if isinstance(one, dict) and "errors" in one:
                cells = [
                    f"{one.get(key, '–'):,}" if key in one else "–" for key in ("answered", "errors", "p50", "p95", "p99", "max")
                ]
                table.add_row(prefix + name, *cells)
    console = Console()
    console.print(table)
    for name in ("lookups", "batches", "knee"):
        part = {
            key: one
            for key, one in found.get(name, {}).items()
            if key != "steps" and not (isinstance(one, dict) and "p50" in one)
        }
        if part:
            console.print(f"{name}: {json.dumps(part)}", soft_wrap=True)
    console.print(f"machine: {json.dumps(found['machine'])}, store: {found['store']}, log {found['log_mb']} MB")


def main() -> None:
    """Run all and print; exit code 1 where a bar isn't met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", default="sqlite:///", help="bolt://HOST:PORT of a Neo4j; default: a copy of a kept file")
    parser.add_argument("--kept", default=str(KEPT), help="folder for the stores that are made once")
    parser.add_argument("--identifiers", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--modes", default="lookups,batches", type=lambda text: text.split(","))
    parser.add_argument("--rate", type=float, default=1_000, help="lookups a second")
    parser.add_argument("--writes", type=float, default=5, help="a second, beside the lookups")
    parser.add_argument("--withdrawals", type=float, default=2, help="a second, beside the lookups")
    parser.add_argument("--minutes", type=float, default=0.5, help="of lookups with writes; 10 is the soak")
    parser.add_argument("--seconds", type=float, default=10, help="of batches, and of each step of the knee")
    parser.add_argument("--at-once", type=int, default=4, help="batches under way")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    Path(asked.kept).mkdir(parents=True, exist_ok=True)
    found = uvloop.run(_run(asked))
    if asked.json:
        print(json.dumps(found, indent=2))
    else:
        show(found)
    sys.exit(0 if met(found) else 1)


if __name__ == "__main__":
    main()
