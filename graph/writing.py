"""The one write path: record the facts, gather what they touch, resolve it, write the difference. Runs inside one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from graph import ownids
from graph.erasing import Succession, left_behind
from graph.evidence import Verdict
from graph.gathering import Evidence, Gathering, distinct, isin, person_device
from graph.instants import LATEST
from graph.joining import join
from graph.naming import Naming, events_of, name_parts
from graph.plain import Rules
from graph.policy import Policy
from graph.receipts import Deed
from graph.settling import Resolved, State, ended_links, resolve_gathered
from graph.stores.columns import FOLDED, NOBODY, Changing, Members, NewSightings, Pieces, StoredChange, StoredFinding, folded
from graph.stores.protocol import Place, Writing
from graph.tables import Batch, Bools, Ints
from graph.tally import Tally

JOINS_A_RECORD: Final = 1_000
"""Most own ids that one `join` record tells."""

_NONE = np.empty(0, np.int64)


@dataclass(slots=True)
class Touched:
    """What facts of this transaction touch, by handle."""

    ids: list[Ints] = field(default_factory=list[Ints])
    recount: list[Ints] = field(default_factory=list[Ints])
    fresh: list[Ints] = field(default_factory=list[Ints])
    fresh_places: list[Ints] = field(default_factory=list[Ints])
    fresh_stamps: list[Ints] = field(default_factory=list[Ints])
    fresh_positions: list[Ints] = field(default_factory=list[Ints])
    pieces: list[Pieces] = field(default_factory=list[Pieces])

    def add(self, ids: Ints, *, lost: bool = False) -> None:
        """Identifiers whose links changed; `lost`: some of them may have lost evidence."""
        self.ids.append(ids)
        if lost:
            self.recount.append(ids)


class Write:
    """One write transaction under way."""

    def __init__(self, tx: Writing, policy: Policy, now: int, stamp: int, changing: Changing | None = None) -> None:
        self.tx, self.policy, self.now, self.changing = tx, policy, now, changing
        self._next_stamp = stamp
        self.touched = Touched()
        self.succession: dict[str, Succession] = {}
        self.due = 0
        self.withdrawn: dict[str, set[int]] = {}
        """Consents by purpose that this transaction withdrew."""
        self.deeds: list[Deed] = []
        self.concerned: list[Ints] = []
        """Identifiers that the deeds are about."""
        self.places: dict[int, Place] = {}
        self.rules = Rules.of(policy, {})

    def account(self, deed: Deed, ids: Ints) -> None:
        """There shall be a receipt for this deed, found by these identifiers."""
        self.deeds.append(deed)
        self.concerned.append(ids)

    def stamps(self, count: int) -> Ints:
        """Moments of recording, each later than all before."""
        first = self._next_stamp
        self._next_stamp += count
        return np.arange(first, first + count, dtype=np.int64)

    async def refresh_places(self) -> None:
        """Read which places are on record now."""
        places = dict(await self.tx.places())
        if len(places) != len(self.places):
            self.places = places
            self.rules = Rules.of(self.policy, {handle: place[0] for handle, place in places.items()})

    # ---- record

    async def sightings(self, batch: Batch) -> None:
        """Record sightings that are not on record yet."""
        if not len(batch):
            return
        stamps = self.stamps(len(batch))
        number, first = np.unique(batch.mention_of, return_index=True)
        starts = np.searchsorted(batch.mention_row, batch.mention_row)
        position = np.arange(len(batch.mention_row)) - starts
        order = np.argsort(first, kind="stable")
        number, first = number[order], first[order]
        picked: list[int] = number.tolist()
        named = stamps[batch.mention_row[first]]
        handles = np.array([await self.tx.place(place) for place in batch.places], np.int64)
        ids, new = await self.tx.intern(
            [batch.keys[n] for n in picked], handles[batch.place[number]], named, lambda at: batch.shown[picked[at]]
        )
        self._enter(ids, handles[batch.place[number]], new, named, position[first])
        handle = np.zeros(len(batch.keys), np.int64)
        handle[number] = ids
        backing = await self._backing(batch)
        mention = handle[batch.mention_of]
        await self.refresh_places()
        pieces = await self._pieces(batch, stamps, backing, mention, position)
        rows = NewSightings(stamps, batch.at, batch.source, batch.event_id, batch.session, backing, batch.mention_row, mention)
        await self.tx.append(rows, pieces)
        await self.arm(pieces, ids, handles[batch.place[number]])
        self.touched.pieces.append(pieces)

    def _enter(self, ids: Ints, place: Ints, new: Bools, named: Ints, position: Ints) -> None:
        self.touched.fresh.append(ids[new])
        self.touched.fresh_places.append(place[new])
        self.touched.fresh_stamps.append(named[new])
        self.touched.fresh_positions.append(position[new])

    async def _backing(self, batch: Batch) -> Ints:
        rows = list(zip(batch.consent, batch.basis, batch.weight.tolist(), strict=True))
        distinct = list(dict.fromkeys(rows))
        if distinct == [(None, None, 1.0)]:
            return np.ones(len(rows), np.int64)
        handles = dict(zip(distinct, await self.tx.backing(distinct), strict=True))
        return np.array([handles[row] for row in rows], np.int64)

    async def _pieces(self, batch: Batch, stamps: Ints, backing: Ints, mention: Ints, position: Ints) -> Pieces:
        """Evidence of each pair seen together, folded."""
        row, a, b, place_a, place_b = await self._pairs(batch, mention, position)
        with_session = np.array([session is not None for session in batch.session], np.bool_)
        moment = np.where(self.single(place_a, place_b, with_session[row]), stamps[row], FOLDED)
        closed = await self.closed(a, b, batch.at[row], lambda index: batch.source[int(row[index])])
        return folded(Pieces(a, b, backing[row], moment, closed, batch.at[row], batch.at[row], np.ones(len(a), np.int64)))

    async def _pairs(self, batch: Batch, mention: Ints, position: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
        """Row, smaller and larger handle, and their places, of all pairs in all rows."""
        row = batch.mention_row
        known = {place: handle for handle, place in self.places.items()}
        place = np.array([known[place] for place in batch.places], np.int64)[batch.place][batch.mention_of]
        size = np.bincount(row, minlength=len(batch))
        start = np.flatnonzero(position == 0)
        start_of = np.zeros(len(batch), np.int64)
        start_of[row[start]] = start
        rows: list[Ints] = [_NONE]
        left: list[Ints] = [_NONE]
        right: list[Ints] = [_NONE]
        for k in np.unique(size[size > 1]).tolist():
            of_size = np.flatnonzero(size == k)
            one, other = np.triu_indices(k, 1)
            rows.append(np.repeat(of_size, len(one)))
            left.append((start_of[of_size][:, None] + one).reshape(-1))
            right.append((start_of[of_size][:, None] + other).reshape(-1))
        row, one, other = np.concatenate(rows), np.concatenate(left), np.concatenate(right)
        swap = mention[one] > mention[other]
        one, other = np.where(swap, other, one), np.where(swap, one, other)
        return row, mention[one], mention[other], place[one], place[other]

    def single(self, place_a: Ints, place_b: Ints, with_session: Bools) -> Bools:
        """Which pieces stay single, since a session or the window may join persons by them."""
        single = person_device(self.rules, place_a, place_b)
        return single & with_session if self.policy.session_window is None else single

    async def closed(self, a: Ints, b: Ints, at: Ints, source: Callable[[int], str]) -> Bools:
        """Which pieces a close on record has ended already (they arrive late); `source(n)` is that of the n-th."""
        closed = np.zeros(len(a), np.bool_)
        if not len(a):
            return closed
        for one, other, until, by in await self.tx.closings_of(distinct(np.r_[a, b])):
            hit = (a == one) | (b == one) if other is None else ((a == one) & (b == other)) | ((a == other) & (b == one))
            for index in np.flatnonzero(hit & (at <= until)).tolist():
                closed[index] |= by in (None, source(index))
        return closed

    async def arm(self, pieces: Pieces, ids: Ints, place: Ints) -> None:
        """Note when links between `ids` may expire, so that nobody has to look for it."""
        if not (self.rules.age < LATEST).any():
            return
        order = np.argsort(ids)
        ids, age = ids[order], self.rules.age[place[order]]
        life = np.minimum(age[np.searchsorted(ids, pieces.a)], age[np.searchsorted(ids, pieces.b)])
        mortal = (life < LATEST) & ~pieces.closed
        due = pieces.last[mortal] + life[mortal] + 1
        await self.tx.arm(zip(pieces.a[mortal].tolist(), pieces.b[mortal].tolist(), due.tolist(), strict=True))

    async def expire(self, most: int) -> None:
        """Touch what changes by itself by now; `due` says how much that was."""
        await self.refresh_places()
        due = await self.tx.fired(self.now, most)
        self.due += len(due)
        consents = [a for a, b in due if b == -1]
        if consents:
            self.touched.add(await self.tx.carried_by(consents), lost=True)
            records = await self.tx.consents(consents)
            again = [(c, -1, grant.expires) for c, record in records.items() for grant in record.grants]
            await self.tx.arm([row for row in again if self.now < row[2] <= LATEST])
        links = np.array([pair for pair in due if pair[1] != -1], np.int64).reshape(-1, 2)
        if len(links):
            ids = np.unique(links)
            self.touched.add(ids, lost=True)
            wanted = {(a, b) for a, b in links.tolist()}
            pieces = await self.tx.pieces(ids)
            fired = np.array([pair in wanted for pair in zip(pieces.a.tolist(), pieces.b.tolist(), strict=True)], np.bool_)
            members = await self.known(np.unique(np.r_[pieces.a, pieces.b]))
            age = self.rules.age[members.place]
            life = np.minimum(age[np.searchsorted(members.ids, pieces.a)], age[np.searchsorted(members.ids, pieces.b)])
            again = fired & ~pieces.closed & (life < LATEST) & (pieces.last + np.minimum(life, LATEST) >= self.now)
            rows = zip(pieces.a[again].tolist(), pieces.b[again].tolist(), (pieces.last + life)[again].tolist(), strict=True)
            await self.tx.arm([(a, b, at + 1) for a, b, at in rows])

    async def erase(self, ids: Ints) -> None:
        """Take identifiers (sorted) off the record. Nothing else goes into this write, but for what expires."""
        for purpose in self.policy.purposes:
            rest, succession = await left_behind(self.tx, self.rules, purpose, ids)
            self.succession[purpose] = succession
            self.touched.add(rest.ids, lost=True)
        self.touched.add(await self.tx.erase(ids, int(self.stamps(1)[0])), lost=True)
        for purpose, succession in self.succession.items():
            await self.tx.succeed(purpose, zip(succession.handles, succession.own, succession.heirs, strict=True))

    async def known(self, ids: Ints) -> Members:
        """What is on record of identifiers (sorted) under a purpose under which each belongs somewhere."""
        everybody = self.changing.everybody if self.changing else next(iter(self.policy.purposes))
        return await self.tx.members(everybody, ids)

    # ---- resolve and write the difference

    async def settle(self, cause: str) -> Tally:
        """Resolve what was touched under every purpose, write the difference and the change records."""
        tally = Tally()
        if not (self.touched.ids or self.touched.pieces):
            return tally
        await self.refresh_places()
        entered = np.concatenate([*self.touched.fresh, _NONE])
        order = np.argsort(entered)
        fresh, place, stamps, positions = (
            np.concatenate([*column, _NONE])[order]
            for column in (self.touched.fresh, self.touched.fresh_places, self.touched.fresh_stamps, self.touched.fresh_positions)
        )
        recorded = Pieces.concat(self.touched.pieces)
        evidence = Evidence(self.tx, fresh, recorded)
        for purpose in self.policy.purposes:
            newcomers = Members.fresh(fresh, place, ownids.mint(stamps, positions))
            await self._settle(purpose, newcomers, recorded, evidence, tally, cause)
        return tally

    async def _settle(
        self, purpose: str, newcomers: Members, recorded: Pieces, evidence: Evidence, tally: Tally, cause: str
    ) -> None:
        """One purpose: first what is plain without looking further, then the rest."""
        changed = distinct(np.concatenate([*self.touched.ids, _NONE]))
        if self.succession:
            erased = self.succession[purpose].handles
            tally.assigned.setdefault(purpose, []).append(np.array(erased, np.int64))
        if self.succession or self.changing is not None:
            everything = distinct(np.concatenate([changed, newcomers.ids, recorded.a, recorded.b]))
            await self.long_way(purpose, everything, newcomers, evidence, tally, cause)
            return
        walk = self.walk(purpose, evidence, newcomers)
        news = await walk.news(recorded)
        touched = await walk.members(distinct(np.concatenate([changed, newcomers.ids, news.ids])))
        wary = distinct(np.concatenate([changed, news.single, await walk.ruled(touched.ids)]))
        joined = await join(self.tx, self.policy, self.rules, purpose, self.now, touched, news.pieces, isin(touched.ids, wary))
        await self._difference(purpose, State.plain(joined.members, joined.label), newcomers.ids, tally, cause)
        left = distinct(np.concatenate([changed, joined.left]))
        if len(left):
            await self.long_way(purpose, left, newcomers[isin(newcomers.ids, left)], evidence, tally, cause)

    async def long_way(self, purpose: str, left: Ints, newcomers: Members, evidence: Evidence, tally: Tally, cause: str) -> None:
        """Gather everything that hangs together with `left`, and resolve it."""
        recount = distinct(np.concatenate([*self.touched.recount, _NONE]))
        walk = self.walk(purpose, evidence, newcomers)
        gathered = await walk.walk(left, recount)
        resolved = await resolve_gathered(self.tx, self.policy, self.rules, self.places, purpose, self.now, gathered)
        entered = distinct(np.r_[newcomers.ids, walk.entering.ids])
        await self._difference(purpose, resolved.state, entered, tally, cause)
        tally.refused.setdefault(purpose, []).extend(await self._refile(purpose, resolved, entered))
        if purpose in self.withdrawn:
            tally.ended[purpose] = ended_links(gathered, self.withdrawn[purpose])

    def walk(self, purpose: str, evidence: Evidence, newcomers: Members) -> Gathering:
        """Walks under one purpose, as things stand."""
        return Gathering(self.tx, self.policy, self.rules, purpose, self.now, evidence, newcomers, self.changing)

    async def _difference(self, purpose: str, state: State, newcomers: Ints, tally: Tally, cause: str) -> None:
        members = state.members
        fresh = isin(members.ids, newcomers)
        spare_count = int(fresh.sum())
        spare = ownids.mint(self.stamps(spare_count), np.zeros(spare_count, np.int64))
        naming = name_parts(self.rules, members, state.label, fresh, spare)
        leader = np.where(naming.leader >= 0, members.ids[naming.leader], 0)
        changed = fresh | (leader != members.leader) | (state.settled != members.settled)
        changed |= state.contested != members.contested
        changed |= (naming.own != members.own).any(axis=1)
        changed &= ~state.kept
        gives = np.zeros(len(members), np.bool_)
        gives[naming.gave] = True
        rows = np.r_[np.flatnonzero(changed & gives), np.flatnonzero(changed & ~gives)]
        await self.tx.assign(
            purpose,
            Members(
                members.ids[rows],
                members.place[rows],
                naming.own[rows],
                leader[rows],
                state.settled[rows],
                state.contested[rows],
            ),
        )
        tally.assigned.setdefault(purpose, []).append(members.ids[changed])
        now_ids = ownids.to_bytes(naming.own)
        before = ownids.to_bytes(members.own)
        succession = self.succession.get(purpose, Succession())
        changes = self._joins(purpose, members, naming, fresh, cause)
        changes += [
            StoredChange(self.now, purpose, "erase", root, others, self.policy.version, cause)
            for root, others in _answering(succession, members, naming, now_ids).items()
        ]
        for event in events_of(members, naming, fresh, succession.heir_of):
            ids = before if event.kind == "split" else now_ids
            root = ids[event.leader] if event.leader >= 0 else NOBODY
            others = tuple(now_ids[node] for node in event.others)
            changes.append(StoredChange(self.now, purpose, event.kind, root, others, self.policy.version, cause))
        tally.merges += sum(change.kind == "merge" for change in changes)
        tally.splits += sum(change.kind == "split" for change in changes)
        tally.moves += sum(change.kind == "move" for change in changes)
        if changes:
            tally.changes += [change for change in changes if change.kind != "join"]
            tally.cursor = await self.tx.publish(changes)

    def _joins(self, purpose: str, members: Members, naming: Naming, fresh: Bools, cause: str) -> list[StoredChange]:
        """Records of own ids that answer for the first time: of newcomers, and of those who gave theirs to a newcomer."""
        entered = fresh.copy()
        entered[naming.gave] = True
        rows = np.flatnonzero(entered & (naming.leader >= 0))
        pairs = ownids.to_bytes(np.stack([naming.own[rows], naming.own[naming.leader[rows]]], axis=1).reshape(-1, 2))
        parts = (pairs[start : start + 2 * JOINS_A_RECORD] for start in range(0, len(pairs), 2 * JOINS_A_RECORD))
        return [StoredChange(self.now, purpose, "join", NOBODY, tuple(part), self.policy.version, cause) for part in parts]

    async def _refile(self, purpose: str, resolved: Resolved, entered: Ints) -> list[StoredFinding]:
        """Write findings; answers the links that are refused now and were not.

        There are none on record of who enters now, nor within an uncontested part.
        """
        members, boundary = resolved.gathered.members, resolved.gathered.boundary
        asked = members.ids[~boundary & ~isin(members.ids, entered) & (members.contested | (members.leader == 0))]
        stored = {(f.a, f.b): f for f in (await self.tx.findings(purpose, asked) if len(asked) else [])}
        gone = stored.keys() - resolved.findings.keys()
        found = [finding for pair, finding in resolved.findings.items() if stored.get(pair) != finding]
        await self.tx.refile(purpose, gone, found)
        refused = Verdict.REFUSED.value
        known = {pair for pair, finding in stored.items() if finding.verdict == refused}
        return [finding for finding in found if finding.verdict == refused and (finding.a, finding.b) not in known]


def _answering(succession: Succession, members: Members, naming: Naming, own: list[bytes]) -> dict[bytes, tuple[bytes, ...]]:
    """The own ids of erased identifiers by the root that answers for them now, or NOBODY."""
    at = {handle: index for index, handle in enumerate(members.ids.tolist())}
    found: dict[bytes, tuple[bytes, ...]] = {}
    for erased, heir in zip(succession.own, succession.heirs, strict=True):
        root = own[int(naming.leader[at[heir]])] if heir else NOBODY
        found[root] = (*found.get(root, ()), erased)
    return found
