"""Explains why two identifiers are one person, or why not: traces, and tells it with evidence and consent. Holds no rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from graph import explaining, ownids
from graph.evidence import Link, Pair, Piece, Usability, pair_of, standing_rulings
from graph.model import Kind
from graph.stores.accounts import Granted
from graph.stores.columns import Description
from graph.stores.protocol import Reading
from graph.tracing import Traced, Tracing, When

if TYPE_CHECKING:
    from graph.service import Service

MadeBy = Literal["sightings", "session", "decision"]


@dataclass(frozen=True, slots=True)
class Named:
    """An identifier that an explanation speaks of, as people may see it."""

    own_id: str
    namespace: str
    scope: str
    mask: str
    kind: str


@dataclass(frozen=True, slots=True)
class Backing:
    """A consent that evidence rests on, with the version of the notice last agreed to; or a legal basis."""

    consent_id: str | None
    notice: str | None
    basis: str | None


@dataclass(frozen=True, slots=True)
class Hop:
    """One link of a path, by own ids. `clash` is the pair that a refused one clashed with.

    A `bridge` is a link without which the person falls apart; `cut_off` are those that would no longer answer with the root.
    """

    a: str
    b: str
    verdict: str
    reason: str | None
    clash: tuple[str, str] | None
    made_by: MadeBy
    first_seen: int
    last_seen: int
    count: int
    sources: tuple[str, ...]
    backings: tuple[Backing, ...]
    bridge: bool
    cut_off: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why two identifiers are one person (`together`), or not.

    `why`: `same` (one identifier), `path`; or `unknown`, `attribute`, `mass_value`, `shared` (of one of the two), the verdict of
    the link that comes nearest to joining them (`refused`, `expired`, …), or `nothing` (no evidence leads from one to the other).
    `hops` is the shortest accepted path, or where there is none the one with the fewest links that don't hold; `distance`
    (标识距离) counts them. `never` are decisions that keep the two apart; `elsewhere` are purposes under which they are one.
    """

    together: bool
    why: str
    purpose: str
    policy: str
    as_of: int
    start: Named | None
    end: Named | None
    identifiers: tuple[Named, ...]
    hops: tuple[Hop, ...]
    distance: int | None
    never: tuple[tuple[str, str], ...]
    elsewhere: tuple[str, ...]


async def explain(
    service: "Service", pair: tuple[str, str], purpose: str | None = None, as_of: int | None = None, known_at: int | None = None
) -> Explanation:
    """Explain two written names. Raises InvalidIdentifierError and its kin for what can't be an identifier."""
    name = service.asked(purpose)
    keys = [service.key(service.identifier(one)) for one in pair]
    past = service.at(as_of, known_at)
    async with service.store.reading() as reading:
        when = await past.when(reading)
        handles: list[int] = (await reading.handles(keys)).tolist()
        traced = await Tracing(reading, service.policy, name, when).trace(handle for handle in handles if handle)
        explained = _Explaining(service, reading, traced, name, when)
        return await explained.tell(handles[0], handles[1])


