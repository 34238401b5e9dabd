"""The picture of a tree: whom somebody brought, ring by ring, as SVG without script, style sheet or link. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

SPACE: Final = 11.0
"""Between two people of one ring."""

RING: Final = 62.0
"""Between two rings, at least."""

MARGIN: Final = 24.0
LETTER: Final = 0.56
"""Width of a letter, of its height: Helvetica's, on average."""

LABELS: Final = 8
"""People whose name is written beside them; of the others it shows on pointing."""

COLOURS: Final = ("#7c2d12", "#c2410c", "#ea8a3a", "#e0b06a", "#b9b29c")
"""By generation."""

_GOLDEN: Final = (5**0.5 - 1) / 2

RECRUITED: Final = "#2563a8"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One person: place of the parent in the list (None: the first), name as people may see it, and what is told on pointing.

    `below` is how many there are below, shown or not; `hidden` how many of those brought aren't in the picture.
    """

    parent: int | None
    name: str
    told: str
    below: int
    hidden: int = 0
    recruited: bool = False


def tree_picture(people: Sequence[Leaf], title: str) -> str:
    """An SVG of a tree whose parents stand before their children; the first one is in the middle."""
    places = _placed(people)
    named = sorted(range(1, len(people)), key=lambda one: -people[one].below)[:LABELS]
    shown = {0, *(one for one in named if people[one].below > 0)} if people else set[int]()
    letters = max(12.0, max((math.hypot(one.x, one.y) for one in places), default=0.0) / 20)
    left, top, width, height = _frame(people, places, shown, letters)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.0f} {top:.0f} {width:.0f} {height:.0f}" '
        f'role="img" font-family="Helvetica, Arial, sans-serif" font-size="{letters:.0f}"><title>{escape(title)}</title>'
    ]
    parts += [_line(places[one.parent], places[place]) for place, one in enumerate(people) if one.parent is not None]
    parts += [_dot(one, places[place]) for place, one in enumerate(people)]
    parts += [_label(people[place], places[place], middle=place == 0) for place in sorted(shown)]
    return "".join([*parts, "</svg>"])


@dataclass(frozen=True, slots=True)
class _Place:
    x: float
    y: float
    generation: int


def _frame(
    people: Sequence[Leaf], places: Sequence[_Place], shown: set[int], letters: float
) -> tuple[float, float, float, float]:
    """What has to be seen: left, top, width and height of everybody with the names that are shown."""
    left = right = bottom = 0.0
    top = -letters  # the name of the first one stands above
    for place, where in enumerate(places):
        name = 9 + letters * LETTER * len(_words(people[place])) if place in shown else 0.0
        before, after = (name / 2, name / 2) if place == 0 else (name, 0.0) if where.x < 0 else (0.0, name)
        left, right = min(left, where.x - before), max(right, where.x + after)
        top, bottom = min(top, where.y), max(bottom, where.y)
    return left - MARGIN, top - MARGIN, right - left + 2 * MARGIN, bottom - top + 2 * MARGIN


def _placed(people: Sequence[Leaf]) -> list[_Place]:
    """Where everybody stands: each gets a slice as wide as the leaves below."""
    generation: list[int] = []
    for one in people:
        generation.append(0 if one.parent is None else generation[one.parent] + 1)
    leaves = [0] * len(people)
    for place in range(len(people) - 1, -1, -1):
        leaves[place] = max(leaves[place], 1)
        parent = people[place].parent
        if parent is not None:
            leaves[parent] += leaves[place]
    rings = [0.0]
    for step in range(1, max(generation, default=0) + 1):
        crowd = sum(1 for one in generation if one == step)
        rings.append(max(rings[-1] + RING, crowd * SPACE / math.tau))
    begin = _begins(people, leaves)
    places: list[_Place] = []
    for place in range(len(people)):
        angle = (begin[place] + leaves[place] / 2) / leaves[0] * math.tau - math.pi / 2
        out = rings[generation[place]]
        places.append(_Place(out * math.cos(angle), out * math.sin(angle), generation[place]))
    return places


def _begins(people: Sequence[Leaf], leaves: Sequence[int]) -> list[float]:
    """Where the slice of each begins, in leaves; siblings in an order that keeps the large ones apart (by the golden ratio)."""
    children: dict[int, list[int]] = {}
    for place, one in enumerate(people):
        if one.parent is not None:
            children.setdefault(one.parent, []).append(place)
    begin = [0.0] * len(people)
    for parent in range(len(people)):
        mine = children.get(parent, [])
        at = begin[parent]
        for turn in sorted(range(len(mine)), key=lambda turn: turn * _GOLDEN % 1):
            begin[mine[turn]] = at
            at += leaves[mine[turn]]
    return begin


def _line(one: _Place, other: _Place) -> str:
    bend = 0.55
    x, y = one.x + bend * (other.x - one.x) * 0.6, one.y + bend * (other.y - one.y) * 0.6
    path = f"M{one.x:.1f} {one.y:.1f}Q{x:.1f} {y:.1f} {other.x:.1f} {other.y:.1f}"
    return f'<path d="{path}" fill="none" stroke="#cfc7b8" stroke-width="1"/>'


def _dot(one: Leaf, place: _Place) -> str:
    colour = RECRUITED if one.recruited else COLOURS[min(place.generation, len(COLOURS) - 1)]
    size = 3.2 + 2.6 * math.log10(1 + one.below) * (1.6 if place.generation == 0 else 1.2)
    around = (
        f'<circle cx="{place.x:.1f}" cy="{place.y:.1f}" r="{size + 3:.1f}" fill="none" stroke="{colour}" stroke-dasharray="2 2"/>'
    )
    return (
        f'<g><title>{escape(one.told)}</title><circle cx="{place.x:.1f}" cy="{place.y:.1f}" r="{size:.1f}" fill="{colour}" '
        f'stroke="#ffffff" stroke-width="1"/>{around if one.hidden else ""}</g>'
    )


def _words(one: Leaf) -> str:
    return f"{one.name} · {one.below}" if one.below else one.name


def _label(one: Leaf, place: _Place, *, middle: bool) -> str:
    left = place.x < 0 and not middle
    x, anchor = (place.x - 9, "end") if left else (place.x + 9, "start")
    if middle:
        x, anchor = place.x, "middle"
    y = place.y - 16 if middle else place.y + 4
    text = escape(_words(one))
    style = 'paint-order="stroke" stroke="#ffffff" stroke-width="4" stroke-linejoin="round"'
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#292524" {style}>{text}</text>'
