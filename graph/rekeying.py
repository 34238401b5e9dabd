"""Re-keying: puts another cover (graph.covers) on everything on record, step by step, while others read and write.

Nothing else changes: no identifier, membership, root-ID or own id. Each step is a transaction that also remembers how far it
came, so that whoever is stopped, by kill -9 too, goes on from there.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from graph.aside import aside
from graph.audit import Chain
from graph.covers import Cover
from graph.errors import InvalidInputError
from graph.keys import Keyring, add_secret
from graph.stores.protocol import Writing
from graph.stores.standing import COUNTED, Digested, Standing

if TYPE_CHECKING:
    from graph.service import Service

A_STEP: Final = 10_000
"""Rows of one step: other writers wait no longer than one takes."""

BETWEEN_STEPS: Final = 0.01


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it has come, in parts of the way: done of all, the last one when the new cover is in force."""

    done: int
    all: int


class Rekeying:
    """The job."""

    def __init__(self, service: "Service", keyring: Keyring) -> None:
        self._service, self._keyring = service, keyring
        self._chain = Chain(keyring)

    async def run(self, step: int = A_STEP) -> AsyncIterator[Progress]:
        """Begin, or go on where somebody was stopped, and work to the end; yields after each step.

        The new cover is made with the secret that comes after the one in force; where there is none, one is put into the key file
        first. Raises InvalidInputError where there is no file to put it into.
        """
        standing = await self._begun()
        while standing.following is not None:
            yield _progress(standing)
            standing = await aside(self._service.store, self._step(step))
            await asyncio.sleep(BETWEEN_STEPS)
        yield Progress(1, 1)

    async def _begun(self) -> Standing:
        """Say which cover follows; tombstones get it in the same transaction, answers that were kept are forgotten."""
        standing = await self._service.store.standing()
        if standing.following is not None:
            return standing
        following = self._next(standing.cover)

        async def begin() -> Standing:
            async with self._service.store.writing() as tx:
                found = await tx.standing()
                if found.following is not None or found.cover == following:  # somebody else was faster
                    return found
                until = {kind: await tx.last_digested(kind) for kind in COUNTED}
                begun = Standing(found.cover, following, dict.fromkeys(COUNTED, 0), until)
                await self._turn(tx, begun, "tombstone", 0, 0)
                await self._chain.enter(tx, self._service.now(), "begin to re-key", {"identifiers": until["identifier"]})
                await tx.stand(begun)
                return begun

        return await aside(self._service.store, begin())

    def _next(self, cover: str) -> str:
        """The cover to put on."""
        for _ in range(2):
            held = ["", *self._keyring.covers]
            if held[-1] != cover:
                return held[held.index(cover) + 1]
            if self._keyring.file is None:
                raise InvalidInputError(
                    "the HMAC key is given by environment: put another secret behind it, after a comma (openssl rand -hex 32), "
                    "for every process, then try again"
                )
            add_secret(self._keyring.file)
            self._keyring.read_again()
        raise InvalidInputError("the key file doesn't keep what is put into it")

    async def _step(self, most: int) -> Standing:
        """Cover the next rows; when there are none, put the new cover in force."""
        async with self._service.store.writing() as tx:
            standing = await tx.standing()
            if standing.following is None:
                return standing
            for kind in COUNTED:
                after, until = standing.done[kind], standing.until[kind]
                if after < until:
                    last = await self._turn(tx, standing, kind, after, most)
                    standing = replace(standing, done={**standing.done, kind: min(last, until) if last else until})
                    await tx.stand(standing)
                    return standing
            standing = Standing(standing.following)
            await tx.stand(standing)
            await self._chain.enter(tx, self._service.now(), "re-key", {})
            return standing

    async def _turn(self, tx: Writing, standing: Standing, kind: Digested, after: int, most: int) -> int:
        """Put the following cover on rows of a kind; answers the handle or stamp of the last one, 0 where there was none."""
        old, new = self._keyring.cover(standing.cover), self._keyring.cover(standing.following or "")
        until = standing.until.get(kind, 0)
        rows = [row for row in await tx.digests(kind, after, most) if row[0] <= until]
        stored = [digest for _, digest in rows]
        turned = _events(old, new, stored) if kind in ("sighting", "referral") else _keys(old, new, stored)
        await tx.put_digests(kind, [(place, was, now) for (place, was), now in zip(rows, turned, strict=True)])
        return rows[-1][0] if rows else 0


def _keys(old: Cover, new: Cover, stored: list[str]) -> list[str]:
    return [key.hex() for key in new.on(old.off([bytes.fromhex(key) for key in stored]))]


def _events(old: Cover, new: Cover, stored: list[str]) -> list[str]:
    return new.events_on(old.events_off(stored))


def _progress(standing: Standing) -> Progress:
    """Handles count as they are; stamps are microseconds, so each kind of them counts as much as all handles."""
    handles = max(standing.until["identifier"], 1)
    done = standing.done["identifier"]
    for kind in ("sighting", "referral"):
        until = standing.until[kind]
        done += int(handles * standing.done[kind] / until) if until else handles
    return Progress(done, 3 * handles + 1)
