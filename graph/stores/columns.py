"""What goes between the write path and a store, in columns. Handles are the store's own small integers. No rules, no queries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from graph.stores.standing import Standing
from graph.tables import Bools, Floats, Ints

FOLDED = 0
"""`moment` of evidence that was folded; single pieces carry the stamp of their sighting."""

NOBODY = bytes(16)
"""The root of a change record where nobody answers any more."""


@dataclass(slots=True)
class NewSightings:
    """Sightings to append. `stamp` is the moment of recording and the sighting's handle."""

    stamp: Ints
    at: Ints
    source: list[str]
    event_id: list[str]
    session: list[str | None]
    backing: Ints
    mention_row: Ints
    mention_of: Ints
    """Handles of identifiers, in the order written."""

    def __getitem__(self, rows: Bools) -> "NewSightings":
        kept, picked = rows[self.mention_row], np.flatnonzero(rows).tolist()
        return NewSightings(
            self.stamp[rows],
            self.at[rows],
            [self.source[row] for row in picked],
            [self.event_id[row] for row in picked],
            [self.session[row] for row in picked],
            self.backing[rows],
            (np.cumsum(rows) - 1)[self.mention_row[kept]],
            self.mention_of[kept],
        )


@dataclass(slots=True)
class Pieces:
    """Evidence of links between `a` < `b`, folded where `moment` is FOLDED."""

    a: Ints
    b: Ints
    backing: Ints
    moment: Ints
    closed: Bools
    first: Ints
    last: Ints
    count: Ints

    def __len__(self) -> int:
        return len(self.a)

    def __getitem__(self, rows: "Bools | Ints") -> "Pieces":
        return Pieces(
            self.a[rows],
            self.b[rows],
            self.backing[rows],
            self.moment[rows],
            self.closed[rows],
            self.first[rows],
            self.last[rows],
            self.count[rows],
        )

    def columns(self) -> tuple[Ints, Ints, Ints, Ints, Bools, Ints, Ints, Ints]:
        """In the order of the fields."""
        return self.a, self.b, self.backing, self.moment, self.closed, self.first, self.last, self.count

    @staticmethod
    def empty() -> "Pieces":
        """No pieces."""
        return Pieces.concat([])

    @staticmethod
    def concat(parts: "list[Pieces]") -> "Pieces":
        """One after the other."""

        def joined(column: Callable[[Pieces], Ints]) -> Ints:
            return np.concatenate([np.empty(0, np.int64), *(column(part) for part in parts)])

        return Pieces(
            joined(lambda p: p.a),
            joined(lambda p: p.b),
            joined(lambda p: p.backing),
            joined(lambda p: p.moment),
            np.concatenate([np.empty(0, np.bool_), *(part.closed for part in parts)]),
            joined(lambda p: p.first),
            joined(lambda p: p.last),
            joined(lambda p: p.count),
        )


def folded(single: Pieces) -> Pieces:
    """One piece for all that share link, backing, moment and whether it is closed; sorted by link."""
    if not len(single):
        return single
    keys = [single.a, single.b, single.backing, single.moment, single.closed]
    order = np.lexsort([key for key in reversed(keys) if key[0] != key[-1] or (key != key[0]).any()] or keys[:1])
    single = single[order]
    starts = np.flatnonzero(np.r_[True, np.logical_or.reduce([key[order][1:] != key[order][:-1] for key in keys])])
    folded = single[starts]
    folded.first = np.minimum.reduceat(single.first, starts)
    folded.last = np.maximum.reduceat(single.last, starts)
    folded.count = np.add.reduceat(single.count, starts)
    return folded


@dataclass(slots=True)
class Members:
    """What is on record of identifiers under one purpose. `own` is (n, 2) unsigned: the halves of the own id.

    `leader` is the handle of the part's leader, 0 for one that is in no part yet (new, or an attribute);
    `settled` is 1 for a mass value, 2 for a shared device; `contested` marks those of a part in which a rule bit.
    """

    ids: Ints
    place: Ints
    own: "OwnIds"
    leader: Ints
    settled: Ints
    contested: Bools

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, rows: "Bools | Ints | slice") -> "Members":
        return Members(
            self.ids[rows], self.place[rows], self.own[rows], self.leader[rows], self.settled[rows], self.contested[rows]
        )

    @staticmethod
    def fresh(ids: Ints, place: Ints, own: "OwnIds") -> "Members":
        """Identifiers of which nothing is on record, with the own ids they shall have."""
        none = np.zeros(len(ids), np.int64)
        return Members(ids, place, own, none, none, np.zeros(len(ids), np.bool_))

    @staticmethod
    def concat(parts: "list[Members]") -> "Members":
        """One after the other."""
        none = np.empty(0, np.int64)
        return Members(
            np.concatenate([none, *(part.ids for part in parts)]),
            np.concatenate([none, *(part.place for part in parts)]),
            np.concatenate([np.empty((0, 2), np.uint64), *(part.own for part in parts)]),
            np.concatenate([none, *(part.leader for part in parts)]),
            np.concatenate([none, *(part.settled for part in parts)]),
            np.concatenate([np.empty(0, np.bool_), *(part.contested for part in parts)]),
        )


