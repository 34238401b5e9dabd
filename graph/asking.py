"""What a lookup answers: of several identifiers said to be one person the strongest speaks. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Literal

from graph import ownids
from graph.answers import Answer
from graph.model import Identifier, Kind
from graph.policy import Policy
from graph.stores.columns import Found

_STATUS: Final[tuple[Literal["resolved"], Literal["mass_value"], Literal["shared"]]] = ("resolved", "mass_value", "shared")
Strength = tuple[int, bool, int, int]


def answer(policy: Policy, group: list[Identifier | Answer], found: Iterator[Found | None]) -> Answer:
    """The answer of the strongest identifier of a group; `found` has what is on record of each identifier in turn.

    Those with a root come first, then those on record without one, then the unknown, then what is no identifier; among
    equals persons before devices, then by rank, then as written.
    """
    if len(group) == 1:
        return _alone(policy, group[0], found)
    candidates: list[tuple[Strength, Answer]] = []
    for position, known in enumerate(group):
        if isinstance(known, Answer):
            candidates.append(((3, False, 0, position), known))
            continue
        space, single = policy.space(known.namespace), _alone(policy, known, found)
        order = {"resolved": 0, "unknown": 2}.get(single.status, 1)
        candidates.append(((order, space.kind is not Kind.PERSON, space.rank, position), single))
    chosen = min(candidates, key=lambda candidate: candidate[0])[1]
    others = dict.fromkeys(
        c.root_id for _, c in candidates if c.status == "resolved" and c.root_id and c.root_id != chosen.root_id
    )
    return replace(chosen, disagreeing=tuple(root for root in others if root)) if others else chosen


def _alone(policy: Policy, known: Identifier | Answer, found: Iterator[Found | None]) -> Answer:
    """The answer of one member of a group for itself."""
    if isinstance(known, Answer):
        return known
    return _single(known, next(found), device=policy.space(known.namespace).kind is not Kind.PERSON)


def _single(known: Identifier, hit: Found | None, *, device: bool) -> Answer:
    if hit is None:
        return Answer("unknown", namespace=known.namespace, scope=known.scope, mask=known.mask)
    root = None if hit.root is None else ownids.text(hit.root)
    status = _STATUS[hit.settled] if root else "attribute"
    proven = status == "resolved" and not device
    return Answer(status, root, ownids.text(hit.own), proven, known.namespace, known.scope, hit.mask)
