"""The scoring job on a store: `python -m bench.scoring [--referrals N ...] [--cpu] [--json]`. Prints a table of figures.

A year of referrals in many trees goes into a fresh embedded store by `rootid import`, which is most of the time. Then the network
is read and scored as a whole, and after a merge of two people the job is run again: it reads and scores only whom that touched.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import polars as pl

from algorithms import jobs
from algorithms.edges import STATUSES
from bench.figures import tell
from bench.rank import many_trees
from graph import instants
from graph.events import Event
from graph.service import Service

T = TypeVar("T")

POLICY = "require_consent: false\nnamespaces:\n  member: {rank: 1, unique: true}\n  openid: {rank: 2}\n"
BEGIN = instants.parse("2025-01-01T00:00:00Z")
MERGES = 7


def written(folder: Path, referrals: int) -> int:
    """The policy and the file of referrals; how many people there are."""
    rows = many_trees(referrals)
    at = pl.Series(BEGIN + rows.at).cast(pl.Datetime("us")).dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
    ends = (pl.select(pl.format("openid:P{}", pl.Series(end))).to_series() for end in (rows.referrer, rows.referee))
    status = pl.Series([STATUSES[code] for code in rows.status.tolist()])
    frame = pl.DataFrame(dict(zip(("referrer", "referee", "at", "status"), (*ends, at, status), strict=True)))
    frame.write_csv(folder / "referrals.csv")
    (folder / "policy.yaml").write_text(POLICY)
    return rows.persons


async def run(folder: Path, persons: int, clock: Any) -> dict[str, float]:
    """Seconds of each step."""
    spent: dict[str, float] = {}

    async def clocked(name: str, work: Awaitable[T]) -> T:
        start = clock()
        found = await work
        spent[name] = clock() - start
        return found

    service = await Service.open(f"sqlite:///{folder / 'store.db'}")
    try:
        await jobs.score(service)  # loads the compiled code
        await clocked("read the network", service.fission.network())
        await clocked("score everybody", jobs.score(service, whole=True))
        rng = np.random.default_rng(1)
        times: list[float] = []
        for merge in range(MERGES):
            one, other = rng.choice(persons, 2, replace=False).tolist()
            pair = [f"openid:P{one}", f"openid:P{other}"]
            await service.record([Event.model_validate({"at": instants.text(service.now()), "see": pair})])
            await clocked("again", jobs.score(service))
            times.append(spent.pop("again"))
            assert (await service.fission.summary()).job == 2, f"merge {merge} was not scored by itself"
        spent["score again after a merge, median"] = float(np.median(times))
        spent["score again after a merge, longest"] = max(times)
    finally:
        await service.close()
    return spent


def measured(referrals: int, clock: Any) -> dict[str, float]:
    """All of it in a folder that goes again."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        persons = written(folder, referrals)
        store = ("--store", f"sqlite:///{folder / 'store.db'}", "--policy", str(folder / "policy.yaml"))
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "cli.main", *store, "import", str(folder / "referrals.csv")], check=True)
        spent = {"import": time.perf_counter() - start}
        return spent | asyncio.run(run(folder, persons, clock))


def main() -> None:
    """Run all and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--referrals", type=int, nargs="+", default=[100_000])
    parser.add_argument(
        "--cpu", action="store_true", help="seconds of a core, on machines that others use too (not of the import)"
    )
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    clock = time.process_time if arguments.cpu else time.perf_counter
    found = {f"{size:,} referrals": measured(size, clock) for size in arguments.referrals}
    tell(found, as_json=arguments.json)


if __name__ == "__main__":
    main()
