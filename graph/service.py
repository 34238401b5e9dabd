"""The use cases: record facts, look people up, show a root, read changes. Every door (API, command line) comes in here."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from graph import instants, ownids
from graph import policy as policies
from graph.answers import Answer, Change, LinkView, Member, Outcome, Receipt, RootView, Stats, TableReceipt
from graph.errors import InvalidInputError, PolicyChangedError, RootidError, UnknownPurposeError, UnknownRootError
from graph.events import Event
from graph.gathering import Evidence, Gathering
from graph.intents import Intent, Reader
from graph.keys import Keyring, content_digest, load_secret
from graph.model import Close, Consent, Decision, Identifier, Kind, Referral, Withdrawal
from graph.plain import Rules
from graph.policy import Policy
from graph.resolution import Resolution, resolve
from graph.stores import Store, open_store, secret_file
from graph.stores.columns import Members, Pieces
from graph.tables import Batch, Rejection, SightingTable, read_table
from graph.views import link_views
from graph.writing import Tally, Write, resolve_gathered

CLOCK_SKEW: Final = 5 * instants.MINUTE
"""How far an event time may lie ahead of the service's clock."""

DUE_A_STEP: Final = 2_000
"""How many expiries one write takes along."""

_NOBODY: Final = np.empty(0, np.int64)

T = TypeVar("T")


