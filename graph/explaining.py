"""Why two identifiers are one person, or aren't: paths, bridges, what would fall apart. Pure: works on what was traced."""

import heapq
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from graph.evidence import Case, Closing, Link, Pair, Piece, Usability, Verdict, pair_of
from graph.instants import LATEST
from graph.model import Kind
from graph.parts import Finding
from graph.policy import Policy
from graph.resolution import resolve_case
from graph.tracing import Traced

Step = TypeVar("Step")

_OBSTACLE = 1_000
"""A link that doesn't hold weighs as much as so many that do: the path with the fewest obstacles is the best."""


def strength(policy: Policy, traced: Traced, handle: int) -> tuple[bool, bool, int, bytes]:
    """Who leads: person before device, unique before others, the smaller rank, the elder own id."""
    space = policy.space(traced.case.nodes[handle].namespace)
    return space.kind is Kind.DEVICE, not space.unique, space.rank, traced.own[handle]


def leader(policy: Policy, traced: Traced, part: Iterable[int]) -> int:
    """The identifier whose own id names a part."""
    return min(part, key=lambda handle: strength(policy, traced, handle))


def shortest(policy: Policy, traced: Traced, start: int, end: int) -> list[int]:
    """The shortest path over accepted links, never through a device from person to person; empty where there is none.

    Of several, the one over the stronger identifiers.
    """
    near = _neighbours(traced.resolution.accepted)
    device = {node for node in near if _kind(policy, traced, node) is Kind.DEVICE}
    begin = (start, start not in device)
    came: dict[tuple[int, bool], tuple[int, bool] | None] = {begin: None}
    waiting = deque([begin])
    while waiting:
        here = waiting.popleft()
        node, met_person = here
        if node == end:
            return [step[0] for step in _back(came, here)]
        for other in sorted(near.get(node, ()), key=lambda handle: strength(policy, traced, handle)):
            if node in device and other not in device and met_person:
                continue
            step = (other, met_person or other not in device)
            if step not in came:
                came[step] = here
                waiting.append(step)
    return []


def almost(policy: Policy, traced: Traced, start: int, end: int) -> list[int]:
    """The path with the fewest links that don't hold, over links of any verdict; empty where nothing leads there.

    A device may be on it between two persons: that the two were seen on it is what there is to tell.
    """
    findings = traced.resolution.findings
    near = _neighbours(findings)
    best: dict[int, tuple[int, bytes]] = {start: (0, b"")}
    came: dict[int, int | None] = {start: None}
    waiting: list[tuple[int, bytes, int]] = [(0, b"", start)]
    while waiting:
        cost, key, node = heapq.heappop(waiting)
        if node == end:
            return _back(came, node)
        if (cost, key) > best[node]:
            continue
        for other in near.get(node, ()):
            held = findings[pair_of(node, other)].verdict is Verdict.ACCEPTED
            reached = (cost + (1 if held else _OBSTACLE), traced.case.nodes[other].key)
            if other not in best or reached < best[other]:
                best[other], came[other] = reached, node
                heapq.heappush(waiting, (*reached, other))
    return []


def split_without(policy: Policy, traced: Traced, purpose: str, as_of: int, pair: Pair) -> list[frozenset[int]]:
    """What a part would be were one of its links not there: its members in parts, the leader's first."""
    whole = traced.part(pair[0])
    rest = resolve_case(_without(traced.case, pair), policy, purpose, as_of)
    pieces = [part & whole for part in rest.parts if part & whole]
    head = leader(policy, traced, whole)
    return sorted(pieces, key=lambda part: (head not in part, strength(policy, traced, leader(policy, traced, part))))


def _without(case: Case, pair: Pair) -> Case:
    """The case without a link, and without what a session or a decision would put in its place."""
    return replace(
        case,
        pieces=[piece for piece in case.pieces if (piece.a, piece.b) != pair],
        rulings=[ruling for ruling in case.rulings if pair_of(ruling.a, ruling.b) != pair or ruling.ruling == "never_link"],
        closings=[*case.closings, Closing(*pair, LATEST)],
    )


def pieces_of(traced: Traced, usability: Usability, pair: Pair) -> list[Piece]:
    """The evidence that tells of a link: the pieces that count, or where none does all of them.

    A link that a session made rests on what was seen on the device.
    """
    held = traced.resolution.accepted.get(pair)
    if isinstance(held, Link):
        return held.pieces
    found = [piece for piece in traced.case.pieces if (piece.a, piece.b) == pair]
    return [piece for piece in found if usability.piece(piece) is Verdict.ACCEPTED] or found


def finding_of(traced: Traced, pair: Pair) -> Finding | None:
    """What became of a link; None where there is none."""
    return traced.resolution.findings.get(pair)


def _kind(policy: Policy, traced: Traced, handle: int) -> Kind:
    return policy.space(traced.case.nodes[handle].namespace).kind


def _neighbours(pairs: Iterable[Pair]) -> Mapping[int, list[int]]:
    near: dict[int, list[int]] = defaultdict(list)
    for a, b in pairs:
        near[a].append(b)
        near[b].append(a)
    return near


def _back(came: Mapping[Step, Step | None], end: Step) -> list[Step]:
    """The way back to where a search began."""
    path = [end]
    while (before := came[path[-1]]) is not None:
        path.append(before)
    return path[::-1]
