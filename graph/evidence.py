"""Step 0 of resolution: which evidence counts for a purpose at a time. Pure: no store, no clock.

An identifier is a small integer here (its handle); what rules need to know of it is a `Node`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import Literal

from graph.instants import LATEST
from graph.model import Kind
from graph.policy import Policy

Pair = tuple[int, int]
"""Two handles, the smaller first."""

ConsentKey = int | str


class Verdict(StrEnum):
    """What became of a link."""

    ACCEPTED = "accepted"
    PAST = "past"
    REFUSED = "refused"
    UNBACKED = "unbacked"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CLOSED = "closed"
    WEAK = "weak"
    MASS_VALUE = "mass_value"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Node:
    """What resolution knows of an identifier: its key (breaks ties), namespace and scope."""

    key: bytes
    namespace: str
    scope: str

    @property
    def place(self) -> tuple[str, str]:
        """Namespace and scope, in which `unique` and `limit` count."""
        return self.namespace, self.scope


@dataclass(frozen=True, slots=True)
class Piece:
    """Evidence of one link: one sighting, or several folded that differ in time only.

    Folded are those that no rule can tell apart now: all closed or none, same consent, basis and weight. Where sessions
    matter (a person on a device), pieces stay single, so `first == last`, and carry their session and source.
    """

    a: int
    b: int
    first: int
    last: int
    count: int = 1
    consent: ConsentKey | None = None
    basis: str | None = None
    weight: float = 1.0
    session: str | None = None
    source: str | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """One granting of a consent: its purposes from `at` until before `expires`."""

    at: int
    expires: int
    purposes: frozenset[str]


@dataclass(slots=True)
class ConsentRecord:
    """All grantings and withdrawals of one consent; a withdrawal names one purpose or (None) all."""

    grants: list[Grant] = field(default_factory=list[Grant])
    withdrawals: list[tuple[int, str | None]] = field(default_factory=list[tuple[int, str | None]])

    def standing(self, purpose: str, as_of: int) -> Verdict:
        """ACCEPTED while some grant covers the purpose; else what ended the newest one, or UNBACKED."""
        newest = (-1, Verdict.UNBACKED)
        for grant in self.grants:
            if purpose not in grant.purposes or grant.at > as_of:
                continue
            ended = min((at for at, only in self.withdrawals if grant.at <= at and only in (None, purpose)), default=LATEST + 1)
            if as_of < min(ended, grant.expires):
                return Verdict.ACCEPTED
            newest = max(newest, (grant.at, Verdict.WITHDRAWN if ended <= grant.expires else Verdict.EXPIRED))
        return newest[1]


@dataclass(frozen=True, slots=True)
class Closing:
    """Ends the evidence of a pair, or of all links of `a` (`b` is None), seen up to `at`, of one source or all."""

    a: int
    b: int | None
    at: int
    source: str | None = None
    recorded: int = 0


@dataclass(frozen=True, slots=True)
class Ruling:
    """A human decision on a pair."""

    ruling: Literal["same_person", "never_link", "reverse"]
    a: int
    b: int
    at: int
    consent: ConsentKey | None = None
    basis: str | None = None
    recorded: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """One sighting as resolution sees it: handles seen together."""

    members: tuple[int, ...]
    at: int
    source: str = ""
    session: str | None = None
    consent: ConsentKey | None = None
    basis: str | None = None
    weight: float = 1.0
    recorded: int = 0


@dataclass(frozen=True, slots=True)
class Granting:
    """A consent as recorded; `subject` is a handle."""

    consent: ConsentKey
    grant: Grant
    subject: int | None = None
    recorded: int = 0


@dataclass(frozen=True, slots=True)
class Withdrawing:
    """A withdrawal as recorded: of a consent, or of one purpose in all that a subject gave so far."""

    at: int
    consent: ConsentKey | None = None
    subject: int | None = None
    purpose: str | None = None
    recorded: int = 0


@dataclass(slots=True)
class Facts:
    """Everything on record, or that part of it which touches some identifiers."""

    nodes: dict[int, Node] = field(default_factory=dict[int, Node])
    sightings: list[Seen] = field(default_factory=list[Seen])
    grantings: list[Granting] = field(default_factory=list[Granting])
    withdrawals: list[Withdrawing] = field(default_factory=list[Withdrawing])
    closings: list[Closing] = field(default_factory=list[Closing])
    rulings: list[Ruling] = field(default_factory=list[Ruling])


@dataclass(slots=True)
class Case:
    """What one resolution works on: facts of a moment, folded. `settled` stand alone by what lies outside the case."""

    nodes: Mapping[int, Node]
    pieces: Sequence[Piece]
    consents: Mapping[ConsentKey, ConsentRecord] = field(default_factory=dict[ConsentKey, ConsentRecord])
    closings: Sequence[Closing] = ()
    rulings: Sequence[Ruling] = ()
    settled: Mapping[int, Verdict] = field(default_factory=dict[int, Verdict])


@dataclass(slots=True)
class Link:
    """A usable link: first and last time and count of its usable pieces, and those pieces."""

    a: int
    b: int
    first: int
    last: int
    count: int
    pieces: list[Piece]

    @property
    def pair(self) -> Pair:
        """Both ends, the smaller handle first."""
        return self.a, self.b


def pair_of(a: int, b: int) -> Pair:
    """Two handles in order."""
    return (a, b) if a < b else (b, a)


def keeps_moments(policy: Policy, one: Kind, other: Kind, session: str | None) -> bool:
    """Whether a piece must stay single: a person on a device, where a session or the window may join persons."""
    return {one, other} == {Kind.PERSON, Kind.DEVICE} and (session is not None or policy.session_window is not None)


def consent_records(grantings: Iterable[Granting], withdrawals: Iterable[Withdrawing]) -> dict[ConsentKey, ConsentRecord]:
    """Each consent with its grants and with the withdrawals that touch it, directly or by its subject."""
    records: dict[ConsentKey, ConsentRecord] = defaultdict(ConsentRecord)
    given_by: dict[int, set[ConsentKey]] = defaultdict(set)
    for granting in grantings:
        records[granting.consent].grants.append(granting.grant)
        if granting.subject is not None:
            given_by[granting.subject].add(granting.consent)
    for withdrawal in withdrawals:
        if withdrawal.consent is not None:
            records[withdrawal.consent].withdrawals.append((withdrawal.at, withdrawal.purpose))
        elif withdrawal.subject is not None:
            for consent in given_by[withdrawal.subject]:
                records[consent].withdrawals.append((withdrawal.at, withdrawal.purpose))
    return dict(records)


def case_of(facts: Facts, policy: Policy, as_of: int, known_at: int = LATEST) -> Case:
    """The case of all facts known at `known_at` and seen up to `as_of`; every piece is single.

    The nodes are the identifiers that a sighting up to then has named.
    """
    closings = [c for c in facts.closings if c.recorded <= known_at and c.at <= as_of]
    closed: dict[int | Pair, list[Closing]] = defaultdict(list)
    for closing in closings:
        closed[closing.a if closing.b is None else pair_of(closing.a, closing.b)].append(closing)

    def is_closed(pair: Pair, seen: Seen) -> bool:
        return any(
            seen.at <= closing.at and closing.source in (None, seen.source)
            for end in (pair, *pair)
            for closing in closed.get(end, ())
        )

    nodes: dict[int, Node] = {}
    pieces: list[Piece] = []
    for seen in facts.sightings:
        if seen.recorded > known_at or seen.at > as_of:
            continue
        members = sorted(set(seen.members))
        nodes.update((member, facts.nodes[member]) for member in members)
        pieces.extend(
            Piece(
                *(pair := (a, b)),
                first=seen.at,
                last=seen.at,
                consent=seen.consent,
                basis=seen.basis,
                weight=seen.weight,
                session=seen.session,
                source=seen.source,
                closed=is_closed(pair, seen),
            )
            for a, b in combinations(members, 2)
        )
    grantings = (g for g in facts.grantings if g.recorded <= known_at)
    withdrawals = (w for w in facts.withdrawals if w.recorded <= known_at and w.at <= as_of)
    rulings = [r for r in facts.rulings if r.recorded <= known_at and r.at <= as_of]
    return Case(nodes, pieces, consent_records(grantings, withdrawals), closings, rulings)


_NEWEST_FIRST = [Verdict.CLOSED, Verdict.WITHDRAWN, Verdict.EXPIRED, Verdict.UNBACKED, Verdict.WEAK]


class Usability:
    """Tells of evidence and decisions whether they count for one purpose at one time, and of unusable ones why not."""

    def __init__(self, policy: Policy, consents: Mapping[ConsentKey, ConsentRecord], purpose: str, as_of: int) -> None:
        self._policy = policy
        self._consents = consents
        self._purpose = purpose
        self._as_of = as_of
        self._bases = frozenset(policy.purposes[purpose])
        self._known: dict[ConsentKey, Verdict] = {}

    def backing(self, consent: ConsentKey | None, basis: str | None) -> Verdict:
        """ACCEPTED, or why consent and basis don't carry the purpose."""
        if consent is None and basis is None:
            return Verdict.UNBACKED if self._policy.require_consent else Verdict.ACCEPTED
        if basis in self._bases:
            return Verdict.ACCEPTED
        if consent is None:
            return Verdict.UNBACKED
        if consent not in self._known:
            record = self._consents.get(consent)
            self._known[consent] = record.standing(self._purpose, self._as_of) if record else Verdict.UNBACKED
        return self._known[consent]

    def piece(self, piece: Piece) -> Verdict:
        """ACCEPTED, or the first reason why a piece doesn't count."""
        if piece.closed:
            return Verdict.CLOSED
        backing = self.backing(piece.consent, piece.basis)
        if backing is Verdict.ACCEPTED and piece.weight < self._policy.min_weight:
            return Verdict.WEAK
        return backing


