"""Rules for who is one person. Pure: no store, no clock, no memory; the order of arrival plays no part.

The steps are those of docs/explanation/resolution.md: values that belong to nobody, persons, same session, size, devices.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from graph.evidence import (
    Case,
    Closing,
    Facts,
    Link,
    Pair,
    Piece,
    Ruling,
    Usability,
    Verdict,
    case_of,
    lifetime,
    pair_of,
    standing_rulings,
    usable_links,
)
from graph.instants import LATEST
from graph.model import Kind
from graph.parts import Finding, Part, Parts, Place, Reason, neighbours
from graph.policy import Policy

ACCEPTED = Finding(Verdict.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who is one person.

    `parts` is the whole partition (attributes are in none); `findings` has the verdict of every link between persons and
    devices; `accepted` are the links that hold parts together, each with what carries it; `settled` are the mass values and
    shared devices that stand alone.
    """

    parts: tuple[frozenset[int], ...]
    findings: Mapping[Pair, Finding]
    accepted: Mapping[Pair, Link | Ruling]
    settled: Mapping[int, Verdict]


def resolve(facts: Facts, policy: Policy, purpose: str, as_of: int, known_at: int = LATEST) -> Resolution:
    """Who is one person under a purpose, as of a time, as known at a time."""
    return resolve_case(case_of(facts, policy, as_of, known_at), policy, purpose, as_of)


def resolve_case(case: Case, policy: Policy, purpose: str, as_of: int) -> Resolution:
    """The same on facts that were folded before (graph.evidence.Piece)."""
    return _Resolving(case, policy, purpose, as_of).run()


def stands_alone(policy: Policy, namespace: str, linked: Mapping[Place, set[int]]) -> Verdict | None:
    """Step 1 for one identifier: mass value, shared device, or neither. `linked` has the persons linked to it, by place."""
    space = policy.space(namespace)
    if space.kind is Kind.PERSON and space.max_holders is not None:
        held = (len(holders) > space.max_holders and policy.space(p[0]).rank < space.rank for p, holders in linked.items())
        return Verdict.MASS_VALUE if any(held) else None
    if space.kind is Kind.DEVICE:
        used = (len(users) >= policy.shared_after and policy.space(place[0]).unique for place, users in linked.items())
        return Verdict.SHARED if any(used) else None
    return None