class _Explaining:
    """One explanation under way."""

    def __init__(self, service: "Service", reading: Reading, traced: Traced, purpose: str, when: When) -> None:
        self._service, self._reading, self._traced, self._purpose, self._when = service, reading, traced, purpose, when
        self._policy = service.policy
        self._usability = Usability(self._policy, traced.case.consents, purpose, when.as_of)
        self._shown: Mapping[int, Description] = {}
        self._grants: Mapping[int, Granted] = {}

    async def tell(self, start: int, end: int) -> Explanation:
        known = self._traced.case.nodes
        together = start in known and end in self._traced.part(start)
        path = self._path(start, end, together=together)
        pairs = [pair_of(a, b) for a, b in pairwise(path)]
        never = self._never(start, end)
        clashes = [f.clash for pair in pairs if (f := explaining.finding_of(self._traced, pair)) and f.clash]
        part = self._traced.part(start) if together else frozenset[int]()
        handles = {start, end, *path, *part, *(handle for two in (*never, *clashes) for handle in two)}
        await self._describe(handles & known.keys(), pairs)
        hops = tuple(self._hop(pair, together=together) for pair in pairs)
        told = {*path, *(handle for two in (*never, *clashes) for handle in two)}
        told |= {
            handle for handle in part if ownids.text(self._traced.own[handle]) in {own for hop in hops for own in hop.cut_off}
        }
        return Explanation(
            together,
            self._why(start, end, hops, together=together),
            self._purpose,
            self._policy.version,
            self._when.as_of,
            self._named(start),
            self._named(end),
            tuple(named for handle in [*path, *sorted(told - set(path))] if (named := self._named(handle))),
            hops,
            len(hops) if path else None,
            tuple((self._own(a), self._own(b)) for a, b in never),
            await self._elsewhere(start, end),
        )

    def _path(self, start: int, end: int, *, together: bool) -> list[int]:
        if start not in self._traced.case.nodes or end not in self._traced.case.nodes:
            return []
        search = explaining.shortest if together else explaining.almost
        return search(self._policy, self._traced, start, end)

    def _why(self, start: int, end: int, hops: Sequence[Hop], *, together: bool) -> str:
        known, settled = self._traced.case.nodes, self._traced.resolution.settled
        if start not in known or end not in known:
            return "unknown"
        if together:
            return "same" if start == end else "path"
        if any(self._policy.space(known[one].namespace).kind is Kind.ATTRIBUTE for one in (start, end)):
            return "attribute"
        if (alone := settled.get(start) or settled.get(end)) is not None:
            return alone.value
        return next((hop.verdict for hop in hops if hop.verdict != "accepted"), "nothing")

    def _never(self, start: int, end: int) -> list[Pair]:
        """Standing decisions that keep the parts of the two apart."""
        one, other = self._traced.part(start), self._traced.part(end)
        standing = standing_rulings(self._traced.case.rulings)
        pairs = [pair for pair, ruling in standing.items() if ruling.ruling == "never_link"]
        return [(a, b) for a, b in sorted(pairs) if one is not other and ((a in one and b in other) or (a in other and b in one))]

    def _hop(self, pair: Pair, *, together: bool) -> Hop:
        finding = self._traced.resolution.findings[pair]
        pieces = explaining.pieces_of(self._traced, self._usability, pair)
        first, last, count, made_by = self._seen(pair, pieces)
        parts = explaining.split_without(self._policy, self._traced, self._purpose, self._when.as_of, pair) if together else []
        cut_off = [handle for part in parts[1:] for handle in part]
        return Hop(
            self._own(pair[0]),
            self._own(pair[1]),
            finding.verdict.value,
            finding.reason.value if finding.reason else None,
            (self._own(finding.clash[0]), self._own(finding.clash[1])) if finding.clash else None,
            made_by,
            first,
            last,
            count,
            tuple(sorted({piece.source for piece in pieces if piece.source})),
            self._backings(pair, pieces),
            len(parts) > 1,
            tuple(sorted(map(self._own, cut_off))),
        )

    def _seen(self, pair: Pair, pieces: Sequence[Piece]) -> tuple[int, int, int, MadeBy]:
        held = self._traced.resolution.accepted.get(pair)
        if isinstance(held, Link):
            seen = any((piece.a, piece.b) == pair for piece in held.pieces)
            return held.first, held.last, held.count, "sightings" if seen else "session"
        if held is not None:
            return held.at, held.at, len(pieces), "decision"
        if not pieces:
            return 0, 0, 0, "session"
        return min(piece.first for piece in pieces), max(piece.last for piece in pieces), len(pieces), "sightings"

    def _backings(self, pair: Pair, pieces: Sequence[Piece]) -> tuple[Backing, ...]:
        held = self._traced.resolution.accepted.get(pair)
        carried = {(piece.consent, piece.basis) for piece in pieces}
        if held is not None and not isinstance(held, Link):
            carried.add((held.consent, held.basis))
        found: list[Backing] = []
        for consent, basis in carried:
            grant = self._grants.get(consent) if isinstance(consent, int) else None
            if consent is not None or basis is not None:
                found.append(Backing(grant.consent_id if grant else None, grant.notice if grant else None, basis))
        return tuple(sorted(found, key=lambda backing: (backing.consent_id or "", backing.basis or "")))

    async def _describe(self, handles: set[int], pairs: Sequence[Pair]) -> None:
        wanted = np.array(sorted(handles), np.int64)
        self._shown = {known.handle: known for known in await self._reading.describe(self._purpose, wanted)}
        wanted_pairs = set(pairs)
        consents = {piece.consent for piece in self._traced.case.pieces if (piece.a, piece.b) in wanted_pairs}
        held = [self._traced.resolution.accepted.get(pair) for pair in pairs]
        consents |= {piece.consent for one in held if isinstance(one, Link) for piece in one.pieces}
        consents |= {one.consent for one in held if one is not None and not isinstance(one, Link)}
        granted, _ = await self._reading.consent_events(sorted(consent for consent in consents if isinstance(consent, int)))
        self._grants = {grant.consent: grant for grant in granted if grant.at <= self._when.as_of}

    async def _elsewhere(self, start: int, end: int) -> tuple[str, ...]:
        """Other purposes under which the two are one today."""
        both = np.unique(np.array([start, end], np.int64))
        found: list[str] = []
        for purpose in self._policy.purposes:
            if purpose != self._purpose and self._service.may(purpose) and both[0] > 0 and len(both) == 2:
                leaders = (await self._reading.members(purpose, both)).leader
                if len(leaders) == 2 and leaders[0] == leaders[1] > 0:
                    found.append(purpose)
        return tuple(found)

    def _own(self, handle: int) -> str:
        return ownids.text(self._traced.own[handle])

    def _named(self, handle: int) -> Named | None:
        known = self._shown.get(handle)
        if known is None:
            return None
        kind = self._policy.space(known.namespace).kind.value
        return Named(ownids.text(known.own), known.namespace, known.scope, known.mask, kind)
