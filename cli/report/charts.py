"""Charts as SVG: bars, a curve with its band, scores with their intervals. Must not know where numbers come from."""

import math
from collections.abc import Sequence
from html import escape
from typing import Any, Final

INK: Final = "#292524"
FAINT: Final = "#a8a29e"
GRID: Final = "#e7e5e4"
MAIN: Final = "#c2410c"
SECOND: Final = "#2563a8"

_FONT: Final = 'font-family="Helvetica, Arial, sans-serif"'


def curve(found: dict[str, Any], until: float = 365.0) -> str:
    """The share that something has happened to by then, in days, with its band of 95 %."""
    width, height, left, bottom = 640, 300, 52, 40
    steps = [step for step, day in enumerate(found["days"]) if day <= until]
    if not steps:
        return ""
    top = max(0.01, *(found["high"][step] for step in steps)) * 1.08
    ticks = _ticks(top)

    def x(day: float) -> float:
        return left + day / until * (width - left - 16)

    def y(share: float) -> float:
        return height - bottom - share / top * (height - bottom - 12)

    def stairs(name: str) -> list[tuple[float, float]]:
        points = [(x(0), y(0))]
        for step in steps:
            points += [(x(found["days"][step]), points[-1][1]), (x(found["days"][step]), y(found[name][step]))]
        return [*points, (x(until), points[-1][1])]

    band = [*stairs("low"), *reversed(stairs("high"))]
    parts = [_open(width, height, "Share of new users who had brought somebody by that many days")]
    for share in ticks:
        parts.append(f'<line x1="{left}" x2="{width - 16}" y1="{y(share):.1f}" y2="{y(share):.1f}" stroke="{GRID}"/>')
        parts.append(_text(left - 8, y(share) + 4, f"{share:.0%}" if top > 0.05 else f"{share:.1%}", "end"))
    days = [day for day in (0, 30, 60, 90, 180, 270, 365) if day <= until]
    parts += [_text(x(day), height - bottom + 18, str(day), "middle") for day in days]
    parts.append(_text((left + width) / 2, height - 4, "days after coming", "middle"))
    parts.append(f'<polygon points="{_points(band)}" fill="{MAIN}" fill-opacity="0.16"/>')
    parts.append(f'<polyline points="{_points(stairs("share"))}" fill="none" stroke="{MAIN}" stroke-width="2"/>')
    return "".join([*parts, "</svg>"])


def months(rows: Sequence[dict[str, Any]]) -> str:
    """New users a month as bars, and K as a line over those months in which everybody is mature."""
    width, height, left, bottom, right = 640, 240, 44, 46, 44
    if not rows:
        return ""
    most = max(1, *(row["new_users"] for row in rows))
    k = max([0.05, *(row["k"] or 0 for row in rows)]) * 1.15
    slot = (width - left - right) / len(rows)
    parts = [_open(width, height, "New users and K by month")]

    def y(value: float, top: float) -> float:
        return height - bottom - value / top * (height - bottom - 14)

    for value in _ticks(most):
        parts.append(
            f'<line x1="{left}" x2="{width - right}" y1="{y(value, most):.1f}" y2="{y(value, most):.1f}" stroke="{GRID}"/>'
        )
        parts.append(_text(left - 6, y(value, most) + 4, f"{value:,.0f}", "end"))
    points: list[tuple[float, float]] = []
    for place, row in enumerate(rows):
        x, high = left + place * slot, y(row["new_users"], most)
        told = f"{row['group']}: {row['new_users']:,} new users"
        parts.append(
            f'<rect x="{x + slot * 0.15:.1f}" y="{high:.1f}" width="{slot * 0.7:.1f}" height="{height - bottom - high:.1f}" '
            f'fill="#e0b06a"><title>{escape(told)}</title></rect>'
        )
        if row["k"] is not None and not row["censored"]:
            points.append((x + slot / 2, y(row["k"], k)))
        if place % max(1, math.ceil(len(rows) / 8)) == 0:
            parts.append(_text(x + slot / 2, height - bottom + 18, row["group"], "middle"))
    parts += [_text(width - right + 6, y(value, k) + 4, f"{value:.2f}", "start", SECOND) for value in _ticks(k)]
    parts.append(f'<polyline points="{_points(points)}" fill="none" stroke="{SECOND}" stroke-width="2"/>')
    parts += [f'<circle cx="{x:.1f}" cy="{at:.1f}" r="2.5" fill="{SECOND}"/>' for x, at in points]
    parts.append(_text(left, height - 6, "new users (bars)", "start", "#9a6b1f"))
    parts.append(_text(width - right, height - 6, "K of mature months (line)", "end", SECOND))
    return "".join([*parts, "</svg>"])


def interval(value: float, low: float | None, high: float | None, most: float, parts: Sequence[tuple[float, str]]) -> str:
    """One score on a common scale: its parts as a bar, its interval as a whisker."""
    width, height = 260, 20
    scale = (width - 8) / max(most, 1e-9)
    drawn = [_open(width, height, f"{value:.1f}")]
    at = 4.0
    for size, colour in parts:
        drawn.append(f'<rect x="{at:.1f}" y="5" width="{max(0.0, size * scale):.1f}" height="10" fill="{colour}"/>')
        at += size * scale
    if low is not None and high is not None:
        one, other = 4 + low * scale, 4 + high * scale
        drawn.append(f'<path d="M{one:.1f} 10H{other:.1f}M{one:.1f} 6V14M{other:.1f} 6V14" stroke="{INK}" fill="none"/>')
    return "".join([*drawn, "</svg>"])


def _open(width: float, height: float, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'{_FONT} font-size="12"><title>{escape(title)}</title>'
    )


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#57534e") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _ticks(top: float) -> list[float]:
    """Four or so round numbers up to a top."""
    rough = top / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * size for size in (1, 2, 2.5, 5, 10) if power * size >= rough)
    return [step * place for place in range(int(top / step) + 1)]