class _Resolving:
    """One resolution under way; each step is one method."""

    def __init__(self, case: Case, policy: Policy, purpose: str, as_of: int) -> None:
        self.case, self.policy, self.as_of = case, policy, as_of
        self.kinds = {node: policy.space(known.namespace).kind for node, known in case.nodes.items()}
        self.ranks = {node: policy.space(known.namespace).rank for node, known in case.nodes.items()}
        usability = Usability(policy, case.consents, purpose, as_of)
        self.links, dead = usable_links(case, policy, usability, as_of)
        rulings = standing_rulings(r for r in case.rulings if r.a in case.nodes and r.b in case.nodes)
        self.decided = {
            pair: ruling
            for pair, ruling in rulings.items()
            if ruling.ruling == "same_person" and usability.backing(ruling.consent, ruling.basis) is Verdict.ACCEPTED
        }
        never = neighbours(pair for pair, ruling in rulings.items() if ruling.ruling == "never_link")
        self.parts = Parts(case.nodes, policy, never)
        self.findings = {pair: Finding(verdict) for pair, verdict in dead.items() if self._in_parts(pair)}
        self.accepted: dict[Pair, Link | Ruling] = {}
        self.settled: dict[int, Verdict] = {}

    def run(self) -> Resolution:
        self._values_of_nobody()
        self._persons()
        self._sessions()
        self._sizes()
        self._devices()
        return Resolution(
            tuple(frozenset(part.members) for part in self.parts.distinct()), self.findings, self.accepted, self.settled
        )

    # ---- step 1: values that belong to nobody

    def _values_of_nobody(self) -> None:
        """Mass values and shared devices stand alone and are never walked through."""
        self.settled.update(self.case.settled)
        linked: dict[int, dict[Place, set[int]]] = defaultdict(lambda: defaultdict(set))
        for a, b in self.links:
            for node, other in ((a, b), (b, a)):
                if self.kinds[other] is Kind.PERSON:
                    linked[node][self.case.nodes[other].place].add(other)
        for node, places in linked.items():
            alone = stands_alone(self.policy, self.case.nodes[node].namespace, places)
            if alone is not None and node not in self.settled:
                self.settled[node] = alone
        for pair in list(self.links):
            verdicts = {self.settled[node] for node in pair if node in self.settled}
            if verdicts and self._in_parts(pair):
                mass = Verdict.MASS_VALUE in verdicts
                self.findings[pair] = Finding(Verdict.MASS_VALUE if mass else Verdict.SHARED)
                del self.links[pair]

    # ---- step 2: persons

    def _persons(self) -> None:
        """Join persons, decisions first, then the stronger layer, then by time, then by key."""
        attributes = self._attributes()
        for node, kind in self.kinds.items():
            if kind is Kind.PERSON:
                self.parts.add(node, attributes.get(node), owned=True)
            elif kind is Kind.DEVICE:
                self.parts.add(node, owned=node in self.settled)
        for pair in self._ordered(self.decided):
            if all(self.kinds[node] is Kind.PERSON for node in pair):
                self._decide(pair)
        for pair in self._ordered(self._between(Kind.PERSON, Kind.PERSON)):
            if pair not in self.accepted:
                self._link_persons(pair, self.links[pair])

    def _decide(self, pair: Pair) -> None:
        alone = {self.settled[node] for node in pair if node in self.settled}
        if alone:
            self.findings[pair] = Finding(alone.pop())
        elif (refusal := self.parts.refusal(*pair, persons=True, decided=True)) is not None:
            self.findings[pair] = refusal
        else:
            self._accept(pair, self.decided[pair])

    def _link_persons(self, pair: Pair, link: Link) -> None:
        a, b = pair
        if self.parts[a] is not self.parts[b]:
            refusal = self.parts.refusal(a, b, persons=True)
            if refusal is not None:
                self.findings[pair] = refusal
                return
        self._accept(pair, link)

    def _attributes(self) -> dict[int, dict[Place, int]]:
        """For each person the value of each unique attribute: the newest (or oldest) that it was seen with."""
        held: dict[int, dict[Place, int]] = defaultdict(dict)
        for pair in self._ordered(self._between(Kind.PERSON, Kind.ATTRIBUTE)):
            person, attribute = pair if self.kinds[pair[0]] is Kind.PERSON else (pair[1], pair[0])
            if self.policy.space(self.case.nodes[attribute].namespace).unique:
                held[person].setdefault(self.case.nodes[attribute].place, attribute)
        return held

    # ---- step 3: same session, then size

    def _sessions(self) -> None:
        """Link persons seen on one unshared device in the same session, or within the window, under the same checks."""
        found = self._session_links()
        for pair in self._ordered(found, found):
            if pair not in self.links and pair not in self.accepted:
                self._link_persons(pair, found[pair])

    def _session_links(self) -> dict[Pair, Link]:
        on_device: dict[int, list[tuple[int, Piece]]] = defaultdict(list)
        for pair in self._between(Kind.PERSON, Kind.DEVICE):
            person, device = pair if self.kinds[pair[0]] is Kind.PERSON else (pair[1], pair[0])
            on_device[device] += [(person, piece) for piece in self.links[pair].pieces]
        closings: dict[Pair, list[Closing]] = defaultdict(list)
        for closing in self.case.closings:
            if closing.b is not None:
                closings[pair_of(closing.a, closing.b)].append(closing)
        found: dict[Pair, Link] = {}
        for seen in on_device.values():
            for (p, one), (q, other) in self._together(seen):
                pair, at = pair_of(p, q), max(one.last, other.last)
                if any(at <= c.at and c.source in (None, one.source, other.source) for c in closings.get(pair, ())):
                    continue
                link = found.setdefault(pair, Link(*pair, at, at, 0, []))
                link.first, link.last, link.count = min(link.first, at), max(link.last, at), link.count + 1
                link.pieces += [one, other]
        nodes = self.case.nodes
        return {
            pair: link
            for pair, link in found.items()
            if link.last + lifetime(self.policy, nodes[link.a], nodes[link.b]) >= self.as_of
        }

    def _together(self, seen: list[tuple[int, Piece]]) -> Iterable[tuple[tuple[int, Piece], tuple[int, Piece]]]:
        """Pairs of pieces of different persons on one device, in one session or within the window."""
        window = self.policy.session_window
        singles = sorted((s for s in seen if s[1].session is not None or window is not None), key=lambda s: s[1].last)
        start = 0
        for index, (person, piece) in enumerate(singles):
            if window is not None:
                while piece.last - singles[start][1].last > window:
                    start += 1
                yield from (((p, o), (person, piece)) for p, o in singles[start:index] if p != person)
            if piece.session is not None:
                before = singles[: start if window is not None else index]
                yield from (((p, o), (person, piece)) for p, o in before if p != person and o.session == piece.session)

    def _sizes(self) -> None:
        """Build a part of too many persons again from its accepted links, decisions first, then the oldest."""
        if self.policy.max_size is None:
            return
        for part in self.parts.distinct():
            if len(part.members) <= self.policy.max_size:
                continue
            members = frozenset(part.members)
            pairs = [pair for pair in self.accepted if pair[0] in members]
            for node in members:
                self.parts.add(node, owned=True)
            for pair in sorted(pairs, key=self._by_age):
                one, other = (self.parts[node] for node in pair)
                if one is not other and self.parts.too_large(one, other):
                    self.findings[pair] = Finding(Verdict.REFUSED, Reason.MAX_SIZE)
                    del self.accepted[pair]
                else:
                    self.parts.join(*pair)

    def _by_age(self, pair: Pair) -> tuple[bool, int, list[bytes]]:
        held = self.accepted[pair]
        return isinstance(held, Link), held.first if isinstance(held, Link) else held.at, self._keys(pair)

    # ---- step 4: devices

    def _devices(self) -> None:
        """Give each device to one part, then carry devices without a person along device–device links."""
        wishes: dict[int, list[Pair]] = defaultdict(list)
        for pair in self._ordered(self._between(Kind.PERSON, Kind.DEVICE), layer=False):
            wishes[self._split(pair)[1]].append(pair)
        for device in sorted(wishes, key=lambda d: (self._since(d, wishes[d]), self.case.nodes[d].key)):
            self._place(device, wishes[device])
        links = self._between(Kind.DEVICE, Kind.DEVICE)
        for pair in sorted(links, key=lambda pair: (self.links[pair].first, self._keys(pair))):
            self._link_devices(pair)

    def _since(self, device: int, wishes: list[Pair]) -> int:
        """When a device was first seen with the part that it would go to."""
        for wish in wishes:
            part = self.parts[self._split(wish)[0]]
            if self.parts.forbidden(self.parts[device], part) is None:
                return min(self.links[pair].first for pair in wishes if self.parts[self._split(pair)[0]] is part)
        return LATEST

    def _place(self, device: int, wishes: list[Pair]) -> None:
        """To the part of its first wish that no never_link forbids; where that one is full, to nobody."""
        forbidden = {pair: self.parts.forbidden(self.parts[device], self.parts[self._split(pair)[0]]) for pair in wishes}
        chosen = next((pair for pair in wishes if forbidden[pair] is None), None)
        home: Part | None = None
        finding = ACCEPTED
        if chosen is not None:
            person = self._split(chosen)[0]
            home = self.parts[person]
            finding = self.parts.refusal(device, person, persons=False) or ACCEPTED
            at_home = [pair for pair in wishes if self.parts[self._split(pair)[0]] is home]
            if finding is ACCEPTED:
                self.parts.join(device, person)
            for pair in at_home:
                self._settle(pair, finding)
        if finding is not ACCEPTED or home is None:
            self.parts[device].owned = True
        newest = self.policy.on_conflict == "newest"
        elsewhere = Finding(Verdict.PAST) if newest else Finding(Verdict.REFUSED, Reason.OTHER_OWNER)
        for pair in wishes:
            if (clash := forbidden[pair]) is not None:
                self.findings[pair] = Finding(Verdict.REFUSED, Reason.NEVER_LINK, clash)
            elif pair not in self.findings:
                self.findings[pair] = elsewhere

    def _link_devices(self, pair: Pair) -> None:
        a, b = pair
        one, other = self.parts[a], self.parts[b]
        if one is other:
            self._settle(pair, ACCEPTED)
        elif one.owned and other.owned:
            self.findings[pair] = Finding(Verdict.REFUSED, Reason.OTHER_OWNER)
        elif (refusal := self.parts.refusal(a, b, persons=False)) is not None:
            self.findings[pair] = refusal
            if refusal.reason is not Reason.NEVER_LINK and (one.owned or other.owned):
                one.owned = other.owned = True
        else:
            self._accept(pair, self.links[pair])

    # ---- what the steps share

    def _accept(self, pair: Pair, held: Link | Ruling) -> None:
        self.parts.join(*pair)
        self.findings[pair] = ACCEPTED
        self.accepted[pair] = held

    def _settle(self, pair: Pair, finding: Finding) -> None:
        self.findings[pair] = finding
        if finding is ACCEPTED:
            self.accepted[pair] = self.links[pair]

    def _in_parts(self, pair: Pair) -> bool:
        return all(self.kinds[node] is not Kind.ATTRIBUTE for node in pair)

    def _between(self, one: Kind, other: Kind) -> list[Pair]:
        return [pair for pair in self.links if sorted((self.kinds[pair[0]], self.kinds[pair[1]])) == sorted((one, other))]

    def _split(self, pair: Pair) -> Pair:
        """Person and device of a pair of both."""
        return pair if self.kinds[pair[0]] is Kind.PERSON else (pair[1], pair[0])

    def _keys(self, pair: Pair) -> list[bytes]:
        return sorted(self.case.nodes[node].key for node in pair)

    def _ordered(self, pairs: Iterable[Pair], links: Mapping[Pair, Link] | None = None, *, layer: bool = True) -> list[Pair]:
        """The stronger layer first (where asked), then newest or oldest, the stronger ends, the smaller pair of keys."""
        times = self._times(self.links if links is None else links)

        def order(pair: Pair) -> tuple[int, int, int, list[bytes]]:
            strength = sum(self.ranks[node] for node in pair)
            return strength if layer else 0, times(pair), strength, self._keys(pair)

        return sorted(pairs, key=order)

    def _times(self, links: Mapping[Pair, Link]) -> Callable[[Pair], int]:
        if self.policy.on_conflict == "newest":
            return lambda pair: -(links[pair].last if pair in links else self.decided[pair].at)
        return lambda pair: links[pair].first if pair in links else self.decided[pair].at
