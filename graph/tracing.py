"""Gathers what hangs together with some identifiers at any time, from the sightings themselves. Holds no rule of its own.

The write path walks folded evidence as it is now; here every sighting is looked at, so that the past can be asked, and sources
and consents can be shown. The cost follows the parts around, and the sightings of mass values and shared devices that they touch.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from graph.evidence import (
    Case,
    Closing,
    ConsentKey,
    Facts,
    Grant,
    Granting,
    Node,
    Pair,
    Ruling,
    Seen,
    Usability,
    Verdict,
    Withdrawing,
    case_of,
    consent_records,
    lifetime,
    pair_of,
    standing_rulings,
)
from graph.instants import LATEST
from graph.model import Kind
from graph.parts import Place
from graph.policy import Policy
from graph.resolution import Resolution, resolve_case, stands_alone
from graph.stores.protocol import Reading
from graph.tables import Ints


@dataclass(frozen=True, slots=True)
class When:
    """A time, and the stamp up to which something counts as known."""

    as_of: int
    known_at: int = LATEST


@dataclass(slots=True)
class Traced:
    """What was gathered, resolved: exact for the parts of what it began with, and not to be asked about others."""

    case: Case
    resolution: Resolution
    own: dict[int, bytes]
    sightings: list[Seen]

    def part(self, handle: int) -> frozenset[int]:
        """The part of an identifier; empty for an attribute, and for one that nobody had named by then."""
        return next((part for part in self.resolution.parts if handle in part), frozenset[int]())

    def seen_at(self, handle: int) -> list[int]:
        """The event times at which an identifier was named."""
        return [seen.at for seen in self.sightings if handle in seen.members]


@dataclass(slots=True)
class _Known:
    """Facts read so far, by what was asked for."""

    sightings: dict[int, Seen] = field(default_factory=dict[int, Seen])
    nodes: dict[int, Node] = field(default_factory=dict[int, Node])
    own: dict[int, bytes] = field(default_factory=dict[int, bytes])
    rulings: dict[int, Ruling] = field(default_factory=dict[int, Ruling])
    closings: dict[int, Closing] = field(default_factory=dict[int, Closing])
    grantings: dict[int, Granting] = field(default_factory=dict[int, Granting])
    withdrawals: dict[int, Withdrawing] = field(default_factory=dict[int, Withdrawing])
    asked: set[int] = field(default_factory=set[int])


class Tracing:
    """One walk for one purpose at one time."""

    def __init__(self, reading: Reading, policy: Policy, purpose: str, when: When) -> None:
        self._reading, self._policy, self._purpose, self._when = reading, policy, purpose, when
        self._known = _Known()
        self._places: Mapping[int, Place] = {}
        self._alone: dict[int, Verdict] = {}

    async def trace(self, start: Iterable[int]) -> Traced:
        """Everything that hangs together with some identifiers."""
        self._places = await self._reading.places()
        begin = set(start)
        inside: set[int] = set()
        frontier = set(begin)
        while frontier:
            near = await self._step(sorted(frontier))
            inside |= frontier
            frontier = (near & self._known.nodes.keys()) - inside
        case = self._case((inside - self._alone.keys()) | begin)
        return Traced(
            case,
            resolve_case(case, self._policy, self._purpose, self._when.as_of),
            self._known.own,
            list(self._known.sightings.values()),
        )

    async def _step(self, frontier: list[int]) -> set[int]:
        """Read what is on record of a frontier; answers where its links lead on to."""
        ids = np.array(frontier, np.int64)
        sightings = await self._reading.seen(ids, self._when.as_of, self._when.known_at)
        self._known.sightings.update((seen.recorded, seen) for seen in sightings)
        await self._meet({member for seen in sightings for member in seen.members} | set(frontier))
        await self._judgements(ids)
        await self._consents(seen.consent for seen in sightings)
        usability = self._usability()
        last = self._last_seen(set(frontier), sightings, usability)
        near: set[int] = set()
        for node in frontier:
            linked = last.get(node, {})
            if node not in self._known.nodes or self._kind(node) is Kind.ATTRIBUTE:
                continue
            persons: dict[Place, set[int]] = defaultdict(set)
            for other in linked:
                if self._kind(other) is Kind.PERSON:
                    persons[self._known.nodes[other].place].add(other)
            alone = stands_alone(self._policy, self._known.nodes[node].namespace, persons)
            if alone is not None:
                self._alone[node] = alone
            else:
                near |= {other for other in linked if self._kind(other) is not Kind.ATTRIBUTE}
                near |= self._decided(node, usability)
        return near

    def _kind(self, handle: int) -> Kind:
        return self._policy.space(self._known.nodes[handle].namespace).kind

    def _last_seen(self, frontier: set[int], sightings: list[Seen], usability: Usability) -> dict[int, dict[int, int]]:
        """For each of a frontier those it has a usable link with, and when that was last seen."""
        found: dict[int, dict[int, int]] = defaultdict(dict)
        closings = self._closings_by_end()
        for seen in sightings:
            if seen.weight < self._policy.min_weight or usability.backing(seen.consent, seen.basis) is not Verdict.ACCEPTED:
                continue
            for node in frontier.intersection(seen.members):
                for other in seen.members:
                    if other != node and not _is_closed(closings, pair_of(node, other), seen):
                        found[node][other] = max(found[node].get(other, 0), seen.at)
        nodes, as_of = self._known.nodes, self._when.as_of
        return {
            node: {o: at for o, at in others.items() if at + lifetime(self._policy, nodes[node], nodes[o]) >= as_of}
            for node, others in found.items()
        }

    def _closings_by_end(self) -> dict[int | Pair, list[Closing]]:
        closed: dict[int | Pair, list[Closing]] = defaultdict(list)
        for closing in self._known.closings.values():
            if closing.recorded <= self._when.known_at and closing.at <= self._when.as_of:
                closed[closing.a if closing.b is None else pair_of(closing.a, closing.b)].append(closing)
        return closed

    def _decided(self, node: int, usability: Usability) -> set[int]:
        """Other ends of standing decisions that made one person of two."""
        mine = (r for r in self._standing() if node in (r.a, r.b) and r.ruling == "same_person")
        carried = (r for r in mine if usability.backing(r.consent, r.basis) is Verdict.ACCEPTED)
        return {r.b if r.a == node else r.a for r in carried}

    def _standing(self) -> list[Ruling]:
        when = self._when
        known = (r for r in self._known.rulings.values() if r.recorded <= when.known_at and r.at <= when.as_of)
        return list(standing_rulings(known).values())

    def _usability(self) -> Usability:
        when, known = self._when, self._known
        grantings = (g for g in known.grantings.values() if g.recorded <= when.known_at)
        withdrawals = (w for w in known.withdrawals.values() if w.recorded <= when.known_at and w.at <= when.as_of)
        return Usability(self._policy, consent_records(grantings, withdrawals), self._purpose, when.as_of)

    def _case(self, inside: set[int]) -> Case:
        known = self._known
        sightings = [seen for seen in known.sightings.values() if not inside.isdisjoint(seen.members)]
        facts = Facts(
            known.nodes,
            sightings,
            list(known.grantings.values()),
            list(known.withdrawals.values()),
            list(known.closings.values()),
            list(known.rulings.values()),
        )
        case = case_of(facts, self._policy, self._when.as_of, self._when.known_at)
        case.settled = self._alone
        return case

    # ---- what is read

    async def _meet(self, handles: set[int]) -> None:
        new = np.array(sorted(handles - self._known.nodes.keys()), np.int64)
        if not len(new):
            return
        members = await self._reading.members(self._purpose, new)
        keys = await self._reading.keys(members.ids)
        raw = members.own.astype(">u8").tobytes()
        for at, (handle, place) in enumerate(zip(members.ids.tolist(), members.place.tolist(), strict=True)):
            self._known.nodes[handle] = Node(keys[at], *self._places[place])
            self._known.own[handle] = raw[16 * at : 16 * at + 16]

    async def _judgements(self, ids: Ints) -> None:
        rulings, closings = await self._reading.judgements(ids)
        for row in rulings:
            self._known.rulings[row[6]] = Ruling(row[0], row[1], row[2], row[3], row[4] or None, row[5] or None, row[6])
        self._known.closings.update((row[4], Closing(*row)) for row in closings)
        ends = {end for row in rulings for end in (row[1], row[2])}
        await self._meet(ends)
        await self._consents(row[4] for row in rulings)

    async def _consents(self, handles: Iterable[ConsentKey | None]) -> None:
        new = {handle for handle in handles if isinstance(handle, int) and handle} - self._known.asked
        if not new:
            return
        self._known.asked |= new
        granted, withdrawn = await self._reading.consent_events(sorted(new))
        for one in granted:
            grant = Grant(one.at, LATEST + 1 if one.expires is None else one.expires, frozenset(one.purposes))
            self._known.grantings[one.recorded] = Granting(one.consent, grant, one.subject, one.recorded)
        for one in withdrawn:
            self._known.withdrawals[one.recorded] = Withdrawing(one.at, one.consent, one.subject, one.purpose, one.recorded)


def _is_closed(closings: Mapping[int | Pair, list[Closing]], pair: Pair, seen: Seen) -> bool:
    return any(
        seen.at <= closing.at and closing.source in (None, seen.source)
        for end in (pair, *pair)
        for closing in closings.get(end, ())
    )
