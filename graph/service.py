"""The use cases: record facts, look people up, show a root, read changes. Every door (API, command line) comes in here."""

import copy
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar

from graph import instants
from graph import policy as policies
from graph.answers import Answer, Change, Receipt, RootView, Stats, TableReceipt
from graph.aside import aside
from graph.audit import Act, Audit, Chain
from graph.batches import Batches
from graph.charter import Charter
from graph.conflicts import Conflicts
from graph.consents import Consents
from graph.decisions import Decisions
from graph.errors import PolicyChangedError, UnknownPurposeError
from graph.events import Event
from graph.explanations import Explanation, explain
from graph.feed import Feed, Pulse, told
from graph.fission import Fission
from graph.in_force import InForce
from graph.keybook import KeyBook
from graph.keying import Keying
from graph.keys import Keyring, load_keyring
from graph.model import Decision, Identifier
from graph.names import Named, Names
from graph.observing import SILENCE, Observer
from graph.past import Past
from graph.policy import Policy
from graph.preparing import prepare
from graph.receipts import Deed, Receipts, Signer
from graph.recording import DUE_A_STEP
from graph.rekeying import Rekeying
from graph.repeats import Repeats
from graph.reports import Reports
from graph.resolution import Resolution, resolve
from graph.rights import Rights
from graph.stores import Store, open_store, secret_file
from graph.stores.covered import CoveredStore
from graph.stores.watched import WatchedStore
from graph.tables import Batch, Ints, SightingTable
from graph.today import Today
from graph.trials import Trial, WhatIf, try_out
from graph.visits import Visit

T = TypeVar("T")


