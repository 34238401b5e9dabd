"""Stores that are large enough to measure on, made once and kept in a folder. Deterministic but for ids."""

import asyncio
import shutil
from pathlib import Path

from bench.served import SECRET
from bench.world import POLICY, tables
from graph.errors import InvalidInputError
from graph.keybook import Wanted
from graph.service import Service
from graph.stores import is_server, schemas

SIGHTINGS_AN_IDENTIFIER = 1.17
"""Of the world of `bench.world`."""


def people_of(identifiers: int) -> int:
    """How many persons the world has."""
    return round(identifiers * SIGHTINGS_AN_IDENTIFIER) // 5


async def fill(url: str, identifiers: int) -> None:
    """Record the world."""
    service = await Service.open(url, POLICY, secret=SECRET)
    try:
        for table in tables(round(identifiers * SIGHTINGS_AN_IDENTIFIER), 20_000 if is_server(url) else 100_000):
            await service.record_table(table)
    finally:
        await service.close()


async def store_in(folder: Path, kept: Path, identifiers: int) -> str:
    """A store in a file of its own in `folder`: a copy of the one kept in `kept`, which is made where it isn't there."""
    original = kept / f"world-{identifiers}.db"
    if not await asyncio.to_thread(original.exists):
        draft = original.with_suffix(".draft")
        await asyncio.to_thread(draft.unlink, missing_ok=True)
        await fill(f"sqlite:///{draft}", identifiers)
        await asyncio.to_thread(draft.rename, original)
    await asyncio.to_thread(shutil.copy, original, folder / "load.db")
    return f"sqlite:///{folder / 'load.db'}"


async def filled(url: str, folder: Path, kept: Path, identifiers: int) -> str:
    """A store with the world in it. A server's must be empty, or hold the world from an earlier run already."""
    if not is_server(url):
        return await store_in(folder, kept, identifiers)
    await schemas.apply(url)
    service = await Service.open(url, POLICY, secret=SECRET)
    try:
        there = sum((await service.stats()).identifiers.values())
    finally:
        await service.close()
    if there == 0:
        await fill(url, identifiers)
    elif there < identifiers * 0.95:
        raise InvalidInputError(f"the store holds {there:,} identifiers, neither none nor {identifiers:,}")
    return url


async def token_for(url: str, name: str) -> str:
    """The token of a new key that may do everything."""
    service = await Service.open(url, secret=SECRET)
    try:
        if any(key.name == name and key.standing(service.now()) == "live" for key in await service.keybook.all()):
            await service.keybook.revoke(name)
        return (await service.keybook.make(Wanted(name, ("all",))))[1]
    finally:
        await service.close()
