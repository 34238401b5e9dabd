"""Links whose loss splits a part: bridges of what was accepted. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from graph.evidence import Pair


def bridges(accepted: Sequence[Pair], persons: Iterable[int]) -> list[Pair]:
    """Accepted links without which a part falls apart, in the order given.

    A device never holds persons together: between them only links of persons count, and for a device all persons of the part
    are one.
    """
    known = set(persons)
    between = [pair for pair in accepted if known.issuperset(pair)]
    rest = [pair for pair in accepted if not known.issuperset(pair)]
    as_one = [tuple(0 if node in known else node for node in pair) for pair in rest]
    found = {between[place] for place in _bridges(between)} | {rest[place] for place in _bridges(as_one)}
    return [pair for pair in accepted if pair in found]


def _bridges(links: Sequence[tuple[int, ...]]) -> list[int]:
    """Places of links that lie on no circle (Tarjan); two links between the same ends are a circle."""
    near: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for place, (a, b) in enumerate(links):
        near[a].append((b, place))
        near[b].append((a, place))
    reached: dict[int, int] = {}
    lowest: dict[int, int] = {}
    found: list[int] = []
    for start, nearest in near.items():
        if start in reached:
            continue
        reached[start] = lowest[start] = len(reached)
        path = [(start, -1, iter(nearest))]
        while path:
            node, came, others = path[-1]
            for other, place in others:
                if other not in reached:
                    reached[other] = lowest[other] = len(reached)
                    path.append((other, place, iter(near[other])))
                    break
                if place != came:
                    lowest[node] = min(lowest[node], reached[other])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[node])
                    if lowest[node] > reached[above]:
                        found.append(came)
    return found
