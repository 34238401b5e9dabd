"""Withdrawals and expiry: how soon a lookup answers the split, how fast a backlog is worked in.

    python -m bench.consent --persons 100000 --withdrawals 200 --expiries 100000
    python -m bench.consent --persons 100000 --withdrawals 200 --expiries 100000 --store neo4j://127.0.0.1:7687

Each person has ten identifiers, five links of a consent of their own and the rest without one. They are recorded in the embedded
store; a server, which must be the bench's own (`--empty` takes out all that is in it), gets them by moving them there.
"""

import argparse
import asyncio
import gzip
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from graph import moving
from graph.events import Event
from graph.instants import DAY, SECOND, now
from graph.policy import from_mapping
from graph.service import Service
from graph.stores import open_store
from graph.stores.neo4j import schema
from graph.stores.neo4j.connection import Server
from graph.tables import SightingRow, table_of

POLICY = from_mapping(
    {
        "require_consent": False,
        "namespaces": {
            "m": {"rank": 1, "unique": True},
            "p": {"rank": 2},
            "e": {"rank": 3},
            "w": {"rank": 4},
            "c": {"rank": 9, "kind": "device", "max_age": "30d"},
        },
        "purposes": {"service": ["contract"], "marketing": []},
    }
)
BATCH = 20_000
Named = list[tuple[str, str, str]]


def seen(person: int, at: int, old: int) -> list[tuple[SightingRow, Named]]:
    """Sightings of one person: ten identifiers, those with a device under no consent and (but for some) long ago."""
    card, line = ("m", "", f"M{person}"), person * 10
    rows: list[tuple[SightingRow, Named]] = []
    for number in range(5):
        other = ("pew"[number % 3], "", f"{number}-{person}")
        rows.append(((line + number, at, "shop", f"{person}-{number}", None, f"k{person}", None, 1.0), [card, other]))
    devices = [(number, [card, ("c", "", f"{number}-{person}")]) for number in range(5, 9)]
    rows += [((line + n, old, "app", f"{person}-{n}", None, None, None, 1.0), named) for n, named in devices]
    return rows


async def fill(service: Service, persons: int, expiring: int, clock: list[int]) -> None:
    """Record everybody, `expiring` links of whom will have run out half a day from now."""
    size = BATCH // 9
    for first in range(0, persons, size):
        several = range(first, min(first + size, persons))
        for start in range(0, len(several), 1000):
            part = several[start : start + 1000]
            await service.record([Event(consent=f"k{p}", purposes=("service", "marketing"), at=clock[0] - DAY) for p in part])
        rows: list[tuple[SightingRow, Named]] = []
        for person in several:
            rows += seen(person, clock[0] - 3600 * SECOND, clock[0] - (30 * DAY - DAY // 2 if person * 4 < expiring else DAY))
        await service.record_table(table_of([row for row, _ in rows], [named for _, named in rows]))


async def withdrawals(service: Service, persons: int, count: int, first: int = 0) -> list[float]:
    """Milliseconds from the withdrawal to a lookup that answers the split, one by one, of every so many persons."""
    took: list[float] = []
    for number in range(count):
        person = first + number * (persons // count)
        before = (await service.lookup([[f"p:0-{person}"]], "marketing"))[0].root_id
        start = time.perf_counter()
        await service.consents.withdraw(Event(withdraw=f"k{person}"))
        after = (await service.lookup([[f"p:0-{person}"]], "marketing"))[0].root_id
        took.append((time.perf_counter() - start) * 1000)
        assert before != after
    return took


async def moved(service: Service, file: Path, url: str, *, empty: bool) -> None:
    """Put all that is on record into a store on a server."""
    server = Server(url)
    try:
        if empty:
            await schema.empty(server)
        await schema.apply(server)
    finally:
        await server.close()
    start, count = time.perf_counter(), 0
    with gzip.open(file, "wb", 1) as packed:
        async for line in moving.lines(service.store):
            packed.write(line)
    store = await open_store(url)
    try:
        with gzip.open(file, "rb") as packed:
            async for count in moving.restore(store, packed):  # noqa: B007 - the last one is what counts
                pass
    finally:
        await store.close()
    seconds = time.perf_counter() - start
    print(f"{count:,} rows moved to {url} in {seconds:.0f} s, {count / seconds:,.0f}/s", flush=True)


async def run(persons: int, count: int, expiring: int, server: str | None, *, empty: bool) -> None:
    clock = [now()]
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        service = await Service.open(url, POLICY, secret=b"b" * 32, clock=lambda: clock[0])
        start = time.perf_counter()
        await fill(service, persons, expiring, clock)
        identifiers = sum((await service.stats()).identifiers.values())
        print(f"{identifiers:,} identifiers recorded in {time.perf_counter() - start:.0f} s", flush=True)
        if server is not None:
            await moved(service, Path(folder) / "moved.gz", server, empty=empty)
            await service.close()
            service = await Service.open(server, secret=b"b" * 32, clock=lambda: clock[0])
        await withdrawals(service, persons, count // 4, first=1)  # a server learns its plans
        took = sorted(await withdrawals(service, persons, count))
        print(f"withdrawal to split answered: p50 {statistics.median(took):.1f} ms, p95 {took[int(len(took) * 0.95)]:.1f} ms")
        clock[0] += DAY
        start = time.perf_counter()
        late = time.perf_counter()
        answer = (await service.lookup([["m:M1"]]))[0]
        print(f"lookup while all is due: {(time.perf_counter() - late) * 1000:.1f} ms ({answer.status})")
        done, start = 0, time.perf_counter()
        while due := await service.sweep_due():
            done += due
        seconds = time.perf_counter() - start
        print(f"sweep: {done:,} expiries in {seconds:.1f} s, {done / max(seconds, 1e-9):,.0f}/s")
        await service.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=10_000)
    parser.add_argument("--withdrawals", type=int, default=200)
    parser.add_argument("--expiries", type=int, default=20_000)
    parser.add_argument("--store", metavar="URL", help="a Neo4j store that is this bench's own")
    parser.add_argument("--empty", action="store_true", help="take out all that is in it first")
    asked = parser.parse_args()
    asyncio.run(run(asked.persons, asked.withdrawals, asked.expiries, asked.store, empty=asked.empty))