OwnIds = np.ndarray[tuple[int, int], np.dtype[np.uint64]]


@dataclass(frozen=True, slots=True)
class Changing:
    """A change of the policy that is under way: what is on record is not by the policy on record everywhere yet.

    First, where it has to be, evidence is folded anew (`folding`), then parts are resolved anew, both in the order of handles:
    `upto` is the last one that this is done for. `everybody` is a purpose under which everybody belongs somewhere already.
    """

    folding: bool
    upto: int
    everybody: str

    @property
    def resolved(self) -> int:
        """Whoever has no higher handle is resolved by the policy on record, with everybody in the same part."""
        return 0 if self.folding else self.upto

    @staticmethod
    def parse(text: str | None) -> "Changing | None":
        """What `text` wrote."""
        if text is None:
            return None
        phase, upto, everybody = text.split(" ", 2)
        return Changing(phase == "folding", int(upto), everybody)

    def text(self) -> str:
        """As a store keeps it."""
        return f"{'folding' if self.folding else 'resolving'} {self.upto} {self.everybody}"


@dataclass(slots=True)
class Alone:
    """What belongs to nobody: `settled` is 1 for a mass value, 2 for a shared device; `linked` counts those it was seen with."""

    ids: Ints
    place: Ints
    settled: Ints
    linked: Ints

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(slots=True)
class Backings:
    """What carries evidence: consent handle (0: none), basis ('': none), weight."""

    ids: Ints
    consent: Ints
    basis: list[str]
    weight: Floats


@dataclass(frozen=True, slots=True)
class StoredFinding:
    """A link that was refused or is past, under one purpose."""

    a: int
    b: int
    verdict: str
    reason: str | None
    clash: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class StoredChange:
    """One record of the change feed. Ids are 16 bytes.

    A `join` has no root of its own: its `others` are own ids, each followed by the root that it answers with from now on.
    """

    at: int
    purpose: str
    kind: str
    root: bytes
    others: tuple[bytes, ...]
    policy: str
    cause: str


@dataclass(frozen=True, slots=True)
class StoredReferral:
    """A statement on a referral (graph.statements): how it stood from `at` on.

    `recorded` is its own stamp, `of` that of the first statement on the same referral, which stands for the referral.
    """

    of: int
    referrer: int
    referee: int
    at: int
    campaign: str | None
    channel: str | None
    code: str | None
    status: str
    value: float | None
    source: str
    event_id: str
    recorded: int


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """A statement on an order: its amount, or what has been refunded of it in all; None where it doesn't say."""

    of: int
    subject: int
    at: int
    amount: float | None
    refunded: float | None
    currency: str | None
    campaign: str | None
    channel: str | None
    code: str | None
    source: str
    order_id: str
    recorded: int


@dataclass(frozen=True, slots=True)
class StoredMark:
    """What is said of an identifier, and of the whole person, from `at` until before `until`; `leader` 0: in no part."""

    kind: str
    name: str
    identifier: int
    leader: int
    at: int
    until: int | None


@dataclass(slots=True)
class ReferralColumns:
    """Statements on referrals, by referral (`of`) and then by time.

    `referrer` and `referee` are the identifiers that were named, `referrer_leader` and `referee_leader` lead their parts (0:
    in no part, or a value of nobody). `status` is a place in graph.statements.STATUSES; `campaign` and `channel` are handles
    in `words`, `code` a number that is equal where the text is, 0 for none; `value` is NaN where none is told. `recorded` is the
    statement's own stamp.
    """

    of: Ints
    referrer: Ints
    referee: Ints
    referrer_leader: Ints
    referee_leader: Ints
    at: Ints
    status: Ints
    campaign: Ints
    channel: Ints
    code: Ints
    value: Floats
    recorded: Ints
    words: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.of)


@dataclass(slots=True)
class OrderColumns:
    """Statements on orders, by order (`of`) and then by time; amounts are NaN where a statement tells none."""

    of: Ints
    subject: Ints
    leader: Ints
    at: Ints
    campaign: Ints
    amount: Floats
    refunded: Floats
    words: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.of)


class Found(NamedTuple):
    """What is on record of one key under one purpose, ids as text. A tuple, since a lookup makes one a key."""

    own: str
    root: str | None
    mask: str
    settled: int


@dataclass(slots=True)
class Looked:
    """Answer of a lookup: what was found of each key, in their order, and how the store stood after that.

    `standing` is None where every key was found: then nobody needs it.
    """

    found: list[Found | None]
    standing: Standing | None


@dataclass(frozen=True, slots=True)
class Description:
    """What people may see of one identifier."""

    handle: int
    own: bytes
    namespace: str
    scope: str
    mask: str
    first_seen: int
    last_seen: int
