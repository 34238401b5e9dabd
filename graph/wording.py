"""Says explanations in words, and draws them as text (Mermaid) and as a picture (SVG). Pure; masks only, no values."""

from html import escape
from typing import Final

from graph import instants
from graph.explanations import Explanation, Hop, Named

_WHY: Final = {
    "same": "Both are the same identifier.",
    "path": "They are one person.",
    "unknown": "One of them is not on record at that time.",
    "attribute": "One of them is an attribute: it belongs to nobody's identifiers and joins nothing.",
    "mass_value": "A value that many unrelated people gave stands between them: it belongs to nobody.",
    "shared": "A device that several people use stands between them: it belongs to nobody.",
    "refused": "A link between them was refused.",
    "past": "They were on one device, which belongs to somebody else by now.",
    "expired": "What linked them has expired.",
    "withdrawn": "The consent that carried the link was withdrawn.",
    "unbacked": "No consent and no legal basis carries the link for this purpose.",
    "closed": "The link between them was closed.",
    "weak": "The evidence for the link weighs too little.",
    "nothing": "No evidence leads from one to the other.",
}
_REASONS: Final = {
    "unique": "it would give one person two values of a namespace of which a person has one",
    "limit": "it would give one person more values of a namespace than the policy allows",
    "never_link": "a decision keeps them apart",
    "attribute": "two values of an attribute contradict each other",
    "max_size": "the part has its greatest size",
    "other_owner": "the device belongs to somebody else",
}
_WIDTH, _STEP, _BOX = 560, 92, 44


def words(found: Explanation) -> list[str]:
    """The explanation in sentences, the answer first."""
    names = _names(found)
    said = [_WHY.get(found.why, found.why)]
    if found.distance:
        way = "shortest path" if found.together else "way that comes nearest"
        said.append(f"The {way} has {_count(found.distance, 'link')}.")
    said += [_hop(hop, names) for hop in found.hops]
    said += [f"It was decided that {names.get(a, a)} and {names.get(b, b)} are never one person." for a, b in found.never]
    return said + [f"Under the purpose {purpose} they are one today." for purpose in found.elsewhere]


def _hop(hop: Hop, names: dict[str, str]) -> str:
    ends = f"{names.get(hop.a, hop.a)} – {names.get(hop.b, hop.b)}"
    how = {"sightings": f"seen together {hop.count}×", "session": "seen in one session on a device", "decision": "decided"}
    said = f"{ends}: {hop.verdict}"
    if hop.reason:
        said += f", since {_REASONS.get(hop.reason, hop.reason)}"
    if hop.clash:
        said += f" ({' and '.join(names.get(own, own) for own in hop.clash)})"
    said += f"; {how[hop.made_by]}"
    if hop.last_seen:
        said += f", {_day(hop.first_seen)}" + (f" to {_day(hop.last_seen)}" if hop.last_seen != hop.first_seen else "")
    if hop.sources:
        said += f", by {', '.join(hop.sources)}"
    backed = [_backing(b.consent_id, b.notice, b.basis) for b in hop.backings]
    said += f"; rests on {', '.join(backed)}" if backed else "; rests on no consent"
    if hop.bridge:
        said += f". Without it {_count(len(hop.cut_off), 'identifier')} would fall away"
    return said + "."


def _backing(consent: str | None, notice: str | None, basis: str | None) -> str:
    if consent is None:
        return f"the basis {basis}" if basis else "a consent that was never given"
    return f"consent {consent}" + (f" (notice {notice})" if notice else "")


def mermaid(found: Explanation) -> str:
    """A flowchart of the path; bridges are thick, links that don't hold are dotted."""
    lines = ["flowchart LR"]
    numbers = {named.own_id: f"n{number}" for number, named in enumerate(found.identifiers)}
    lines += [f'  {numbers[named.own_id]}["{escape(label(named))}"]' for named in _on_path(found)]
    for hop in found.hops:
        line = "===" if hop.bridge else "---" if hop.verdict == "accepted" else "-.-"
        lines.append(f'  {numbers[hop.a]} {line}|"{hop.verdict} {hop.count}x"| {numbers[hop.b]}')
    return "\n".join(lines) + "\n"


def svg(found: Explanation) -> str:
    """The path from top to bottom as a picture; bridges are thick, links that don't hold are dashed."""
    path = _on_path(found)
    height = _STEP * max(1, len(path))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        'font-family="sans-serif" font-size="14">'
    ]
    for number, hop in enumerate(found.hops):
        top = number * _STEP + _BOX + 8
        dash = "" if hop.verdict == "accepted" else ' stroke-dasharray="5 4"'
        width = 5 if hop.bridge else 2
        parts.append(
            f'<line x1="130" y1="{top}" x2="130" y2="{top + _STEP - _BOX}" stroke="#334" stroke-width="{width}"{dash}/>'
            f'<text x="150" y="{top + 28}">{escape(_short(hop))}</text>'
        )
    for number, named in enumerate(path):
        top = number * _STEP + 8
        parts.append(
            f'<rect x="10" y="{top}" width="240" height="{_BOX}" rx="8" fill="#eef" stroke="#334"/>'
            f'<text x="130" y="{top + 27}" text-anchor="middle">{escape(label(named))}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _short(hop: Hop) -> str:
    said = f"{hop.verdict}{f' ({hop.reason})' if hop.reason else ''}, {hop.count}×"
    if hop.last_seen:
        said += f", last {_day(hop.last_seen)}"
    return said + (", a bridge" if hop.bridge else "")


def label(named: Named) -> str:
    """Namespace, scope and mask."""
    return f"{named.namespace}{'@' + named.scope if named.scope else ''}:{named.mask}"


def _on_path(found: Explanation) -> list[Named]:
    if found.hops:
        return list(found.identifiers[: len(found.hops) + 1])
    return list(dict.fromkeys(named for named in (found.start, found.end) if named is not None))


def _names(found: Explanation) -> dict[str, str]:
    return {named.own_id: label(named) for named in found.identifiers}


def _day(instant: int) -> str:
    return instants.text(instant)[:10]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
