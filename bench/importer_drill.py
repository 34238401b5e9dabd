"""An importer that is killed again and again, and run again: it goes on where it was, and what comes of it is what one import
that nobody disturbs makes. Checked as in bench/drills.py."""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import journal, oracle
from bench.drills import Drill, look, made, opened
from bench.served import ROOT, SECRET
from bench.world import write_csv
from graph.stores import is_server

PATIENCE = 600.0
"""Seconds that a run has to put its next transaction on record."""


def importer_killed(url: str, folder: Path, *, kills: int, rows: int, chunk: int) -> Drill:
    """`rootid import` is killed at random moments, each with more on record than the last; a transaction has `chunk` rows."""
    drill, chance = Drill(f"importer killed, {'Neo4j' if is_server(url) else 'SQLite'}"), random.Random(7)
    file = folder / "rows.csv"
    write_csv(file, rows)
    asyncio.run(made(url))
    recorded: list[int] = []
    for number in range(kills):
        running = subprocess.Popen(_command(url, file, chunk), stderr=subprocess.DEVNULL, **_surroundings())
        _reaches(url, rows * (number + 1) // (kills + 2), running)
        time.sleep(chance.random())
        if running.poll() is not None:
            drill.faults.append("an import ended before it was killed")
        running.kill()
        running.wait()
        recorded.append(asyncio.run(_on_record(url)))
    last = subprocess.run(_command(url, file, chunk), stderr=subprocess.PIPE, text=True, check=False, **_surroundings())
    told: dict[str, Any] = json.loads(last.stdout)["files"][0] if last.returncode == 0 else {"failed": last.stderr[-300:]}
    told = {name: told.get(name) for name in ("rows", "recorded", "duplicates", "failed") if name in told}
    drill.figures |= {"kills": kills, "on_record_after_kills": recorded, "last_run": told}
    if told.get("recorded") != rows - recorded[-1] or told.get("duplicates") != recorded[-1]:
        drill.faults.append("the last run didn't record exactly what was left")
    if sorted(set(recorded)) != recorded or recorded[0] == 0:
        drill.faults.append("between two kills nothing was recorded: the drill proves nothing")
    drill.faults += asyncio.run(_other_than_undisturbed(url, file, folder, chunk))
    return look(drill, url, [journal.Journal("import", {(file.name, f"e{number}") for number in range(rows)})])


def _command(url: str, file: Path, chunk: int) -> list[str]:
    return [sys.executable, "-m", "cli.main", "--store", url, "import", str(file), "--chunk", str(chunk), "--json"]


def _surroundings() -> dict[str, Any]:
    return {"cwd": ROOT, "env": os.environ | {"ROOTID_KEY": SECRET.hex()}, "stdout": subprocess.PIPE}


async def _on_record(url: str) -> int:
    service = await opened(url)
    try:
        return (await service.stats()).sightings
    finally:
        await service.close()


def _reaches(url: str, count: int, running: subprocess.Popen[bytes]) -> None:
    """Wait until so much is on record, or the import has ended."""

    async def wait() -> None:
        service = await opened(url)
        start = time.monotonic()
        while (await service.stats()).sightings < count and running.poll() is None:
            if time.monotonic() - start > PATIENCE:
                break
            await asyncio.sleep(0.2)
        await service.close()

    asyncio.run(wait())


async def _other_than_undisturbed(url: str, file: Path, folder: Path, chunk: int) -> list[str]:
    """What is on record otherwise than after one import of the same file into an empty store."""
    undisturbed = f"sqlite:///{folder / f'undisturbed-{chunk}.db'}"
    await made(undisturbed)
    subprocess.run(_command(undisturbed, file, chunk), stderr=subprocess.DEVNULL, check=True, **_surroundings())  # noqa: ASYNC221 - alone
    pictures: list[oracle.Picture] = []
    for each in (undisturbed, url):
        service = await opened(each)
        pictures.append(await oracle.picture(service))
        await service.close()
    names = ("counts", "parts", "refused links")
    return [f"{name} aren't those of an undisturbed import" for name, a, b in zip(names, *pictures, strict=True) if a != b]
