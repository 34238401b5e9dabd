"""Recording facts: what goes in, what is refused, what was there already. The only caller of the write path; answers receipts."""

import gc
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from graph import ownids
from graph import policy as policies
from graph.answers import Outcome, Receipt, TableReceipt
from graph.audit import Chain
from graph.erasing import Tombstones, person_of, rejections
from graph.errors import InvalidInputError, PolicyChangedError, RootidError
from graph.evidence import Verdict
from graph.gathering import distinct
from graph.intents import Intent, Telling
from graph.keys import Keyring
from graph.model import Close, Consent, Decision, Erasure, Identifier, Mark, Withdrawal, named_by
from graph.policy import Policy
from graph.preparing import Prepared, Run
from graph.receipts import Deed, Signer, consent_deed, content
from graph.retrying import again_if_interrupted
from graph.stores import Store
from graph.stores.protocol import Flight, Writing
from graph.tables import Batch, Bools, Ints
from graph.tally import Tally
from graph.telling import Teller
from graph.writing import Write

DUE_A_STEP: Final = 2_000
"""How many expiries one step of a sweep takes."""

DUE_A_WRITE: Final = 100
"""How many expiries any other write takes along."""

Board = Callable[[Flight | None], None]
"""Is told of a write that has begun."""

_MARKS: Final = {"opted_out": "opt_out", "recruited": "recruit"}


