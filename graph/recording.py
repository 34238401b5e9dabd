"""Recording facts: what goes in, what is refused, what was there already. The only caller of the write path; answers receipts."""

import gc
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import numpy as np

from graph import ownids
from graph.answers import Outcome, Receipt, TableReceipt
from graph.audit import Chain
from graph.errors import FutureTimeError, InvalidInputError, RootidError
from graph.events import Event
from graph.evidence import Verdict
from graph.gathering import distinct
from graph.intents import Intent, Reader, Telling
from graph.keying import CLOCK_SKEW
from graph.keys import Keyring
from graph.model import Close, Consent, Decision, Identifier, Mark, Withdrawal
from graph.policy import Policy
from graph.receipts import Deed, Signer, consent_deed, content
from graph.stores import Store
from graph.stores.protocol import Writing
from graph.tables import Batch, Bools, read_table
from graph.telling import Teller
from graph.writing import Tally, Write

DUE_A_STEP: Final = 2_000
"""How many expiries one write takes along."""


class Recorder:
    """Records facts into one store under one policy."""

    def __init__(self, store: Store, policy: Policy, keyring: Keyring) -> None:
        self._store, self._policy, self._keyring = store, policy, keyring
        self._reader = Reader(policy)
        self._chain, self._signer = Chain(keyring), Signer(keyring)
        self._teller = Teller(keyring)

    async def events(self, events: Sequence[Event], now: int, *, strict: bool = False) -> Receipt:
        """Record events of any kind in one transaction; each has an outcome of its own.

        `strict`: the first that can't go in is raised as an error, and nothing is recorded.
        """
        outcomes: list[Outcome | None] = [None] * len(events)
        intents: list[Intent] = []
        for number, event in enumerate(events):
            try:
                if event.at is not None and event.at > now + CLOCK_SKEW:
                    raise FutureTimeError("the event time lies in the future")
                intents.append(self._reader.intent(number, event, now))
            except RootidError as error:
                if strict:
                    raise
                outcomes[number] = Outcome("rejected", error.code, error.message)
        told = [(intent.number, fact) for intent in intents if isinstance(fact := intent.fact, Telling)]
        ids = [self._teller.event_id(fact) for _, fact in told]
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
                if intent.fact is not None and not isinstance(intent.fact, Telling):
                    try:
                        await self._apply(write, intent, receipted=strict)
                    except RootidError as error:
                        if strict:
                            raise
                        outcomes[intent.number] = Outcome("rejected", error.code, error.message)
            known = await self._known(write, batch)
            for line in batch.lines[known].tolist():
                if is_sighting[line]:
                    outcomes[line] = Outcome("duplicate")
            await write.sightings(batch.keep(~known))
            good = [(number, fact, event_id) for (number, fact), event_id in zip(told, ids, strict=True) if not outcomes[number]]
            for number, outcome in (await self._teller.tell(write, good)).items():
                outcomes[number] = outcome
            await tx.count_hits("blocked", batch.blocked)
            await tx.count_hits("parked", batch.parked)
            parked = {intent.number: intent.parked for intent in intents}
            done = [
                outcome or Outcome("recorded", blocked=int(junk[number]), parked=parked.get(number, 0))
                for number, outcome in enumerate(outcomes)
            ]
            tally = await self._finish(write, _cause(write.deeds), "record", Counter(outcome.status for outcome in done))
        return Receipt(done, tally.merges, tally.splits, tally.moves, tally.cursor, tally.receipt_id)

    async def batch(self, batch: Batch, now: int) -> TableReceipt:
        """Record a batch of sightings in one transaction."""
        with _no_cycles():
            async with self._store.writing() as tx:
                write = await self._begin(tx, max(now, int(batch.at.max(initial=0))))
                known = await self._known(write, batch)
                await write.sightings(batch.keep(~known))
                await tx.count_hits("blocked", batch.blocked)
                await tx.count_hits("parked", batch.parked)
                duplicates = int(known.sum())
                counts = {"recorded": len(batch) - duplicates, "duplicate": duplicates, "rejected": len(batch.rejections)}
                tally = await self._finish(write, "record", "import", counts)
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
                await self._finish(write, "expiry", "sweep", {"due": write.due})
        return write.due

    async def _begin(self, tx: Writing, now: int, most: int = DUE_A_STEP) -> Write:
        clock, stamp = await tx.clock()
        now = max(now, clock)
        write = Write(tx, self._policy, now, max(now, stamp + 1))
        await write.expire(most)
        return write

    async def _finish(self, write: Write, cause: str, action: str, counts: Mapping[str, int]) -> Tally:
        """Resolve, write the difference, and account for it: a receipt where there are deeds, an audit entry in any case."""
        tally = await write.settle(cause)
        stamp = write.stamps(1)
        await write.tx.tick(write.now, int(stamp[0]))
        receipts: list[str] = []
        if write.deeds:
            receipt_id = ownids.to_bytes(ownids.mint(stamp, np.zeros(1, np.int64)))[0]
            seq, digest, _ = await write.tx.audit_head()
            said = content(
                receipt_id, write.now, self._policy.version, write.deeds, tally.ended, tally.changes, (seq, digest.hex())
            )
            await write.tx.file(receipt_id, self._signer.signed(said), distinct(np.concatenate(write.concerned)))
            tally.receipt_id = ownids.text(receipt_id)
            receipts.append(tally.receipt_id)
        counted = Counter(deed.what for deed in write.deeds)
        changed = {"merges": tally.merges, "splits": tally.splits, "moves": tally.moves}
        await self._chain.enter(write.tx, write.now, action, {**counts, **counted, **changed}, receipts)
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

    async def _apply(self, write: Write, intent: Intent, *, receipted: bool) -> None:
        """Record one fact that names nobody into being. `receipted`: a consent gets a receipt, too."""
        tx, fact = write.tx, intent.fact
        recorded = int(write.stamps(1)[0])
        if isinstance(fact, Consent):
            subject = await self._mention(write, fact.subject) if fact.subject else None
            handle = await tx.grant(fact, subject, recorded)
            carried = await tx.carried_by([handle])
            write.touched.add(carried)
            if receipted:
                write.account(consent_deed(fact), carried if subject is None else np.append(carried, subject))
            if fact.expires is not None:
                await tx.arm([(handle, -1, fact.expires)])
        elif isinstance(fact, Withdrawal):
            await self._withdraw(write, fact, recorded)
        elif isinstance(fact, Close):
            first = await self._mention(write, fact.first)
            second = await self._mention(write, fact.second) if fact.second else None
            changed = await tx.end(fact, first, second, recorded)
            write.touched.add(changed, lost=True)
            ends = np.array([first] if second is None else [first, second], np.int64)
            write.account(Deed("close", {"source": fact.source}), ends)
        elif isinstance(fact, Decision):
            a, b = await self._mention(write, fact.first), await self._mention(write, fact.second)
            await self.rule(write, fact, a, b, recorded)
        elif isinstance(fact, Mark):
            await tx.mark(fact, await self._mention(write, fact.identifier), recorded)
        else:
            raise InvalidInputError("this kind of event can't be recorded yet")

    async def _withdraw(self, write: Write, fact: Withdrawal, recorded: int) -> None:
        """End consents, and note under which purposes they counted until now."""
        tx = write.tx
        subject = await self._mention(write, fact.subject) if fact.subject else None
        named = [fact.consent_id] if fact.consent_id is not None else []
        handles = await tx.consent_handles(named) if subject is None else await tx.given_by(np.array([subject], np.int64))
        before = await tx.consents(handles)
        touched = await tx.withdraw(fact, subject, recorded)
        after = await tx.consents(touched)
        carried = await tx.carried_by(touched)
        write.touched.add(carried, lost=True)
        for purpose in self._policy.purposes:
            ended = {
                handle
                for handle, record in after.items()
                if record.standing(purpose, write.now) is not Verdict.ACCEPTED
                and handle in before
                and before[handle].standing(purpose, write.now) is Verdict.ACCEPTED
            }
            if ended:
                write.withdrawn.setdefault(purpose, set()).update(ended)
        grants, _ = await tx.consent_events(touched)
        consents = sorted({grant.consent_id for grant in grants} | set(named))
        write.account(
            Deed("withdrawal", {"consents": consents, "purpose": fact.purpose}),
            carried if subject is None else np.append(carried, subject),
        )

    async def rule(self, write: Write, fact: Decision, a: int, b: int, recorded: int) -> None:
        """Record a decision on two handles."""
        await write.tx.rule(fact, a, b, recorded)
        ends = np.array([a, b], np.int64)
        write.touched.add(ends)
        write.account(Deed(fact.ruling), ends)

    async def _mention(self, write: Write, identifier: Identifier) -> int:
        """Handle of an identifier that a fact mentions without naming it into being."""
        place = np.array([await write.tx.place(identifier.place)], np.int64)
        unnamed = np.zeros(1, np.int64)
        ids, _ = await write.tx.intern(
            [self._keyring.key(identifier)], place, unnamed, lambda _: (identifier.mask, identifier.clear)
        )
        return int(ids[0])


def _cause(deeds: Sequence[Deed]) -> str:
    """What change records name as their cause: the kind of deed where there is one only."""
    kinds = {deed.what for deed in deeds}
    return kinds.pop() if len(kinds) == 1 else "record"


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
