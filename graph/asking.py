"""What a lookup answers: of several identifiers said to be one person the strongest speaks. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from graph.answers import Answer
from graph.names import Named
from graph.stores.columns import Found

_STATUS: Final[tuple[Literal["resolved"], Literal["mass_value"], Literal["shared"]]] = ("resolved", "mass_value", "shared")
Strength = tuple[int, bool, int, int]


def answer(group: Sequence[Named | Answer], found: Iterator[Found | None]) -> Answer:
    """The answer of the strongest identifier of a group; `found` has what is on record of each identifier in turn.

    Those with a root come first, then those on record without one, then the unknown, then what is no identifier; among
    equals persons before devices, then by rank, then as written.
    """
    if len(group) == 1:
        known = group[0]
        return _alone(known, next(found)) if isinstance(known, Named) else known
    candidates: list[tuple[Strength, Answer]] = []
    for position, known in enumerate(group):
        if isinstance(known, Answer):
            candidates.append(((3, False, 0, position), known))
            continue
        single = _alone(known, next(found))
        order = {"resolved": 0, "unknown": 2}.get(single.status, 1)
        candidates.append(((order, known.space.device, known.space.rank, position), single))
    chosen = min(candidates, key=lambda candidate: candidate[0])[1]
    others = dict.fromkeys(
        c.root_id for _, c in candidates if c.status == "resolved" and c.root_id and c.root_id != chosen.root_id
    )
    return chosen._replace(disagreeing=tuple(root for root in others if root)) if others else chosen


def _alone(known: Named, hit: Found | None) -> Answer:
    """The answer of one member of a group for itself."""
    space = known.space
    if hit is None:
        return Answer("unknown", namespace=space.namespace, scope=space.scope, mask=known.mask)
    own, root, mask, settled = hit
    status = _STATUS[settled] if root else "attribute"
    proven = status == "resolved" and not space.device
    return Answer(status, root, own, proven, space.namespace, space.scope, mask)