def usable_links(case: Case, policy: Policy, usability: Usability, as_of: int) -> tuple[dict[Pair, Link], dict[Pair, Verdict]]:
    """Usable links, and for each unusable one the verdict of its newest piece (on a tie: closed, withdrawn, expired …)."""
    links: dict[Pair, Link] = {}
    newest_dead: dict[Pair, tuple[int, int]] = {}
    for piece in case.pieces:
        pair = piece.a, piece.b
        verdict = usability.piece(piece)
        if verdict is not Verdict.ACCEPTED:
            dead = (piece.last, -_NEWEST_FIRST.index(verdict))
            newest_dead[pair] = max(newest_dead.get(pair, dead), dead)
        elif (link := links.get(pair)) is None:
            links[pair] = Link(piece.a, piece.b, piece.first, piece.last, piece.count, [piece])
        else:
            link.first, link.last = min(link.first, piece.first), max(link.last, piece.last)
            link.count += piece.count
            link.pieces.append(piece)
    dead_links = {pair: _NEWEST_FIRST[-rank] for pair, (_, rank) in newest_dead.items() if pair not in links}
    for pair, link in list(links.items()):
        if link.last + lifetime(policy, case.nodes[link.a], case.nodes[link.b]) < as_of:
            dead_links[pair] = Verdict.EXPIRED
            del links[pair]
    return links, dead_links


def lifetime(policy: Policy, one: Node, other: Node) -> int:
    """How long a link between the two lives after it was last seen: the shorter `max_age`, or longer than all time."""
    ages = (policy.space(one.namespace).max_age, policy.space(other.namespace).max_age)
    return min((age for age in ages if age is not None), default=LATEST)


_STRENGTH = {"never_link": 0, "reverse": 1, "same_person": 2}


def standing_rulings(rulings: Iterable[Ruling]) -> dict[Pair, Ruling]:
    """The ruling that counts on each pair: the newest, on a tie never_link, then reverse."""
    newest: dict[Pair, Ruling] = {}
    for ruling in rulings:
        pair = pair_of(ruling.a, ruling.b)
        held = newest.get(pair)
        if held is None or (-ruling.at, _STRENGTH[ruling.ruling]) < (-held.at, _STRENGTH[held.ruling]):
            newest[pair] = ruling
    return newest
