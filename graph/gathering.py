"""Gather what some identifiers touch: walk the usable links to the end of what hangs together. Holds no rule of its own."""

from dataclasses import dataclass, field

import numpy as np

from graph import ownids
from graph.evidence import Case, Closing, ConsentKey, ConsentRecord, Node, Piece, Ruling, Usability, Verdict, pair_of
from graph.plain import ATTRIBUTE, DEVICE, PERSON, Rules, links_of, standing_alone, verdict_of
from graph.policy import Policy
from graph.stores.columns import FOLDED, Changing, Members, Pieces
from graph.stores.protocol import Place, Reading
from graph.tables import Bools, Ints


@dataclass(slots=True)
class Backed:
    """What carries evidence, and whether it carries one purpose now: by backing handle."""

    verdicts: dict[int, Verdict] = field(default_factory=dict[int, Verdict])
    carried: dict[int, tuple[int, str, float]] = field(default_factory=dict[int, tuple[int, str, float]])
    judged: Bools = field(default_factory=lambda: np.zeros(1, np.bool_))
    usable: Bools = field(default_factory=lambda: np.zeros(1, np.bool_))
    walked: Bools = field(default_factory=lambda: np.zeros(1, np.bool_))

    def grow(self, highest: int) -> None:
        """Make room for handles up to `highest`."""
        if highest >= len(self.judged):
            room = np.zeros(highest + 1 - len(self.judged) + 1024, np.bool_)
            self.judged, self.usable, self.walked = (np.concatenate([c, room]) for c in (self.judged, self.usable, self.walked))


@dataclass(slots=True)
class Gathered:
    """A closed neighbourhood: its identifiers (sorted by handle) and all evidence between them, by local index."""

    members: Members
    pieces: Pieces
    i: Ints
    j: Ints
    usable: Bools
    boundary: Bools
    """Identifiers that stood alone before and still do: their other links are not here."""
    settled: Ints
    """What stands alone by what lies outside: the boundary, and what a changing policy made so."""
    rulings: list[Ruling]
    closings: list[Closing]
    backed: Backed
    consents: dict[int, ConsentRecord]
    outside: Pieces
    """Evidence that reaches out of the neighbourhood: it doesn't count, or nobody would be outside."""


@dataclass(slots=True)
class News:
    """Evidence just recorded that may change anything: what counts, folded; and the ends of what stays single."""

    pieces: Pieces
    single: Ints

    @property
    def ids(self) -> Ints:
        """All ends (sorted)."""
        return distinct(np.concatenate([self.pieces.a, self.pieces.b, self.single]))


class Evidence:
    """Pieces read so far in one transaction, so that the second purpose doesn't ask again.

    `fresh` identifiers are named for the first time in this transaction: all their evidence is in `recorded`, unasked.
    """

    def __init__(self, reading: Reading, fresh: Ints, recorded: Pieces) -> None:
        self._reading = reading
        self._fresh = fresh
        self._recorded = recorded[isin(recorded.a, fresh) | isin(recorded.b, fresh)] if len(fresh) else Pieces.empty()
        self._read = np.empty(0, np.int64)
        self._pieces = Pieces.empty()

    async def around(self, ids: Ints) -> Pieces:
        """All pieces with an end in `ids` (sorted); a piece may come twice."""
        again = isin(ids, self._read)
        missing, known = ids[~again], ids[again]
        parts: list[Pieces] = []
        if len(missing):
            old = missing[~isin(missing, self._fresh)]
            found = await self._reading.pieces(old) if len(old) else Pieces.empty()
            if len(old) < len(missing):
                mine = isin(self._recorded.a, missing) | isin(self._recorded.b, missing)
                found = Pieces.concat([found, self._recorded[mine]])
            parts.append(found)
            self._pieces = Pieces.concat([self._pieces, found])
            self._read = np.sort(np.concatenate([self._read, missing]))
        if len(known):
            held = self._pieces
            parts.append(held[isin(held.a, known) | isin(held.b, known)])
        return parts[0] if len(parts) == 1 else Pieces.concat(parts)


def isin(values: Ints, ordered: Ints) -> Bools:
    """Which values stand in a sorted array."""
    if not len(ordered):
        return np.zeros(len(values), np.bool_)
    place = np.searchsorted(ordered, values)
    place[place == len(ordered)] = 0
    return ordered[place] == values


def distinct(values: Ints) -> Ints:
    """Sorted and each once; faster than numpy's hashing for what is gathered here."""
    if not len(values):
        return values
    ordered = np.sort(values)
    return ordered[np.r_[True, ordered[1:] != ordered[:-1]]]


