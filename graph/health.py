"""The report on the health of the data: where a wrong merge may hide, and what never counts. Bounded work; masks only."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from graph import instants, ownids
from graph.bridges import bridges
from graph.conflicts import REASONS
from graph.evidence import ConsentKey, ConsentRecord, Usability, Verdict
from graph.plain import PERSON, verdict_of
from graph.policy import Policy
from graph.present import Present
from graph.stores.columns import Pieces
from graph.stores.protocol import Reading
from graph.tables import Bools, Ints
from graph.views import link_views

SAMPLE: Final = 10_000
"""Identifiers that are asked for a consent, spread evenly over all."""

REFUSED: Final = 1_000
"""Refused links whose sightings are looked at."""


@dataclass(frozen=True, slots=True)
class LargePart:
    """A part by its root-ID: its members, the accepted links in it, and how many of these are bridges."""

    root_id: str
    size: int
    persons: int
    namespaces: Mapping[str, int]
    links: int
    bridges: int


@dataclass(frozen=True, slots=True)
class Nobodys:
    """A value of nobody by its mask, and how many identifiers it was seen with."""

    identifier: str
    what: str
    linked: int


@dataclass(frozen=True, slots=True)
class Unbacked:
    """Of the identifiers of a namespace that were looked at and have evidence: those of which no purpose may use any."""

    namespace: str
    looked_at: int
    unbacked: int


@dataclass(frozen=True, slots=True)
class Conflicting:
    """A source: how many refused links it saw, in how many sightings."""

    source: str
    refused: int
    sightings: int


@dataclass(frozen=True, slots=True)
class Health:
    """How the data is under a purpose. `blocked` and `parked` count values by namespace, under any purpose."""

    at: int
    purpose: str
    policy: str
    largest: tuple[LargePart, ...]
    mass_values: Mapping[str, int]
    shared_devices: Mapping[str, int]
    most_linked: tuple[Nobodys, ...]
    blocked: Mapping[str, int]
    parked: Mapping[str, int]
    without_consent: tuple[Unbacked, ...]
    sources: tuple[Conflicting, ...]


async def report(reading: Reading, policy: Policy, purpose: str, purposes: Sequence[str], now: int, limit: int) -> Health:
    """The report under a purpose, with at most `limit` parts and values; consent is asked for under any of `purposes`."""
    leaders, _ = await reading.largest(purpose, limit)
    parts = [await _part(reading, policy, purpose, now, leader) for leader in leaders.tolist()]
    alone = await reading.alone(purpose)
    places = await reading.places()
    most = alone.ids[:limit]
    masks = await reading.masks(np.sort(most))
    stats = await reading.stats()

    def counted(settled: int) -> dict[str, int]:
        counts = Counter(places[place][0] for place in alone.place[alone.settled == settled].tolist())
        return dict(sorted(counts.items()))

    return Health(
        now,
        purpose,
        policy.version,
        tuple(sorted(parts, key=lambda part: -part.size)),
        counted(1),
        counted(2),
        tuple(
            Nobodys(masks[i], verdict_of(int(alone.settled[n])).value, int(alone.linked[n])) for n, i in enumerate(most.tolist())
        ),
        stats["blocked"],
        stats["parked"],
        await _without_consent(reading, policy, purposes, now),
        await _sources(reading, purpose),
    )


async def _part(reading: Reading, policy: Policy, purpose: str, now: int, leader: int) -> LargePart:
    places = dict(await reading.places())
    present = await Present.around(reading, policy, places, purpose, now, np.array([leader], np.int64))
    part, head = present.part(leader), present.leader(leader) or leader
    rows = np.searchsorted(present.members.ids, part)
    place = present.members.place[rows]
    persons = part[present.rules.kind[place] == PERSON].tolist()
    inside = set(part.tolist())
    views = link_views(present.rules, present.now, present.resolved, part)
    accepted = [pair for pair, verdict, *_ in views if verdict == Verdict.ACCEPTED and inside.issuperset(pair)]
    own = ownids.to_bytes(present.members.own[np.searchsorted(present.members.ids, [head])])[0]
    namespaces = Counter(places[one][0] for one in place.tolist())
    return LargePart(
        ownids.text(own),
        len(part),
        len(persons),
        dict(sorted(namespaces.items())),
        len(accepted),
        len(bridges(accepted, persons)),
    )


async def _without_consent(reading: Reading, policy: Policy, purposes: Sequence[str], now: int) -> tuple[Unbacked, ...]:
    every = np.sort(await reading.everybody())
    ids = every[:: max(-(-len(every) // SAMPLE), 1)]
    pieces = await reading.pieces(ids)
    usable = await _usable(reading, policy, purposes, now, pieces)
    seen = np.intersect1d(np.r_[pieces.a, pieces.b], ids)
    carried = np.intersect1d(np.r_[pieces.a[usable], pieces.b[usable]], ids)
    named = {one.handle: one.namespace for one in await reading.describe(purposes[0], seen)}
    looked = Counter(named.values())
    without = Counter(named[handle] for handle in np.setdiff1d(seen, carried).tolist() if handle in named)
    return tuple(Unbacked(name, looked[name], without[name]) for name in sorted(looked) if without[name])


async def _usable(reading: Reading, policy: Policy, purposes: Sequence[str], now: int, pieces: Pieces) -> Bools:
    """Which pieces a consent or a legal basis carries for any of the purposes now."""
    backings = await reading.backings(np.unique(pieces.backing))
    named = sorted({consent for consent in backings.consent.tolist() if consent})
    records: dict[ConsentKey, ConsentRecord] = {**await reading.consents(named)}
    judges = [Usability(policy, records, purpose, now) for purpose in purposes]
    terms = zip(backings.ids.tolist(), backings.consent.tolist(), backings.basis, strict=True)
    good = [
        handle
        for handle, consent, basis in terms
        if any(judge.backing(consent or None, basis or None) is Verdict.ACCEPTED for judge in judges)
    ]
    return np.isin(pieces.backing, np.array(good, np.int64))


async def _sources(reading: Reading, purpose: str) -> tuple[Conflicting, ...]:
    refused = await reading.refused(purpose, REASONS, (0, 0), REFUSED)
    others: dict[int, set[int]] = defaultdict(set)
    for one in refused:
        others[one.a].add(one.b)
    ids: Ints = np.unique(np.array([end for one in refused for end in (one.a, one.b)], np.int64))
    links: dict[str, set[tuple[int, int]]] = defaultdict(set)
    sightings: Counter[str] = Counter()
    for seen in await reading.seen(ids, instants.LATEST, instants.LATEST):
        members = set(seen.members)
        found = {(a, b) for a in members for b in others.get(a, ()) if b in members}
        if found:
            links[seen.source] |= found
            sightings[seen.source] += 1
    ordered = sorted(links, key=lambda source: (-len(links[source]), source))
    return tuple(Conflicting(source, len(links[source]), sightings[source]) for source in ordered)