class Service:
    """One store under one policy. Safe to share between tasks; several processes may share a store."""

    def __init__(self, store: Store, policy: Policy, keyring: Keyring, clock: Callable[[], int] = instants.now) -> None:
        self.store = store
        self.policy = policy
        self._keyring = keyring
        self._clock = clock
        self._reader = Reader(policy)

    @classmethod
    async def open(
        cls, url: str, policy: Policy | None = None, *, secret: bytes | None = None, clock: Callable[[], int] = instants.now
    ) -> "Service":
        """Open a store by its URL.

        Without a policy the one on record is taken, or for a new store the default one. Raises StoreError where the store
        can't be opened, StoreMismatchError where it was made with another secret, PolicyChangedError for another policy
        than the one on record.
        """
        keyring = Keyring(secret if secret is not None else load_secret(secret_file(url)))
        store = await open_store(url)
        try:
            async with store.writing() as tx:
                held = await tx.charter(keyring.fingerprint)
                on_record = policies.from_json(held) if held else None
                chosen = policy or on_record or policies.load(policies.DEFAULT_POLICY)
                if on_record is not None and chosen.version != on_record.version:
                    raise PolicyChangedError(
                        f"the store was resolved under policy {on_record.version}, not under {chosen.version}: "
                        "use another store, or leave --policy away"
                    )
                if on_record is None:
                    await tx.adopt(keyring.fingerprint, chosen.version, chosen.model_dump_json(), clock())
        except BaseException:
            await store.close()
            raise
        return cls(store, chosen, keyring, clock)

    async def close(self) -> None:
        """Let go of the store."""
        await self.store.close()

    async def ready(self) -> None:
        """Answers when the store does; raises StoreError where it doesn't."""
        await self.store.lookup(self._purpose(None), [bytes(16)])

    def _purpose(self, name: str | None) -> str:
        if name is None:
            return next(iter(self.policy.purposes))
        if name not in self.policy.purposes:
            raise UnknownPurposeError(f"the policy has no purpose '{name}'; it has: {', '.join(self.policy.purposes)}")
        return name

    # ---- record

    async def record(self, events: Sequence[Event]) -> Receipt:
        """Record events of any kind in one transaction: all that are good, or (on an error of the store) none.

        An event that can't go in is rejected on its own and told in its outcome; one that is on record already changes
        nothing.
        """
        return await self._aside(self._record(events))

    async def record_table(self, table: SightingTable) -> TableReceipt:
        """Record a table of sightings in one transaction."""
        return await self._aside(self._record_table(table))

    async def _aside(self, work: Coroutine[Any, Any, T]) -> T:
        """Let long work of an embedded store run in a thread of its own, so that lookups go on."""
        if not self.store.embedded:
            return await work
        return await asyncio.to_thread(asyncio.run, work)

    async def _record(self, events: Sequence[Event]) -> Receipt:
        latest = max((event.at for event in events if event.at is not None), default=0)
        now = self._clock()
        outcomes: list[Outcome | None] = [None] * len(events)
        intents: list[Intent] = []
        for number, event in enumerate(events):
            try:
                if event.at is not None and event.at > now + CLOCK_SKEW:
                    raise InvalidInputError("the event time lies in the future")
                intents.append(self._reader.intent(number, event, now))
            except RootidError as error:
                outcomes[number] = Outcome("rejected", error.code, error.message)
        sightings = [intent for intent in intents if intent.row is not None]
        table = self._reader.table(sightings)
        batch = read_table(table, self.policy, self._keyring, now + CLOCK_SKEW)
        for rejection in batch.rejections:
            outcomes[rejection.line] = Outcome("rejected", rejection.code, rejection.message)
        junk = np.bincount(table.lines[batch.junk_rows], minlength=len(events)) if len(table) else np.zeros(len(events), int)
        parked = {intent.number: intent.parked for intent in intents}
        async with self.store.writing() as tx:
            write = await self._begin(tx, max(now, latest))
            for intent in intents:
                if intent.row is None:
                    try:
                        await self._apply(write, intent)
                    except RootidError as error:
                        outcomes[intent.number] = Outcome("rejected", error.code, error.message)
            known = await self._known(write, batch)
            for line in batch.lines[known].tolist():
                outcomes[line] = Outcome("duplicate")
            await write.sightings(batch.keep(~known))
            await write.tx.count_hits("blocked", batch.blocked)
            await write.tx.count_hits("parked", batch.parked)
            tally = await self._finish(write, "record")
        done = [
            outcome or Outcome("recorded", blocked=int(junk[number]), parked=parked.get(number, 0))
            for number, outcome in enumerate(outcomes)
        ]
        return Receipt(done, tally.merges, tally.splits, tally.moves, tally.cursor)

    async def _record_table(self, table: SightingTable) -> TableReceipt:
        with _no_cycles():
            return await self._record_batch(table)

    async def _record_batch(self, table: SightingTable) -> TableReceipt:
        now = self._clock()
        batch = read_table(table, self.policy, self._keyring, now + CLOCK_SKEW)
        async with self.store.writing() as tx:
            write = await self._begin(tx, max(now, int(batch.at.max(initial=0))))
            known = await self._known(write, batch)
            await write.sightings(batch.keep(~known))
            await tx.count_hits("blocked", batch.blocked)
            await tx.count_hits("parked", batch.parked)
            tally = await self._finish(write, "record")
        blocked, parked = sum(batch.blocked.values()), sum(batch.parked.values())
        return TableReceipt(
            int((~known).sum()),
            int(known.sum()),
            batch.rejections,
            blocked,
            parked,
            tally.merges,
            tally.splits,
            tally.moves,
            tally.cursor,
        )

    async def _begin(self, tx: Any, now: int) -> Write:
        clock, stamp = await tx.clock()
        now = max(now, clock)
        write = Write(tx, self.policy, now, max(now, stamp + 1))
        await write.expire(DUE_A_STEP)
        return write

    async def _finish(self, write: Write, cause: str) -> Tally:
        tally = await write.settle(cause)
        await write.tx.tick(write.now, int(write.stamps(1)[0]))
        return tally

    async def _known(self, write: Write, batch: Batch) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Events that are on record already, or stand in the batch a second time."""
        known = await write.tx.known_events(batch.source, batch.event_id)
        seen: set[tuple[str, str]] = set()
        for index, event in enumerate(zip(batch.source, batch.event_id, strict=True)):
            if event in seen:
                known[index] = True
            seen.add(event)
        return known

    async def _apply(self, write: Write, intent: Intent) -> None:
        """Record one fact that is no sighting."""
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
        elif isinstance(fact, Referral):
            await self._refer(write, fact, recorded)
        else:
            raise InvalidInputError("this kind of event can't be recorded yet")

    async def _mention(self, write: Write, identifier: Identifier) -> int:
        """Handle of an identifier that a fact mentions without naming it into being."""
        place = np.array([await write.tx.place(identifier.place)], np.int64)
        none = np.zeros(1, np.int64)
        ids, _ = await write.tx.intern([self._keyring.key(identifier)], place, none, lambda _: identifier)
        return int(ids[0])

    async def _refer(self, write: Write, fact: Referral, recorded: int) -> None:
        """A referral names both its identifiers, as a sighting of each alone does."""
        ends = [fact.referrer, fact.referee]
        keys = [self._keyring.key(end) for end in ends]
        content = "|".join(map(str, (fact.at, keys[0].hex(), keys[1].hex(), fact.campaign, fact.status, fact.code)))
        event_id = fact.event_id or content_digest(content)
        for end, key, role in zip(ends, keys, ("referrer", "referee"), strict=True):
            alone = Batch.alone(end, key, fact.at, fact.source, f"{event_id}#{role}")
            if not (await self._known(write, alone))[0]:
                await write.sightings(alone)
        referrer, referee = [await self._mention(write, end) for end in ends]
        await write.tx.refer(fact, referrer, referee, event_id, recorded)

    async def sweep(self, most: int = DUE_A_STEP) -> int:
        """Let expire what is due; answers how much was due, so that 0 means done."""
        async with self.store.writing() as tx:
            clock, stamp = await tx.clock()
            write = Write(tx, self.policy, max(self._clock(), clock), max(self._clock(), clock, stamp + 1))
            due = await write.expire(most)
            if due:
                await self._finish(write, "expiry")
        return due

    # ---- answer

    async def lookup(self, groups: Sequence[Sequence[str]], purpose: str | None = None) -> list[Answer]:
        """Who each group of identifiers is, in the same order. Each group is said to be one person."""
        name = self._purpose(purpose)
        while await self.store.overdue(self._clock()):
            await self._aside(self.sweep())
        read = [[self._reader.known(text) for text in group] for group in groups]
        keys = [self._keyring.key(i) for group in read for i in group if isinstance(i, Identifier)]
        found = iter(await self.store.lookup(name, keys))
        answers: list[Answer] = []
        for group in read:
            candidates: list[Answer] = []
            ranks: list[tuple[int, int, int, int]] = []
            for position, identifier in enumerate(group):
                if not isinstance(identifier, Identifier):
                    candidates.append(identifier)
                    ranks.append((3, 0, 0, position))
                    continue
                hit = next(found)
                space = self.policy.space(identifier.namespace)
                device = space.kind is not Kind.PERSON
                if hit is None:
                    candidates.append(
                        Answer("unknown", namespace=identifier.namespace, scope=identifier.scope, mask=identifier.mask)
                    )
                else:
                    root = None if hit.root is None else ownids.text(hit.root)
                    status = ("resolved", "mass_value", "shared")[hit.settled] if root else "attribute"
                    candidates.append(
                        Answer(
                            status,  # type: ignore[arg-type]  # one of the four above
                            root,
                            ownids.text(hit.own),
                            status == "resolved" and not device,
                            hit.namespace,
                            hit.scope,
                            hit.mask,
                        )
                    )
                order = {"resolved": 0, "unknown": 2}.get(candidates[-1].status, 1)
                ranks.append((order, int(device), space.rank, position))
            answers.append(_strongest(candidates, ranks))
        return answers

    async def root(self, root_id: str, purpose: str | None = None) -> RootView:
        """The part that an id answers with today; `root_id` may be a former root's or any member's own id.

        Raises UnknownRootError for an id that nobody carries, or that belongs to another purpose than the one asked for.
        """
        while await self.store.overdue(self._clock()):
            await self._aside(self.sweep())
        async with self.store.reading() as reading:
            carried = await reading.carrier(ownids.parse(root_id))
            if carried is None or (purpose is not None and carried[0] != purpose):
                raise UnknownRootError("no identifier on record carries this id")
            name, handle = carried
            clock, _ = await reading.clock()
            places = dict(await reading.places())
            rules = Rules.at(self.policy, places)
            now = max(self._clock(), clock)
            walk = Gathering(
                reading,
                self.policy,
                rules,
                name,
                now,
                Evidence(reading, _NOBODY, Pieces.empty()),
                Members.fresh(_NOBODY, _NOBODY),
            )
            gathered = await walk.walk(np.array([handle], np.int64), np.empty(0, np.int64))
            resolved = await resolve_gathered(reading, self.policy, rules, places, name, now, gathered)
            at = int(np.searchsorted(gathered.members.ids, handle))
            leader = int(gathered.members.leader[at]) or handle
            part = await reading.part(name, leader) if gathered.members.leader[at] else np.array([handle], np.int64)
            views = link_views(rules, now, resolved, part)
            wanted = np.unique(np.r_[part, [end for view in views for end in view[0]]]).astype(np.int64)
            known = {d.handle: d for d in await reading.describe(name, wanted)}
        members = [
            Member(
                ownids.text(d.own),
                d.namespace,
                d.scope,
                d.mask,
                self.policy.space(d.namespace).kind.value,
                d.first_seen,
                d.last_seen,
                d.handle == leader,
            )
            for d in (known[h] for h in part.tolist())
        ]
        members.sort(key=lambda m: (not m.leader, m.kind != "person", self.policy.space(m.namespace).rank, m.own_id))
        links = [
            LinkView(ownids.text(known[a].own), ownids.text(known[b].own), verdict, reason, first, last, count)
            for (a, b), verdict, reason, first, last, count in views
        ]
        return RootView(ownids.text(known[leader].own), name, self.policy.version, members, links)

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
        keys = [self.key_of(name) for name in names]
        async with self.store.reading() as reading:
            return (await reading.handles([key or bytes(16) for key in keys])).tolist()

    async def stamp(self) -> int:
        """The moment of the last recording: what was known then is what is known now."""
        async with self.store.reading() as reading:
            return (await reading.clock())[1]

    async def changes(self, after: int = 0, limit: int = 1000) -> list[Change]:
        """Change records with a sequence number above `after`, in order."""
        async with self.store.reading() as reading:
            rows = await reading.changes(after, limit)
        return [
            Change(seq, c.at, c.purpose, c.kind, ownids.text(c.root), tuple(map(ownids.text, c.others)), c.policy, c.cause)  # type: ignore[arg-type]
            for seq, c in rows
        ]

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

    def key_of(self, name: str) -> bytes | None:
        """The stored key of an identifier's name; None where the value is blocked."""
        identifier = self._reader.known(name)
        return self._keyring.key(identifier) if isinstance(identifier, Identifier) else None


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


def _strongest(candidates: list[Answer], ranks: list[tuple[int, int, int, int]]) -> Answer:
    """The answer of the strongest identifier on record; the roots of the others that differ from it."""
    best = min(range(len(candidates)), key=ranks.__getitem__)
    chosen = candidates[best]
    roots = dict.fromkeys(c.root_id for c in candidates if c.status == "resolved" and c.root_id not in (None, chosen.root_id))
    if not roots:
        return chosen
    return Answer(
        chosen.status,
        chosen.root_id,
        chosen.own_id,
        chosen.proven,
        chosen.namespace,
        chosen.scope,
        chosen.mask,
        tuple(root for root in roots if root),
        chosen.code,
        chosen.message,
    )


__all__ = ["CLOCK_SKEW", "Path", "Rejection", "Service"]