class Recorder:
    """Records facts into one store under one policy."""

    def __init__(self, store: Store, policy: Policy, keyring: Keyring) -> None:
        self._store, self._policy, self._keyring = store, policy, keyring
        self._chain, self._signer = Chain(keyring), Signer(keyring)
        self._teller = Teller(keyring)
        self._charter: str | None = None

    @again_if_interrupted
    async def events(self, prepared: Prepared, now: int) -> Receipt:
        """Record events of any kind in one transaction; each has an outcome of its own."""
        async with self._store.writing() as tx:
            return (await self.within(tx, prepared.copy(), now))[0]

    async def within(self, tx: Writing, prepared: Prepared, now: int) -> tuple[Receipt, Tally]:
        """The same in a transaction of the caller's, with all that it did."""
        total, deeds, concerned = Tally(), list[Deed](), list[Ints]()
        for run in prepared.runs:
            write = await self._begin(tx, max(now, run.latest))
            if run.erasure is not None:
                erased = await self._erase(write, run.erasure)
                concerned = [np.setdiff1d(ids, erased) for ids in concerned]
            else:
                await self._record(write, run, prepared)
            total.add(await self._settle(write, _cause(write.deeds)))
            deeds += write.deeds
            concerned += write.concerned
        done = prepared.done()
        counts = Counter(outcome.status for outcome in done)
        await self._account(tx, total, deeds, concerned, "record", counts)
        return Receipt(done, total.merges, total.splits, total.moves, total.cursor, total.receipt_id), total

    async def _record(self, write: Write, run: Run, prepared: Prepared) -> None:
        """Record facts first, then sightings, then what is told of referrals and orders."""
        tx, outcomes, batch = write.tx, prepared.outcomes, run.batch
        for rejection in batch.rejections:
            outcomes[rejection.line] = Outcome("rejected", rejection.code, rejection.message)
        tombstones = Tombstones(tx, self._keyring)
        for intent in run.intents:
            if intent.fact is not None and not isinstance(intent.fact, Telling):
                try:
                    await tombstones.admit([self._keyring.key(named) for named in named_by(intent.fact)], intent.at)
                    await self._apply(write, intent, receipted=prepared.strict)
                except RootidError as error:
                    if prepared.strict:
                        raise
                    outcomes[intent.number] = Outcome("rejected", error.code, error.message)
        late = await tombstones.late(batch)
        for rejection in rejections(batch, late):
            outcomes[rejection.line] = Outcome("rejected", rejection.code, rejection.message)
        batch = batch.keep(~late)
        known = await self._known(write, batch)
        sighted = {intent.number for intent in run.intents if intent.row is not None}
        for line in batch.lines[known].tolist():
            if line in sighted:
                outcomes[line] = Outcome("duplicate")
        await write.sightings(batch.keep(~known))
        good = [told for told in run.told if not outcomes[told[0]]]
        for number, outcome in (await self._teller.tell(write, good)).items():
            outcomes[number] = outcome
        await tx.count_hits("blocked", batch.blocked)
        await tx.count_hits("parked", batch.parked)

    async def _erase(self, write: Write, fact: Erasure) -> Ints:
        """Erase an identifier, or its part of every purpose; one that is not on record leaves a tombstone, too."""
        keys = [self._keyring.key(fact.identifier)]
        ids = await write.tx.handles(keys)
        ids = ids[ids > 0]
        if len(ids):
            if fact.whole_person:
                ids = await person_of(write.tx, list(self._policy.purposes), int(ids[0]))
                keys = await write.tx.keys(ids)
            await write.erase(ids)
        await Tombstones(write.tx, self._keyring).bury(keys, fact.at)
        write.account(Deed("erasure", {"identifiers": len(ids)}), ids[:0])
        return ids

    @again_if_interrupted
    async def batch(self, batch: Batch, now: int, board: Board | None = None) -> TableReceipt:
        """Record a batch of sightings in one transaction. `board` is told of it when it has begun."""
        with _NO_CYCLES:
            async with self._store.writing() as tx:
                if board is not None:
                    board(tx.flight)
                return (await self.batch_within(tx, batch, now))[0]

    async def batch_after(self, before: Flight, batch: Batch, now: int, board: Board) -> TableReceipt:
        """The same before the commit of another. Raises StoreInterruptedError where nothing is kept, see Store.following."""
        with _NO_CYCLES:
            async with self._store.following(before) as tx:
                board(tx.flight)
                return (await self.batch_within(tx, batch, now))[0]

    async def batch_within(self, tx: Writing, batch: Batch, now: int) -> tuple[TableReceipt, Tally]:
        """The same in a transaction of the caller's, with all that it did."""
        write = await self._begin(tx, max(now, int(batch.at.max(initial=0))))
        late = await Tombstones(tx, self._keyring).late(batch)
        refused = [*batch.rejections, *rejections(batch, late)]
        batch = batch.keep(~late)
        known = await self._known(write, batch)
        await write.sightings(batch.keep(~known))
        await tx.count_hits("blocked", batch.blocked)
        await tx.count_hits("parked", batch.parked)
        duplicates = int(known.sum())
        recorded = len(batch) - duplicates
        counts = {"recorded": recorded, "duplicate": duplicates, "rejected": len(refused)}
        tally = await self._finish(write, "record", "import", counts)
        blocked, parked = sum(batch.blocked.values()), sum(batch.parked.values())
        changed = tally.merges, tally.splits, tally.moves, tally.cursor
        return TableReceipt(recorded, duplicates, refused, blocked, parked, *changed), tally

    @again_if_interrupted
    async def sweep(self, now: int, most: int = DUE_A_STEP) -> int:
        """Let expire what is due; answers how much was due, so that 0 means done."""
        async with self._store.writing() as tx:
            write = await self._begin(tx, now, most)
            if write.due:
                await self._finish(write, "expiry", "sweep", {"due": write.due})
        return write.due

    async def decide(self, fact: Decision, a: int, b: int, now: int) -> str:
        """Record a decision on two handles in a transaction of its own; answers the id of its receipt."""
        async with self._store.writing() as tx:
            write = await self._begin(tx, now)
            await self.rule(write, fact, a, b, int(write.stamps(1)[0]))
            tally = await self._finish(write, fact.ruling, "record", {"recorded": 1})
        return tally.receipt_id or ""

    async def account(self, action: str, deed: Deed, ids: Ints, now: int) -> str:
        """File a receipt for what was told, not changed; answers its id."""
        async with self._store.writing() as tx:
            write = await self._begin(tx, now, 0)
            write.account(deed, ids)
            tally = await self._finish(write, "record", action, {})
        return tally.receipt_id or ""

    async def _begin(self, tx: Writing, now: int, most: int = DUE_A_WRITE) -> Write:
        await self._same_policy(tx)
        clock, stamp = await tx.clock()
        now = max(now, clock)
        write = Write(tx, self._policy, now, max(now, stamp + 1), await tx.changing())
        await write.expire(most)
        return write

    async def _same_policy(self, tx: Writing) -> None:
        """Nothing is resolved by a policy that another process has put another in the place of. Raises PolicyChangedError."""
        held = await tx.charter(self._keyring.fingerprint)
        if held is not None and held != self._charter:
            if policies.from_json(held).version != self._policy.version:
                raise PolicyChangedError("the store was put under another policy meanwhile: start again to go on under that")
            self._charter = held

    async def _finish(self, write: Write, cause: str, action: str, counts: Mapping[str, int]) -> Tally:
        """Resolve, write the difference, and account for it."""
        tally = await self._settle(write, cause)
        await self._account(write.tx, tally, write.deeds, write.concerned, action, counts)
        return tally

    async def _settle(self, write: Write, cause: str) -> Tally:
        tally = await write.settle(cause)
        await write.tx.tick(write.now, int(write.stamps(1)[0]))
        return tally

    async def _account(
        self, tx: Writing, tally: Tally, deeds: list[Deed], concerned: list[Ints], action: str, counts: Mapping[str, int]
    ) -> None:
        """Account for a transaction: a receipt where there are deeds, an audit entry in any case."""
        now, stamp = await tx.clock()
        receipts: list[str] = []
        if deeds:
            receipt_id = ownids.to_bytes(ownids.mint(np.array([stamp], np.int64), np.zeros(1, np.int64)))[0]
            seq, digest, _ = await tx.audit_head()
            said = content(receipt_id, now, self._policy.version, deeds, tally.ended, tally.changes, (seq, digest.hex()))
            await tx.file(receipt_id, self._signer.signed(said, (await tx.standing()).cover), distinct(np.concatenate(concerned)))
            tally.receipt_id = ownids.text(receipt_id)
            receipts.append(tally.receipt_id)
        counted = Counter(deed.what for deed in deeds)
        changed = {"merges": tally.merges, "splits": tally.splits, "moves": tally.moves}
        await self._chain.enter(tx, now, action, {**counts, **counted, **changed}, receipts)

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
            identifier = await self._mention(write, fact.identifier)
            await tx.mark(fact, identifier, recorded)
            if receipted:
                said = "opt_in" if fact.kind == "opted_out" and fact.until is not None else _MARKS[fact.kind]
                write.account(Deed(said), np.array([identifier], np.int64))
        else:
            raise InvalidInputError("this kind of event can't be recorded this way")

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


class _NoCycles:
    """No cyclic garbage collection meanwhile: a large batch makes millions of tuples and no cycles, and looking costs a fifth.

    Several batches may be under way at a time, also in several threads; the last one lets it begin again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way = 0
        self._was = False

    def __enter__(self) -> None:
        with self._lock:
            if not self._under_way:
                self._was = gc.isenabled()
                gc.disable()
            self._under_way += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._under_way -= 1
            if self._was and not self._under_way:
                gc.enable()


_NO_CYCLES: Final = _NoCycles()
