"""Synthetic sightings for benchmarks: persons with a few identifiers each, seen again and again. Deterministic by seed."""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from graph.policy import Policy, from_mapping
from graph.tables import IdentifierColumn, SightingTable

START = 1_750_000_000_000_000

POLICY: Policy = from_mapping(
    {
        "require_consent": False,
        "namespaces": {
            "crm": {"rank": 1, "unique": True},
            "phone": {"rank": 2, "normalise": "phone", "mask": "phone", "max_holders": 20},
            "openid": {"rank": 3, "unique": True},
            "cookie": {"rank": 10, "kind": "device"},
        },
    }
)


def overlapping(rng: random.Random, persons: int) -> list[str]:
    """A sighting of one of a few persons whom all writers see, on anybody's device: most of them touch parts of others."""
    person = rng.randrange(persons)
    names = [f"crm:c{person}", f"phone:1390{person:07d}", f"openid@wxShop:o{person}", f"cookie:k{rng.randrange(persons)}"]
    return rng.sample(names, rng.choice([2, 3]))


def tables(sightings: int, chunk: int, seed: int = 1) -> Iterator[SightingTable]:
    """Chunks of sightings of 2 to 4 identifiers each; a person is seen five times on average, 2 % on somebody else's device.

    Persons come in the order of time: early chunks know early persons, and everybody comes back now and then.
    """
    rng = np.random.default_rng(seed)
    people = max(1, sightings // 5)
    for start in range(0, sightings, chunk):
        n = min(chunk, sightings - start)
        row = np.arange(n)
        newest = (start + row + 1) * people // sightings
        back = (rng.exponential(people / 8, n)).astype(np.int64)
        person = np.maximum(0, newest - back)
        member = rng.random(n) < 0.5
        openid = ~member | (rng.random(n) < 0.4)
        phone = rng.random(n) < 0.45
        device = np.where(rng.random(n) < 0.02, rng.integers(0, people, n), person)
        slot = rng.integers(0, 2, n)
        short = member.astype(int) + openid + phone < 1
        cookie = short | (rng.random(n) < 0.8) | (member.astype(int) + openid + phone == 1)
        columns = [
            _column("crm", "", row[member], person[member], "c{}"),
            _column("phone", "", row[phone], person[phone], "1390{:07d}"),
            _column("openid", "wxShop", row[openid], person[openid], "o{}"),
            _column("cookie", "", row[cookie], (device * 2 + slot)[cookie], "k{}"),
        ]
        at = START + (start + row) * 1_000_000
        event = pl.Series([f"e{start + i}" for i in range(n)])
        yield SightingTable(row + 1, at.astype(np.int64), pl.repeat("bench", n, eager=True), event, identifiers=columns)


def _column(namespace: str, scope: str, rows: np.ndarray, numbers: np.ndarray, form: str) -> IdentifierColumn:
    return IdentifierColumn(namespace, scope, rows.astype(np.int64), pl.Series([form.format(n) for n in numbers.tolist()]))


def write_csv(path: Path, sightings: int) -> None:
    """The same sightings as a file that `rootid import` reads."""
    with path.open("wb") as file:
        for table in tables(sightings, 100_000):
            columns = {
                "at": pl.from_epoch(pl.Series(table.at), "us").dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "event_id": table.event_id,
            }
            for column in table.identifiers:
                name = f"{column.namespace}@{column.scope}" if column.scope else column.namespace
                values = pl.Series(np.full(len(table), None), dtype=pl.String)
                columns[name] = values.scatter(column.rows, column.values)
            pl.DataFrame(columns).write_csv(file, include_header=int(table.lines[0]) == 1 and file.tell() == 0)
