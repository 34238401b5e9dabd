"""Recording facts: what goes in, what is refused, what was there already. The only caller of the write path; answers receipts."""

import gc
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final

import numpy as np

from graph.answers import Outcome, Receipt, TableReceipt
from graph.errors import FutureTimeError, InvalidInputError, RootidError
from graph.events import Event
from graph.intents import Intent, Reader
from graph.keying import CLOCK_SKEW
from graph.keys import Keyring, content_digest
from graph.model import Close, Consent, Decision, Identifier, Referral, Withdrawal
from graph.policy import Policy
from graph.stores import Store
from graph.stores.protocol import Writing
from graph.tables import Batch, Bools, read_table
from graph.writing import Tally, Write

DUE_A_STEP: Final = 2_000
"""How many expiries one write takes along."""


class Recorder:
    """Records facts into one store under one policy."""

    def __init__(self, store: Store, policy: Policy, keyring: Keyring) -> None:
        self._store, self._policy, self._keyring = store, policy, keyring
        self._reader = Reader(policy)

    async def events(self, events: Sequence[Event], now: int) -> Receipt:
        """Record events of any kind in one transaction; each has an outcome of its own."""
        outcomes: list[Outcome | None] = [None] * len(events)
        intents: list[Intent] = []
        for number, event in enumerate(events):
            try:
                if event.at is not None and event.at > now + CLOCK_SKEW:
                    raise FutureTimeError("the event time lies in the future")
                intents.append(self._reader.intent(number, event, now))
            except RootidError as error:
                outcomes[number] = Outcome("rejected", error.code, error.message)
        referrals = [(intent.number, fact) for intent in intents if isinstance(fact := intent.fact, Referral)]
        ids = [self._referral_id(fact) for _, fact in referrals]
        table = self._reader.table(intents, ids)
        batch = read_table(table, self._policy, self._keyring, now + CLOCK_SKEW)
        for rejection in batch.rejections:
            outcomes[rejection.line] = Outcome("rejected", rejection.code, rejection.message)
        junk = np.bincount(table.lines[batch.junk_rows], minlength=len(events))
        sighted = np.array([intent.row is not None for intent in intents], np.bool_)
        is_sighting = np.zeros(len(events), np.bool_)
        is_sighting[[intent.number for intent in intents]] = sighted
        latest = max((intent.at for intent in intents), default=0)
        async with self._store.writing() as tx:
            write = await self._begin(tx, max(now, latest))
            for intent in intents:
                if intent.fact is not None and not isinstance(intent.fact, Referral):
                    try:
                        await self._apply(write, intent)
                    except RootidError as error:
                        outcomes[intent.number] = Outcome("rejected", error.code, error.message)
            known = await self._known(write, batch)
            for line in batch.lines[known].tolist():
                if is_sighting[line]:
                    outcomes[line] = Outcome("duplicate")
            await write.sightings(batch.keep(~known))
            for (number, fact), event_id in zip(referrals, ids, strict=True):
                if not await self._refer(write, fact, event_id):
                    outcomes[number] = Outcome("duplicate")
            await tx.count_hits("blocked", batch.blocked)
            await tx.count_hits("parked", batch.parked)
            tally = await self._finish(write, "record")
        parked = {intent.number: intent.parked for intent in intents}
        done = [
            outcome or Outcome("recorded", blocked=int(junk[number]), parked=parked.get(number, 0))
            for number, outcome in enumerate(outcomes)
        ]
        return Receipt(done, tally.merges, tally.splits, tally.moves, tally.cursor)

    async def batch(self, batch: Batch, now: int) -> TableReceipt:
        """Record a batch of sightings in one transaction."""
        with _no_cycles():
            async with self._store.writing() as tx:
                write = await self._begin(tx, max(now, int(batch.at.max(initial=0))))
                known = await self._known(write, batch)
                await write.sightings(batch.keep(~known))
                await tx.count_hits("blocked", batch.blocked)
                await tx.count_hits("parked", batch.parked)
                tally = await self._finish(write, "record")
        duplicates = int(known.sum())
        blocked, parked = sum(batch.blocked.values()), sum(batch.parked.values())
        return TableReceipt(
            len(batch) - duplicates,
            duplicates,
            batch.rejections,
            blocked,
            parked,
            tally.merges,
            tally.splits,
            tally.moves,
            tally.cursor,
        )

    async def sweep(self, now: int, most: int = DUE_A_STEP) -> int:
        """Let expire what is due; answers how much was due, so that 0 means done."""
        async with self._store.writing() as tx:
            write = await self._begin(tx, now, most)
            if write.due:
                await self._finish(write, "expiry")
        return write.due

    async def _begin(self, tx: Writing, now: int, most: int = DUE_A_STEP) -> Write:
        clock, stamp = await tx.clock()
        now = max(now, clock)
        write = Write(tx, self._policy, now, max(now, stamp + 1))
        await write.expire(most)
        return write

    async def _finish(self, write: Write, cause: str) -> Tally:
        tally = await write.settle(cause)
        await write.tx.tick(write.now, int(write.stamps(1)[0]))
        return tally

    async def _known(self, write: Write, batch: Batch) -> Bools:
        """Events that are on record already, or stand in the batch a second time."""
        known = await write.tx.known_events(batch.source, batch.event_id)
        if len(set(zip(batch.source, batch.event_id, strict=True))) == len(batch):
            return known
        seen: set[tuple[str, str]] = set()
        for index, event in enumerate(zip(batch.source, batch.event_id, strict=True)):
            if event in seen:
                known[index] = True
            seen.add(event)
        return known

    async def _apply(self, write: Write, intent: Intent) -> None:
        """Record one fact that is neither a sighting nor a referral."""
        tx, fact = write.tx, intent.fact
        recorded = int(write.stamps(1)[0])
        if isinstance(fact, Consent):
            subject = await self._mention(write, fact.subject) if fact.subject else None
            handle = await tx.grant(fact, subject, recorded)
            write.touched.add(await tx.carried_by([handle]))
            if fact.expires is not None:
                await tx.arm([(handle, -1, fact.expires)])
        elif isinstance(fact, Withdrawal):
            subject = await self._mention(write, fact.subject) if fact.subject else None
            write.touched.add(await tx.carried_by(await tx.withdraw(fact, subject, recorded)), lost=True)
        elif isinstance(fact, Close):
            first = await self._mention(write, fact.first)
            second = await self._mention(write, fact.second) if fact.second else None
            write.touched.add(await tx.end(fact, first, second, recorded), lost=True)
        elif isinstance(fact, Decision):
            a, b = await self._mention(write, fact.first), await self._mention(write, fact.second)
            await tx.rule(fact, a, b, recorded)
            write.touched.add(np.array([a, b], np.int64))
        else:
            raise InvalidInputError("this kind of event can't be recorded yet")

    async def _mention(self, write: Write, identifier: Identifier) -> int:
        """Handle of an identifier that a fact mentions without naming it into being."""
        place = np.array([await write.tx.place(identifier.place)], np.int64)
        unnamed = np.zeros(1, np.int64)
        ids, _ = await write.tx.intern(
            [self._keyring.key(identifier)], place, unnamed, lambda _: (identifier.mask, identifier.clear)
        )
        return int(ids[0])

    def _referral_id(self, fact: Referral) -> str:
        """The referral's own event id, or a digest of what it says."""
        keys = (self._keyring.key(end).hex() for end in (fact.referrer, fact.referee))
        return fact.event_id or content_digest("|".join(map(str, (fact.at, *keys, fact.campaign, fact.status, fact.code))))

    async def _refer(self, write: Write, fact: Referral, event_id: str) -> bool:
        referrer, referee = await self._mention(write, fact.referrer), await self._mention(write, fact.referee)
        return await write.tx.refer(fact, referrer, referee, event_id, int(write.stamps(1)[0]))


@contextmanager
def _no_cycles() -> Generator[None]:
    """No cyclic garbage collection meanwhile: a large batch makes millions of tuples and no cycles, and looking costs a fifth."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