class Service:
    """One store under one policy. Safe to share between tasks; several processes may share a store."""

    def __init__(self, store: Store, policy: Policy, keyring: Keyring, clock: Callable[[], int] = instants.now) -> None:
        self._watched = WatchedStore(CoveredStore(store, keyring))
        self.store: Store = self._watched
        self._in_force = InForce(self.store, policy, keyring)
        self._keyring = keyring
        self._clock = clock
        self.audit = Audit(self, keyring)
        self._signer = Signer(keyring)
        self._pulse = Pulse(self.store)
        self._visit: Visit | None = None
        self._observer: Observer = SILENCE
        self.keybook = KeyBook(self.store, lambda: self.policy, clock)
        self.repeats = Repeats(self.store, keyring, clock)

    @property
    def policy(self) -> Policy:
        """The policy in force, as far as this process knows."""
        return self._in_force.policy

    @property
    def policy_changes(self) -> bool:
        """Whether what is on record was still following it when that was last looked at."""
        return self._in_force.changing

    async def follow_policy(self, *, now: bool = False) -> None:
        """Take the policy on record, if another process has changed it; looked at once a second, or `now`."""
        await (self._in_force.reload() if now else self._in_force.follow())

    def observe(self, observer: Observer) -> None:
        """Tell an observer, from now on, how long things take and how many there are."""
        self._observer = self._watched.observer = observer

    def during(self, visit: Visit) -> "Service":
        """The same service, for one call: held to what the call may name, and noting what it named."""
        made = copy.copy(self)
        made._visit = visit
        return made

    def hold_to(self, purposes: Iterable[str]) -> None:
        """The call is about these purposes. Raises PurposeNotAllowedError where the caller may not name each of them."""
        self._note(0, purposes)

    @property
    def conflicts(self) -> Conflicts:
        """Links that rules refused, for humans to decide."""
        return Conflicts(self)

    @property
    def rights(self) -> Rights:
        """The rights of persons: access, export, correction, erasure, opting out."""
        return Rights(self)

    @property
    def feed(self) -> Feed:
        """The change feed: wait for it, follow it, one root's part of it."""
        return Feed(self, self._pulse)

    @property
    def receipts(self) -> Receipts:
        """Signed receipts on record."""
        return Receipts(self, self._signer)

    @property
    def consents(self) -> Consents:
        """Consents: grant, renew, withdraw, look at."""
        return Consents(self)

    @property
    def charter(self) -> Charter:
        """The policy of the store: look at it, try another one, change to it."""
        return Charter(self)

    @property
    def decisions(self) -> Decisions:
        """Decisions and closes: take, list."""
        return Decisions(self)

    @property
    def fission(self) -> Fission:
        """The referral network and its last scoring."""
        return Fission(self)

    @property
    def rekeying(self) -> Rekeying:
        """Putting another cover on what is on record."""
        return Rekeying(self, self._keyring)

    @property
    def reports(self) -> Reports:
        """Reports on the whole store."""
        return Reports(self)

    @classmethod
    async def open(
        cls,
        url: str,
        policy: Policy | None = None,
        *,
        secret: bytes | Keyring | None = None,
        clock: Callable[[], int] = instants.now,
    ) -> "Service":
        """Open a store by its URL.

        Without a policy the one on record is taken, or for a new store the default one. Raises StoreError where the store
        can't be opened, StoreMismatchError where it was made with another secret, PolicyChangedError for another policy
        than the one on record.
        """
        keyring = Keyring(secret) if isinstance(secret, bytes) else secret or load_keyring(secret_file(url))
        store = await open_store(url)
        try:
            async with CoveredStore(store, keyring).writing() as tx:
                held = await tx.charter(keyring.fingerprint)
                on_record = policies.from_json(held) if held else None
                chosen = policy or on_record or policies.load(policies.DEFAULT_POLICY)
                if on_record is not None and chosen.version != on_record.version:
                    raise PolicyChangedError(
                        f"the store was resolved under policy {on_record.version}, not under {chosen.version}: "
                        "leave --policy away, or put the store under it with 'rootid policy apply'"
                    )
                if on_record is None:
                    await tx.adopt(keyring.fingerprint, chosen.version, chosen.model_dump_json(), clock())
                    await Chain(keyring).enter(tx, clock(), "adopt policy", {"namespaces": len(chosen.namespaces)})
        except BaseException:  # raised again: whatever ends the opening lets go of the store
            await store.close()
            raise
        return cls(store, chosen, keyring, clock)

    async def close(self) -> None:
        """Let go of the store."""
        await self.store.close()

    async def ready(self) -> None:
        """Answers when the store does; raises StoreError where it doesn't."""
        await self.store.lookup(self._purpose(None), [bytes(16)])

    def now(self) -> int:
        """The time by the clock of the service."""
        return self._clock()

    def _purpose(self, name: str | None) -> str:
        if name is None:
            name = next(iter(self.policy.purposes))
        elif name not in self.policy.purposes:
            raise UnknownPurposeError(f"a purpose that the policy doesn't have; it has: {', '.join(self.policy.purposes)}")
        if self._visit is not None:
            self._visit.name(name)
        return name

    def _note(self, items: int, purposes: Iterable[str] = ()) -> None:
        """Tell the visit what a call is about, and hold it to what it may name. Raises PurposeNotAllowedError."""
        if self._visit is not None:
            self._visit.count(items)
            for purpose in purposes:
                self._visit.name(purpose)

    # ---- record

    async def record(self, events: Sequence[Event], *, strict: bool = False) -> Receipt:
        """Record events of any kind in one transaction: all that are good, or (on an error of the store) none.

        An event that can't go in is rejected on its own and told in its outcome (`strict`: it is raised, and nothing goes
        in); one that is on record already changes nothing. Raises PurposeNotAllowedError, for the whole, where a consent or
        withdrawal names a purpose that the caller may not name.
        """
        self._note(len(events), (purpose for event in events for purpose in event.named_purposes))
        now, start = self._clock(), time.perf_counter()

        async def work() -> Receipt:
            prepared = prepare(events, self.policy, self._keyring, now, strict=strict)
            return await self.aside(self._in_force.recorder.events(prepared, now))

        receipt, withdrawing = await self.recorded(work), any(event.withdraw is not None for event in events)
        self._observer.recorded(receipt, time.perf_counter() - start, withdrawing=withdrawing)
        return receipt

    @property
    def keying(self) -> Keying:
        """Reads tables into batches for `record_batch`, here or in another process."""
        return Keying(self.policy, self._keyring, self._clock)

    async def record_table(self, table: SightingTable) -> TableReceipt:
        """Record a table of sightings in one transaction."""
        return await self.record_batch(self.keying.batch(table))

    async def record_batch(self, batch: Batch) -> TableReceipt:
        """Record sightings that were read and keyed already, in one transaction; also those read by a policy of before."""
        return await self.recorded(lambda: self.aside(self._in_force.recorder.batch(batch, self._clock())))

    def batches(self) -> Batches:
        """Records batch after batch; on a server, the next one is resolved while one is written."""
        return Batches(self.store, self._in_force, self._clock)

    async def note_accesses(self, acts: Sequence[Act]) -> None:
        """Put into the audit log who read or wrote what, counted for a while."""
        await self.aside(self.audit.append_each(acts))

    async def rule(self, fact: Decision, a: int, b: int) -> str:
        """Record a decision on two identifiers by handle; answers the id of its receipt."""
        return await self.recorded(lambda: self.aside(self._in_force.recorder.decide(fact, a, b, self._clock())))

    async def account(self, action: str, deed: Deed, ids: Ints) -> str:
        """File a signed receipt for what was told of identifiers; answers its id."""
        return await self.recorded(lambda: self._in_force.recorder.account(action, deed, ids, self._clock()))

    async def sweep(self, most: int = DUE_A_STEP) -> int:
        """Let expire what is due, at most so much; answers how much was due, so that 0 means done."""
        return await self.recorded(lambda: self.aside(self._in_force.recorder.sweep(self._clock(), most)))

    async def sweep_due(self, most: int = DUE_A_STEP) -> int:
        """The same, but where nothing is due, nothing is written."""
        return await self.sweep(most) if await self.store.overdue(self._clock()) else 0

    async def compact(self) -> None:
        """Give room back, so that nothing of what was erased is left in the store's files."""
        await self.aside(self.store.compact())

    async def recorded(self, work: Callable[[], Awaitable[T]]) -> T:
        """The answer of work that records; done again, from its beginning, where the policy turns out to be another one."""
        return await self._in_force.recorded(work)

    async def aside(self, work: Coroutine[Any, Any, T]) -> T:
        """Long work of an embedded store, in a thread of its own."""
        return await aside(self.store, work)

    # ---- answer

    async def lookup(self, groups: Sequence[Sequence[str]], purpose: str | None = None) -> list[Answer]:
        """Who each group of identifiers is, in the same order. Each group is said to be one person."""
        return await Today(self).lookup(groups, purpose)

    async def root(self, root_id: str, purpose: str | None = None) -> RootView:
        """The part that an id answers with today; `root_id` may be a former root's or any member's own id.

        Raises UnknownRootError for an id that nobody carries, or that belongs to another purpose than the one asked for, and
        GoneRootError for one whose person was erased.
        """
        return await Today(self).root(root_id, purpose)

    async def root_of(self, own_id: str) -> tuple[str, str | None]:
        """Purpose and root-ID of today of an own id; None where it was erased and nobody answers for it.

        Raises UnknownRootError for an id that nobody carries. An attribute answers with itself.
        """
        return await Today(self).root_of(own_id)

    async def partition(self, purpose: str | None = None, as_of: int | None = None, known_at: int | None = None) -> Resolution:
        """The whole partition of any time, as known at any stamp, from all facts on record; by handle.

        Its cost grows with the store: for small stores, tests and the oracle.
        """
        async with self.store.reading() as reading:
            facts = await reading.facts()
            clock, _ = await reading.clock()
        when = max(self._clock(), clock) if as_of is None else as_of
        return resolve(facts, self.policy, self._purpose(purpose), when, instants.LATEST if known_at is None else known_at)

    async def handles(self, names: Sequence[str]) -> list[int]:
        """Handles of identifiers by name, 0 for one that is not on record."""
        keys = [self.key_of(name) or bytes(16) for name in names]
        async with self.store.reading() as reading:
            return (await reading.handles(keys)).tolist()

    async def stamp(self) -> int:
        """The moment of the last recording: what was known then is what is known now."""
        async with self.store.reading() as reading:
            return (await reading.clock())[1]

    async def changes(self, after: int = 0, limit: int = 1000, *, joins: bool = False) -> list[Change]:
        """Change records with a sequence number above `after`, in order; for a caller with some purposes, those of them.

        With `joins` also which own ids answer for the first time: replayed from zero, they give who answers with what today.
        """
        found: list[Change] = []
        async with self.store.reading() as reading:
            while len(found) < limit:
                rows = await reading.changes(after, limit, joins=joins)
                found += [told(seq, c) for seq, c in rows if self._visit is None or self._visit.may(c.purpose)]
                if len(rows) < limit:
                    break
                after = rows[-1][0]
        self._note(len(found[:limit]), {change.purpose for change in found[:limit]})
        return found[:limit]

    async def stats(self) -> Stats:
        """What is on record."""
        async with self.store.reading() as reading:
            return Stats(**await reading.stats())

    async def export_sightings(self) -> AsyncIterator[dict[str, Any]]:
        """Every sighting with its identifiers by key and mask, in the order of recording."""
        async with self.store.reading() as reading:
            async for row in reading.export_sightings():
                yield row

    async def export_roots(self, purpose: str | None = None) -> AsyncIterator[dict[str, Any]]:
        """Every identifier with its own id and root-ID under a purpose."""
        async with self.store.reading() as reading:
            async for row in reading.export_roots(self._purpose(purpose)):
                yield row

    def at(self, as_of: int | None = None, known_at: int | None = None) -> Past:
        """The service at a time: up to an event time, as known at a moment."""
        return Past(self, as_of, known_at)

    async def explain(
        self, pair: tuple[str, str], purpose: str | None = None, as_of: int | None = None, known_at: int | None = None
    ) -> Explanation:
        """Why two identifiers are one person, or why not; at a time as known at a moment, where that is asked."""
        return await explain(self, pair, purpose, as_of, known_at)

    async def what_if(self, events: Sequence[Event]) -> WhatIf:
        """What recording these events would do; nothing is recorded, the store stays as it is to the byte."""
        self._note(len(events), (purpose for event in events for purpose in event.named_purposes))
        return await self.try_out(lambda attempt: attempt.events(events))

    async def try_out(self, work: Callable[[Trial], Awaitable[None]]) -> WhatIf:
        """What recording events and batches one after the other would do; nothing is recorded."""
        return await self.recorded(lambda: self.aside(try_out(self, self._in_force.recorder, work)))

    # ---- for the use cases that have a room of their own

    def asked(self, purpose: str | None, items: int = 1) -> str:
        """The purpose that a call is for, noted with how much is asked. Raises UnknownPurposeError, PurposeNotAllowedError."""
        name = self._purpose(purpose)
        self._note(items)
        return name

    def may(self, purpose: str) -> bool:
        """Whether the caller may name a purpose."""
        return self._visit is None or self._visit.may(purpose)

    @property
    def names(self) -> Names:
        """Reads names that are looked up."""
        return self._in_force.names

    def identifier(self, name: str) -> Identifier:
        """The identifier of a written name. Raises InvalidIdentifierError and UndeclaredNamespaceError."""
        return self._in_force.reader.identifier(name)

    def key(self, identifier: Identifier) -> bytes:
        """The stored key of an identifier."""
        return self._keyring.key(identifier)

    def key_of(self, name: str) -> bytes | None:
        """The stored key of an identifier's name; None where the value is blocked."""
        return named.key if isinstance(named := self.names.read(name), Named) else None