def _distinct(pieces: Pieces) -> Pieces:
    order = np.lexsort((pieces.closed, pieces.moment, pieces.backing, pieces.b, pieces.a))
    pieces = pieces[order]
    keys = (pieces.a, pieces.b, pieces.backing, pieces.moment, pieces.closed)
    new = np.ones(len(pieces), np.bool_)
    if len(pieces):
        new[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return pieces[new]


class Gathering:
    """Walks for one purpose at one time."""

    def __init__(
        self,
        reading: Reading,
        policy: Policy,
        rules: Rules,
        purpose: str,
        now: int,
        evidence: Evidence,
        fresh: Members,
        changing: Changing | None = None,
    ) -> None:
        """`fresh` (sorted) are those named for the first time in this transaction; nothing is on record of them yet.

        While the policy is `changing`, parts that were not resolved by it yet are gathered whole, and nothing that was
        found out of them is trusted.
        """
        self._reading, self._policy, self._rules = reading, policy, rules
        self._purpose, self._now, self._evidence, self._fresh = purpose, now, evidence, fresh
        self._changing = changing
        self.entering = Members.concat([])
        """Of a purpose that is new in a changing policy: those who were met and enter it now (sorted)."""

        self._backed = Backed()
        self._consents: dict[int, ConsentRecord] = {}
        self._asked = np.empty(0, np.int64)
        self._held = Members.concat([])
        """What is on record of those asked for so far (sorted): nothing is assigned while a gathering lasts."""

    async def news(self, recorded: Pieces) -> News:
        """What of the evidence just recorded may change anything.

        It can't where it doesn't count, where one end stood alone before and still does (evidence was only added), and
        between two ends of one uncontested part: nothing was refused there, so neither order nor age of links matters. There
        a new link matters only if it may tell a mass value: by an identifier of which a part may hold several.
        """
        if not len(recorded):
            return News(recorded, np.empty(0, np.int64))
        await self._judge(recorded.backing)
        counted = recorded[~recorded.closed & self._backed.usable[recorded.backing] & (recorded.moment == FOLDED)]
        single = recorded[recorded.moment != FOLDED]
        ids = distinct(np.r_[counted.a, counted.b])
        members = await self.members(ids)
        one, other = np.searchsorted(members.ids, counted.a), np.searchsorted(members.ids, counted.b)
        known = (members.leader[one] > 0) & (members.leader[other] > 0)
        alone = known & ((members.settled[one] > 0) | (members.settled[other] > 0))
        together = known & (members.leader[one] == members.leader[other]) & ~members.contested[one]
        countable = self._rules.holders[members.place] > 0
        several = (self._rules.kind[members.place] == PERSON) & ~self._rules.unique[members.place]
        together &= ~(countable[one] & several[other]) & ~(countable[other] & several[one])
        old = alone | together
        return News(counted[~old], distinct(np.r_[single.a, single.b]))

    async def ruled(self, ids: Ints) -> Ints:
        """Those of them that a decision on record names."""
        rulings, _ = await self._judgements(ids)
        return distinct(np.array([end for ruling in rulings for end in (ruling.a, ruling.b)], np.int64))

    async def members(self, ids: Ints) -> Members:
        """What is on record of identifiers (sorted), the fresh among them without asking."""
        new = isin(ids, self._fresh.ids)
        if not new.any():
            return await self._on_record(ids)
        old = await self._on_record(ids[~new]) if not new.all() else self._fresh[:0]
        mixed = Members.concat([old, self._fresh[isin(self._fresh.ids, ids)]])
        return mixed[np.argsort(mixed.ids)]

    async def _on_record(self, ids: Ints) -> Members:
        """The same of those that are not fresh; where a purpose is new, they enter it as old as they are."""
        unasked = ids[~isin(ids, self._asked)]
        if len(unasked):
            found = await self._reading.members(self._purpose, unasked)
            self._asked = np.sort(np.concatenate([self._asked, unasked]))
            self._held = Members.concat([self._held, found])
            self._held = self._held[np.argsort(self._held.ids)]
        held = self._held[isin(self._held.ids, ids)]
        if self._changing is None or len(held) == len(ids):
            return held
        missing = np.setdiff1d(ids, held.ids)
        met = self.entering[isin(self.entering.ids, missing)]
        others = await self._reading.members(self._changing.everybody, np.setdiff1d(missing, met.ids))
        entering = Members.fresh(others.ids, others.place, ownids.again(others.own))
        self.entering = Members.concat([self.entering, entering])
        self.entering = self.entering[np.argsort(self.entering.ids)]
        mixed = Members.concat([held, met, entering])
        return mixed[np.argsort(mixed.ids)]

    async def stale(self, members: Members) -> tuple[Bools, Ints]:
        """Whom a changing policy has not come to, and everybody in their parts.

        It came to a whole part at once, so it did where it has come to the lowest handle of the part.
        """
        later = members.ids > self._changing.resolved if self._changing else np.zeros(len(members), np.bool_)
        if self._changing is None or not later.any():
            return later, np.empty(0, np.int64)
        leaders = distinct(members.leader[later & (members.leader > 0)])
        leader, member, _ = await self._reading.led(self._purpose, leaders)
        lowest = np.full(len(leaders), np.iinfo(np.int64).max)
        np.minimum.at(lowest, np.searchsorted(leaders, leader), member)
        done = leaders[lowest <= self._changing.resolved]
        return later & ~isin(members.leader, done), distinct(member[~isin(leader, done)])

    async def walk(self, touched: Ints, recount: Ints) -> Gathered:
        """Everything that hangs together with `touched`.

        Mass values and shared devices on record are not walked through, but for those in `recount`, which may have lost
        what made them so, and those that a changing policy has not come to.
        """
        frontier = distinct(touched)
        seen = np.empty(0, np.int64)
        members: list[Members] = []
        boundaries: list[Bools] = []
        alone: list[Ints] = []
        pieces: list[Pieces] = []
        while len(frontier):
            seen = np.sort(np.concatenate([seen, frontier]))
            here = await self.members(frontier)
            stale, with_them = await self.stale(here)
            boundary = (here.settled > 0) & ~isin(here.ids, recount) & ~stale
            is_open = ~boundary & (self._rules.kind[here.place] != ATTRIBUTE)
            found = await self._evidence.around(here.ids[is_open]) if is_open.any() else Pieces.empty()
            walked = await self._walkable(found)
            settled = np.where(boundary, here.settled, 0)
            if (stale & is_open).any():
                settled = np.where(stale & is_open, await self._standing_alone(here, found), settled)
                is_open &= settled == 0
                through = isin(found.a, here.ids[is_open]) | isin(found.b, here.ids[is_open])
                found, walked = found[through], walked[through]
            members.append(here)
            boundaries.append(boundary)
            alone.append(settled)
            pieces.append(found)
            near = distinct(np.r_[found.a[walked], found.b[walked], await self._decided(here.ids[is_open]), with_them])
            frontier = near[~isin(near, seen)]
        none = np.empty(0, np.int64)
        met = Members.concat(members), np.concatenate([none > 0, *boundaries]), np.concatenate([none, *alone])
        return await self._closed(*met, pieces)

    async def _standing_alone(self, here: Members, found: Pieces) -> Ints:
        """Which of them stand alone by all of their own evidence, as in Members.settled. It was judged already."""
        rules = self._rules
        person, device = rules.kind[here.place] == PERSON, rules.kind[here.place] == DEVICE
        may = here.ids[device | (person & (rules.holders[here.place] > 0))]
        own = found[isin(found.a, may) | isin(found.b, may)]
        ends = await self.members(distinct(np.r_[own.a, own.b]))
        i, j = np.searchsorted(ends.ids, own.a), np.searchsorted(ends.ids, own.b)
        usable = ~own.closed & self._backed.usable[own.backing]
        links = links_of(len(ends), i, j, own.first, own.last, own.moment, usable, rules.age[ends.place], self._now)
        settled = np.zeros(len(here), np.int64)
        at = np.searchsorted(here.ids, ends.ids[isin(ends.ids, may)])
        settled[at] = standing_alone(self._policy, rules, ends.place, links)[isin(ends.ids, may)]
        return settled

    async def _closed(self, members: Members, boundary: Bools, settled: Ints, parts: list[Pieces]) -> Gathered:
        order = np.argsort(members.ids)
        members, boundary, settled = members[order], boundary[order], settled[order]
        pieces = _distinct(Pieces.concat(parts))
        inside = isin(pieces.a, members.ids) & isin(pieces.b, members.ids)
        outside, pieces = pieces[~inside], pieces[inside]
        i, j = (np.searchsorted(members.ids, end) for end in (pieces.a, pieces.b))
        attribute = self._rules.kind[members.place] == ATTRIBUTE
        rulings, closings = await self._judgements(members.ids[~boundary & ~attribute])
        usable = ~pieces.closed & self._backed.usable[pieces.backing]
        return Gathered(
            members, pieces, i, j, usable, boundary, settled, rulings, closings, self._backed, self._consents, outside
        )

    async def _walkable(self, pieces: Pieces) -> Bools:
        """Links to walk over: every piece that isn't closed and whose consent counts or has only run out.

        What has run out may not have been noticed yet, so the part of before may still hang on it.
        """
        if not len(pieces):
            return np.zeros(0, np.bool_)
        await self._judge(pieces.backing)
        return ~pieces.closed & self._backed.walked[pieces.backing]

    async def _judge(self, backing: Ints) -> None:
        backed = self._backed
        backed.grow(int(backing.max(initial=0)))
        missing = distinct(backing[~backed.judged[backing]])
        if not len(missing):
            return
        rows = await self._reading.backings(missing)
        wanted = {consent for consent in rows.consent.tolist() if consent} - self._consents.keys()
        if wanted:
            self._consents.update(await self._reading.consents(sorted(wanted)))
        known: dict[ConsentKey, ConsentRecord] = dict(self._consents.items())
        usability = Usability(self._policy, known, self._purpose, self._now)
        for handle, consent, basis, weight in zip(
            rows.ids.tolist(), rows.consent.tolist(), rows.basis, rows.weight.tolist(), strict=True
        ):
            verdict = usability.backing(consent or None, basis or None)
            if verdict is Verdict.ACCEPTED and weight < self._policy.min_weight:
                verdict = Verdict.WEAK
            backed.carried[handle] = (consent, basis, weight)
            backed.verdicts[handle] = verdict
            backed.judged[handle] = True
            backed.usable[handle] = verdict is Verdict.ACCEPTED
            backed.walked[handle] = verdict in (Verdict.ACCEPTED, Verdict.EXPIRED)

    async def _decided(self, ids: Ints) -> Ints:
        """Other ends of decisions that made one person of two."""
        if not len(ids):
            return np.empty(0, np.int64)
        rulings, _ = await self._judgements(ids)
        ends = [end for ruling in rulings if ruling.ruling == "same_person" for end in (ruling.a, ruling.b)]
        return np.array(ends, np.int64)

    async def _judgements(self, ids: Ints) -> tuple[list[Ruling], list[Closing]]:
        rulings, closings = await self._reading.judgements(ids)
        consents = {row[4] for row in rulings if row[4]} - self._consents.keys()
        if consents:
            self._consents.update(await self._reading.consents(sorted(consents)))
        return (
            [Ruling(row[0], row[1], row[2], row[3], row[4] or None, row[5] or None, row[6]) for row in rulings],
            [Closing(*row) for row in closings if row[1] is not None],
        )


async def hard_case(
    reading: Reading, gathered: Gathered, places: dict[int, Place], rules: Rules, hard: Bools, settled: Ints, usable: Bools
) -> Case:
    """The part of what was gathered that needs the rules one by one, by handle; what stands alone is told, not found."""
    members, pieces = gathered.members, gathered.pieces
    kind = rules.kind[members.place]
    inside = hard | (kind == ATTRIBUTE)
    kept = usable & inside[gathered.i] & inside[gathered.j]
    rows = pieces[kept]
    linked = np.zeros(len(members), np.bool_)
    linked[gathered.i[kept]] = linked[gathered.j[kept]] = True
    chosen = np.flatnonzero(hard | ((kind == ATTRIBUTE) & linked))
    ids = members.ids[chosen]
    keys = await reading.keys(ids)
    nodes = {
        handle: Node(key, *places[place])
        for handle, key, place in zip(ids.tolist(), keys, members.place[chosen].tolist(), strict=True)
    }
    single = np.unique(rows.moment[rows.moment != FOLDED])
    moments = dict(zip(single.tolist(), await reading.moments(single), strict=True)) if len(single) else {}
    carried = gathered.backed.carried
    found: list[Piece] = []
    for a, b, backing, moment, _, first, last, count in zip(*(c.tolist() for c in rows.columns()), strict=True):
        consent, basis, weight = carried[backing]
        session, source = moments.get(moment, (None, None))
        found.append(Piece(a, b, first, last, count, consent or None, basis or None, weight, session, source))
    alone = {h: verdict_of(s) for h, s in zip(members.ids[chosen].tolist(), settled[chosen].tolist(), strict=True) if s}
    records: dict[ConsentKey, ConsentRecord] = dict(gathered.consents.items())
    return Case(nodes, found, records, gathered.closings, gathered.rulings, alone)


def person_device(rules: Rules, one: Ints, other: Ints) -> Bools:
    """Whether links between places are between a person and a device."""
    kinds = rules.kind[one], rules.kind[other]
    return ((kinds[0] == PERSON) & (kinds[1] == DEVICE)) | ((kinds[0] == DEVICE) & (kinds[1] == PERSON))


__all__ = ["Evidence", "Gathered", "Gathering", "hard_case", "pair_of", "person_device"]
