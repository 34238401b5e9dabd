"""Who is touched by what was recorded since a scoring, with all who hang together with them. Reads a view, writes nothing."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.gathering import distinct, isin
from graph.network import Network, first_told, read_network, things_of
from graph.policy import Policy
from graph.stores.columns import NOBODY
from graph.stores.protocol import Reading
from graph.stores.scored import LinkColumns, ScoredColumns, StoredScoring
from graph.tables import Ints

RECORDS: Final = 1_000
"""Records of the change feed that are looked into one by one; after more than that a network is sooner read as a whole."""

PUBLIC: Final = 50
"""From so many identifiers on, whom a thing is used by depends on people elsewhere in the network."""

_BEYOND: Final = frozenset({"erasure", "policy"})
"""Causes of changes that leave nothing to tell by who was touched."""


@dataclass(slots=True)
class Part:
    """Part of a network as it is now, and what a scoring held of it.

    `identifiers` (sorted) are all those of its people now, so also whatever led them then; `scores` and `links` are those of the
    scoring, `then` are number, time, campaign and channel of each referral as it knew them. `opted_out` counts all people of the
    purpose who opted out.
    """

    network: Network
    identifiers: Ints
    scores: ScoredColumns
    links: LinkColumns
    then: tuple[Ints, Ints, list[str | None], list[str | None]]
    opted_out: int


async def read_part(
    reading: Reading, policy: Policy, purpose: str, since: tuple[StoredScoring, int], as_of: int, most: int
) -> Part | None:
    """The part of a network that was touched since a scoring that was made after a stamp; None as `touched` says."""
    persons = await touched(reading, policy, purpose, since, as_of, most)
    if persons is None:
        return None
    identifiers = distinct((await reading.led(purpose, persons))[1])
    marks = [mark for mark in await reading.marks(purpose, as_of) if mark.leader and (mark.until is None or as_of < mark.until)]
    job = since[0].job
    return Part(
        await read_network(reading, policy, purpose, as_of, persons),
        identifiers,
        await reading.scored(job, identifiers),
        await reading.inviters(job, identifiers),
        first_told(await reading.referrals(purpose, as_of, identifiers), since[1]),
        len({mark.leader for mark in marks if mark.kind == "opted_out"}),
    )


async def touched(
    reading: Reading, policy: Policy, purpose: str, since: tuple[StoredScoring, int], as_of: int, most: int
) -> Ints | None:
    """Leaders (sorted) of everybody touched since a scoring that was made after a stamp, and of all who hang together with them.

    Two people hang together where a referral names both, whatever became of it, or where both use a thing that many use: so what
    happened to those that are told of here changes nothing of the others. None where they are more than `most`, and where what
    is on record no longer tells who was touched.
    """
    scoring, stamp = since
    named = await _in_the_feed(reading, purpose, scoring.cursor)
    if named is None:
        return None
    ids = distinct(np.r_[named, await reading.concerned(stamp, scoring.as_of, as_of)])
    things = things_of(policy, await reading.places())
    persons = new = await _leaders(reading, purpose, ids)
    few = max(2, PUBLIC - len(ids))
    while len(new):
        if len(persons) > most:
            return None
        here = distinct((await reading.led(purpose, new))[1])
        told = await reading.referrals(purpose, as_of, here)
        ends = np.r_[told.referrer_leader, told.referee_leader]
        beside = await _leaders(reading, purpose, await _around_public(reading, here, things, few))
        found = distinct(np.r_[ends[ends > 0], beside])
        new = found[~isin(found, persons)]
        persons = distinct(np.r_[persons, new])
    return persons


async def _in_the_feed(reading: Reading, purpose: str, cursor: int) -> Ints | None:
    """Identifiers that carry the ids which the feed has named since."""
    records = [change for _, change in await reading.changes(cursor, RECORDS + 1, joins=False)]
    if len(records) > RECORDS or any(change.cause in _BEYOND for change in records):
        return None
    owns = {own for change in records if change.purpose == purpose for own in (change.root, *change.others)} - {NOBODY}
    carried = [await reading.carrier(own) for own in sorted(owns)]
    return np.array([found[1] for found in carried if found and found[1]], np.int64)


async def _leaders(reading: Reading, purpose: str, ids: Ints) -> Ints:
    members = await reading.members(purpose, ids)
    return distinct(members.leader[members.leader > 0])


async def _around_public(reading: Reading, ids: Ints, places: Ints, few: int) -> Ints:
    """Identifiers (sorted) seen with a thing that some of `ids` (sorted) use and that more than a few do."""
    things = distinct((await reading.used(ids, places))[1])
    pieces = await reading.pieces(things)
    ends = np.r_[np.stack([pieces.a, pieces.b], 1), np.stack([pieces.b, pieces.a], 1)]
    pairs = np.unique(ends[isin(ends[:, 0], things)], axis=0)
    _, place, count = np.unique(pairs[:, 0], return_inverse=True, return_counts=True)
    return distinct(pairs[count[place] > few, 1]) if len(pairs) else things[:0]
