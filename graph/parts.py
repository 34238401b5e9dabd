"""Parts under construction: disjoint sets of identifiers that know which rules a join would break. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from graph.evidence import Node, Pair, Verdict
from graph.policy import Policy

Place = tuple[str, str]


class Reason(StrEnum):
    """Why a link was refused, in the order in which they are looked for."""

    NEVER_LINK = "never_link"
    UNIQUE = "unique"
    LIMIT = "limit"
    ATTRIBUTE = "attribute"
    MAX_SIZE = "max_size"
    OTHER_OWNER = "other_owner"


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict of a link; a refused one has its reason and, where there is one, the pair it clashed with."""

    verdict: Verdict
    reason: Reason | None = None
    clash: Pair | None = None


@dataclass(slots=True)
class Part:
    """Identifiers joined so far; `owned` once a person is in it, or once a device may go to nobody else."""

    members: set[int]
    values: dict[Place, set[int]]
    attributes: dict[Place, set[int]] = field(default_factory=dict[Place, set[int]])
    owned: bool = False


class Parts:
    """Disjoint sets over identifiers. Joining the smaller into the larger keeps the whole near-linear."""

    def __init__(self, nodes: Mapping[int, Node], policy: Policy, never: Mapping[int, set[int]]) -> None:
        self._nodes = nodes
        self._never = never
        self._max_size = policy.max_size
        self._unique = {name for name, space in policy.namespaces.items() if space.unique}
        self._caps = {name: cap for name, space in policy.namespaces.items() if (cap := space.cap) is not None}
        self._of: dict[int, Part] = {}

    def add(self, node: int, attributes: Mapping[Place, int] | None = None, *, owned: bool = False) -> None:
        """A part of one (again)."""
        place = self._nodes[node].place
        values = {place: {node}} if place[0] in self._caps else {}
        held = {key: {value} for key, value in (attributes or {}).items()}
        self._of[node] = Part({node}, values, held, owned)

    def __getitem__(self, node: int) -> Part:
        """The part that holds a node."""
        return self._of[node]

    def distinct(self) -> list[Part]:
        """Every part once."""
        return list({id(part): part for part in self._of.values()}.values())

    def join(self, a: int, b: int) -> None:
        """Make one part of two."""
        large, small = self._of[a], self._of[b]
        if large is small:
            return
        if len(large.members) < len(small.members):
            large, small = small, large
        large.members |= small.members
        for mine, theirs in ((large.values, small.values), (large.attributes, small.attributes)):
            for place, ids in theirs.items():
                mine[place] = mine.get(place, set()) | ids
        large.owned = large.owned or small.owned
        for member in small.members:
            self._of[member] = large

    def forbidden(self, one: Part, other: Part) -> Pair | None:
        """The never-linked pair that a join would put together."""
        if not self._never:
            return None
        small, large = sorted((one.members, other.members), key=len)
        clashes = [(n, m) for n in small for m in self._never.get(n, ()) if m in large]
        return self._first(clashes)

    def too_many(self, one: Part, other: Part) -> Finding | None:
        """A `unique` or `limit` that a join would break more than either did before."""
        found: Finding | None = None
        for place in one.values.keys() & other.values.keys():
            mine, theirs = one.values[place], other.values[place]
            cap = self._caps[place[0]]
            if len(mine | theirs) > max(cap, len(mine), len(theirs)):
                reason = Reason.UNIQUE if place[0] in self._unique else Reason.LIMIT
                if found is None or (reason is Reason.UNIQUE and found.reason is Reason.LIMIT):
                    clash = self._first([(n, m) for n in mine for m in theirs])
                    found = Finding(Verdict.REFUSED, reason, clash)
        return found

    def contradiction(self, one: Part, other: Part) -> Pair | None:
        """Two values of a unique attribute that a join would put together."""
        clashes: list[Pair] = []
        for place in one.attributes.keys() & other.attributes.keys():
            mine, theirs = one.attributes[place], other.attributes[place]
            if len(mine | theirs) > max(1, len(mine), len(theirs)):
                clashes += [(n, m) for n in mine for m in theirs if n != m]
        return self._first(clashes)

    def too_large(self, one: Part, other: Part) -> bool:
        """Whether a join would outgrow `max_size`."""
        return self._max_size is not None and len(one.members) + len(other.members) > self._max_size

    def refusal(self, a: int, b: int, *, persons: bool, decided: bool = False) -> Finding | None:
        """Why the parts of two nodes can't be joined: the first reason in order, or None.

        Between persons size is looked at later and attributes forbid; a human decision yields to never_link only.
        """
        one, other = self._of[a], self._of[b]
        if (clash := self.forbidden(one, other)) is not None:
            return Finding(Verdict.REFUSED, Reason.NEVER_LINK, clash)
        if decided:
            return None
        if (finding := self.too_many(one, other)) is not None:
            return finding
        if persons:
            clash = self.contradiction(one, other)
            return Finding(Verdict.REFUSED, Reason.ATTRIBUTE, clash) if clash is not None else None
        return Finding(Verdict.REFUSED, Reason.MAX_SIZE) if self.too_large(one, other) else None

    def _first(self, pairs: Iterable[Pair]) -> Pair | None:
        return min(pairs, key=lambda pair: sorted(self._nodes[n].key for n in pair), default=None)


def neighbours(pairs: Iterable[Pair]) -> dict[int, set[int]]:
    """Each node with those it is paired with."""
    found: dict[int, set[int]] = defaultdict(set)
    for a, b in pairs:
        found[a].add(b)
        found[b].add(a)
    return dict(found)
