"""What the service answers, as values. Ids are text here, times microseconds; no identifier is shown but by its mask."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from graph.tables import Rejection


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event."""

    status: Literal["recorded", "duplicate", "rejected"]
    code: str | None = None
    message: str | None = None
    blocked: int = 0
    parked: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the events of one call; `cursor` is the last change record on record.

    `receipt_id` names the signed receipt (graph.receipts) where something was withdrawn, closed, decided or erased.
    """

    outcomes: list[Outcome]
    merges: int
    splits: int
    moves: int
    cursor: int
    receipt_id: str | None = None


@dataclass(frozen=True, slots=True)
class TableReceipt:
    """What became of a table."""

    recorded: int
    duplicates: int
    rejections: list[Rejection]
    blocked: int
    parked: int
    merges: int
    splits: int
    moves: int
    cursor: int


class Answer(NamedTuple):
    """Who a group of identifiers, said to be one person, is.

    The strongest identifier on record answers; roots of the others that differ are `disagreeing`. `proven` is True where a
    person identifier answered; a device answers by its last login only. A tuple: that is made three times as fast as a frozen
    class, and lookups make tens of thousands a second.
    """

    status: Literal["resolved", "shared", "mass_value", "attribute", "blocked", "unknown", "invalid"]
    root_id: str | None = None
    own_id: str | None = None
    proven: bool = False
    namespace: str | None = None
    scope: str | None = None
    mask: str | None = None
    disagreeing: tuple[str, ...] = ()
    code: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One identifier of a root."""

    own_id: str
    namespace: str
    scope: str
    mask: str
    kind: str
    first_seen: int
    last_seen: int
    leader: bool


@dataclass(frozen=True, slots=True)
class LinkView:
    """One link at a root, by own ids; one end may belong to another root (a refused or past link)."""

    a: str
    b: str
    verdict: str
    reason: str | None
    first_seen: int
    last_seen: int
    count: int


@dataclass(frozen=True, slots=True)
class RootView:
    """One root with its masked members and the links between and around them."""

    root_id: str
    purpose: str
    policy: str
    members: list[Member]
    links: list[LinkView]


@dataclass(frozen=True, slots=True)
class OnDevice:
    """Who was on a device. `own_id` is the identifier that says so: the person seen (`seen`: when), or the device itself."""

    status: Literal["resolved", "shared", "unknown"]
    root_id: str | None
    own_id: str | None
    proven: bool
    seen: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """One record of the change feed.

    merge: `others` were roots and answer with `root_id` now. split: `others` became roots, they answered with `root_id`.
    move: identifiers with the own ids `others` answer with `root_id` now. erase: `others` were carried by erased identifiers
    and answer with `root_id` now, None where nobody is left.
    """

    seq: int
    at: int
    purpose: str
    kind: Literal["join", "merge", "split", "move", "erase"]
    root_id: str | None
    others: tuple[str, ...]
    policy: str
    cause: str
    joined: dict[str, str] = field(default_factory=dict[str, str])
    """Of a join: own ids that answer for the first time, each with its root-ID."""


@dataclass(frozen=True, slots=True)
class Stats:
    """What is on record."""

    identifiers: dict[str, int]
    sightings: int
    links: int
    roots: dict[str, int]
    largest: dict[str, int]
    refused: dict[str, dict[str, int]]
    shared: dict[str, int]
    mass: dict[str, int]
    blocked: dict[str, int]
    parked: dict[str, int]
    changes: dict[str, int]
    consents: int
    referrals: int
