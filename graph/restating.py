"""What a changing policy asks of the record, some identifiers at a time: evidence folded anew, parts resolved anew."""

from itertools import combinations

import numpy as np

from graph.evidence import Seen
from graph.gathering import Evidence, distinct, isin
from graph.instants import LATEST
from graph.stores.columns import FOLDED, Members, Pieces
from graph.tables import Ints
from graph.tally import Tally
from graph.writing import Write, folded

_NONE = np.empty(0, np.int64)


async def restate(write: Write, members: Members) -> Tally:
    """Resolve those whom the policy of now has not come to, with all who hang together with them."""
    tally, evidence = Tally(), Evidence(write.tx, _NONE, Pieces.empty())
    for purpose in write.policy.purposes:
        walk = write.walk(purpose, evidence, members[:0])
        stale, _ = await walk.stale(await walk.members(members.ids))
        if stale.any():
            await write.long_way(purpose, members.ids[stale], members[:0], evidence, tally, "policy")
    await _arm(write, members, evidence)
    return tally


async def _arm(write: Write, members: Members, evidence: Evidence) -> None:
    """Note when their links may expire by the policy of now; each link once, with its lower end."""
    if (write.rules.age < LATEST).any():
        pieces = await evidence.around(members.ids)
        pieces = pieces[isin(pieces.a, members.ids)]
        ends = await write.known(distinct(np.r_[members.ids, pieces.b]))
        await write.arm(pieces, ends.ids, ends.place)


async def refold(write: Write, members: Members) -> None:
    """Fold anew the evidence of their links to higher handles, from the sightings, by the rules of now."""
    sightings = await write.tx.seen(members.ids, LATEST, LATEST)
    row, a, b = _pairs(members, sightings)
    terms = await write.tx.backings(distinct((await write.tx.pieces(members.ids)).backing))
    names = zip(terms.consent.tolist(), terms.basis, terms.weight.tolist(), strict=True)
    of = dict(zip(names, terms.ids.tolist(), strict=True))
    backing, at, stamp, with_session = (
        np.array(column, np.int64)[row]
        for column in (
            [of.get((int(seen.consent or 0), seen.basis or "", seen.weight), 0) for seen in sightings],
            [seen.at for seen in sightings],
            [seen.recorded for seen in sightings],
            [seen.session is not None for seen in sightings],
        )
    )
    ends = await write.known(distinct(np.r_[a, b]))
    one, other = (ends.place[np.searchsorted(ends.ids, end)] for end in (a, b))
    moment = np.where(write.single(one, other, with_session > 0), stamp, FOLDED)
    closed = await write.closed(a, b, at, lambda index: sightings[int(row[index])].source)
    await write.tx.refold(members.ids, folded(Pieces(a, b, backing, moment, closed, at, at, np.ones(len(a), np.int64))))


def _pairs(members: Members, sightings: list[Seen]) -> tuple[Ints, Ints, Ints]:
    """Row, lower and higher handle of all pairs seen together whose lower one is among the members."""
    mine = set(members.ids.tolist())
    pairs = [
        (row, *pair)
        for row, seen in enumerate(sightings)
        for pair in combinations(sorted(set(seen.members)), 2)
        if pair[0] in mine
    ]
    table = np.array(pairs, np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]
