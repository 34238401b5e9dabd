"""Resolves what was gathered: plain parts on arrays, the others by the rules one by one. Reads, never writes."""

from dataclasses import dataclass

import numpy as np

from graph.evidence import Verdict, standing_rulings
from graph.gathering import Gathered, hard_case, isin
from graph.parts import Reason
from graph.plain import Links, Plain, Rules, links_of, resolve_plain
from graph.policy import Policy
from graph.resolution import Resolution, resolve_case
from graph.stores.columns import Members, StoredFinding
from graph.stores.protocol import Place, Reading
from graph.tables import Bools, Ints


@dataclass(slots=True)
class State:
    """What identifiers shall be: `members` as they are on record, a part label for each (-1: none), what stands alone."""

    members: Members
    label: Ints
    settled: Ints
    contested: Bools
    kept: Bools
    """Those that stay as they are: they stood alone before and still do."""

    @staticmethod
    def plain(members: Members, label: Ints) -> "State":
        """Of parts in which no rule bites."""
        no, none = np.zeros(len(members), np.bool_), np.zeros(len(members), np.int64)
        return State(members, label, none, no, no)


@dataclass(slots=True)
class Resolved:
    """One purpose of what was gathered, resolved: a part label for each identifier, what stands alone, refused and past links."""

    gathered: Gathered
    label: Ints
    settled: Ints
    contested: Bools
    findings: dict[tuple[int, int], StoredFinding]
    plain: Plain
    hard: Resolution | None

    @property
    def state(self) -> State:
        """Without the links."""
        return State(self.gathered.members, self.label, self.settled, self.contested, self.gathered.boundary)


def ended_links(gathered: Gathered, consents: set[int]) -> int:
    """Links that have evidence under these consents, and none that counts."""
    pieces, n = gathered.pieces, len(gathered.members)
    carriers = [handle for handle, (consent, _, _) in gathered.backed.carried.items() if consent in consents]
    under = isin(pieces.backing, np.array(sorted(carriers), np.int64)) & ~pieces.closed
    link = gathered.i * n + gathered.j
    return len(np.setdiff1d(link[under], link[gathered.usable]))


async def resolve_gathered(
    reading: Reading, policy: Policy, rules: Rules, places: dict[int, Place], purpose: str, now: int, gathered: Gathered
) -> Resolved:
    """Resolve what was gathered: the plain parts on arrays, the hard ones by the rules."""
    members, pieces = gathered.members, gathered.pieces
    n = len(members)
    place = members.place
    local = gathered.i, gathered.j
    links = links_of(n, *local, pieces.first, pieces.last, pieces.moment, gathered.usable, rules.age[place], now)
    ruled, decided = _ruled(gathered)
    plain = resolve_plain(policy, rules, place, links, gathered.settled, ruled, decided)
    findings: dict[tuple[int, int], StoredFinding] = {}
    newest = policy.on_conflict == "newest"
    kind = (Verdict.PAST, None) if newest else (Verdict.REFUSED, Reason.OTHER_OWNER)
    for i, j in zip(plain.elsewhere.i.tolist(), plain.elsewhere.j.tolist(), strict=True):
        pair = int(members.ids[i]), int(members.ids[j])
        findings[pair] = StoredFinding(*pair, kind[0].value, kind[1].value if kind[1] else None, None)
    label, hard = plain.label.copy(), None
    if plain.hard.any():
        alive = gathered.usable & _unexpired(n, links, *local)
        case = await hard_case(reading, gathered, places, rules, plain.hard, plain.settled, alive)
        hard = resolve_case(case, policy, purpose, now)
        start = int(label.max(initial=-1)) + 1
        for number, part in enumerate(hard.parts, start):
            label[np.searchsorted(members.ids, sorted(part))] = number
        for pair, finding in hard.findings.items():
            if finding.verdict in (Verdict.REFUSED, Verdict.PAST):
                reason = finding.reason.value if finding.reason else None
                findings[pair] = StoredFinding(*pair, finding.verdict.value, reason, finding.clash)
    return Resolved(gathered, label, plain.settled, _contested(gathered, label, findings, plain), findings, plain, hard)


def _contested(gathered: Gathered, label: Ints, findings: dict[tuple[int, int], StoredFinding], plain: Plain) -> Bools:
    """Identifiers of parts in which a rule bit: a link was refused or is past, or the slow way was needed."""
    ends = np.array([(pair[0], pair[1]) for pair in findings], np.int64).reshape(-1)
    marked = plain.hard.copy()
    marked[np.searchsorted(gathered.members.ids, ends)] = True
    parts = np.zeros(int(label.max(initial=-1)) + 2, np.bool_)
    parts[label[marked]] = True
    parts[-1] = False
    return parts[label]


def _unexpired(n: int, links: Links, i: Ints, j: Ints) -> Bools:
    return isin(i * n + j, np.sort(links.i * n + links.j))


def _ruled(gathered: Gathered) -> tuple[Bools, tuple[Ints, Ints]]:
    """Nodes that a standing decision between two of what was gathered names, and the pairs made one."""
    ids = gathered.members.ids
    marked = np.zeros(len(ids), np.bool_)
    index = {handle: number for number, handle in enumerate(ids.tolist())} if gathered.rulings else {}
    pairs: list[tuple[int, int]] = []
    for (a, b), ruling in standing_rulings(r for r in gathered.rulings if r.a in index and r.b in index).items():
        if ruling.ruling != "reverse":
            marked[[index[a], index[b]]] = True
        if ruling.ruling == "same_person":
            pairs.append((index[a], index[b]))
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    return marked, (ends[:, 0], ends[:, 1])
