"""Puts the report together from the last scoring. Must not compute a figure; shows masks only."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

import jinja2

from algorithms.trees import picture_of
from cli.report import charts
from graph import instants
from graph.growth import NOBODY, Person, Referrer, Summary
from graph.service import Service

LISTED: Final = 12
TREE_SIZE: Final = 260
CHANGES: Final = 8

_MEANINGS: Final = {
    "no_consent": ("no consent 未获同意", "an end may not be used for the purpose, or opted out"),
    "self_referral": ("self-referral 自荐", "both ends are one person, often with a second account"),
    "pending": ("pending 待定", "not accepted yet"),
    "rejected": ("rejected 拒绝", "was not accepted"),
    "refunded": ("refunded 退款", "was accepted and taken back"),
    "mutual": ("mutual 互荐", "the two are said to have brought each other"),
    "ring": ("ring 环状互荐", "three or more who brought each other in a circle"),
    "referrer_newer": ("referrer newer", "the referrer was first seen after the referral"),
    "known_before": ("known before 早已相识", "the person had been seen, or had referred somebody, before"),
    "farmed": ("farmed 养号", "several accounts of one invitee"),
    "repeated": ("repeated 重复", "the same two again"),
    "closes_ring": ("closes a ring 闭环", "the referrer is below the person already"),
}
_KINDS: Final = {
    "self_referral": ("own second account", "second accounts"),
    "mutual": ("each other", "persons"),
    "ring": ("ring", "persons"),
    "farm": ("many invitees on one device or means of payment", "invitees on it"),
    "burst": ("burst", "referrals in a row"),
    "scripted_chain": ("scripted chain", "seconds from the first to the last"),
    "refunds": ("refunds", "share refunded"),
}
_TITLES: Final = {"will_refer": "Will refer", "network_under": "Network under"}


async def build(service: Service, purpose: str | None) -> str:
    """The page. Raises NotScoredError where there is nothing to report."""
    held = await service.fission.summary(purpose)
    people, named = await service.fission.people(held.purpose)
    told = held.figures
    lists = [
        _list(metric, (await service.fission.top(held.purpose, metric=metric, limit=LISTED)).referrers, told["gates"].get(metric))
        for metric in ("will_refer", "network_under")
    ]
    trees = [await _tree(service, held, tree, people) for tree in told["trees"]]
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters.update({"count": _count, "percent": _percent, "two": _two, "one": _one, "days": _days})
    template = environment.from_string(files("cli.report").joinpath("page.html.j2").read_text("utf-8"))
    everything = told["figures"]["all"][0]
    return template.render(
        purpose=held.purpose,
        scored_at=instants.text(held.scored_at),
        all=everything,
        headline=_headline(everything),
        whole_as_of=instants.text(told["whole_as_of"]),
        changes=[{"at": instants.text(one["as_of"]), "text": one["difference"]} for one in told["history"][:CHANGES]],
        campaigns=told["figures"]["campaigns"],
        channels=told["figures"]["channels"],
        months_chart=charts.months(told["figures"]["months"][-24:]),
        curve_chart=charts.curve(everything["cycle"]),
        curve_words=_curve_words(everything["cycle"]),
        lists=lists,
        patterns=told["patterns"],
        shifts=[shift for shift in told["shifts"] if shift["alarmed"]],
        roles=told["roles"],
        beyond_dunbar=told["beyond_dunbar"],
        trees=[tree for tree in trees if tree is not None],
        recruited=[_recruited(row, people) for row in told["recruited"]],
        cases=[_case(case, people, named) for case in told["fraud"]["cases"]],
        case_words=_case_words(told["fraud"]["counts"]),
        referrals=told["referrals"],
        links=told["links"],
        set_apart=[
            {"word": _MEANINGS[reason][0], "number": number, "meaning": _MEANINGS[reason][1]}
            for reason, number in told["set_apart"].items()
        ],
        opted_out=told["opted_out"],
        weights=_weights(told["weights"]),
    )


def name_of(person: Person) -> str:
    """As people see somebody."""
    return "(erased)" if person.mask is None else f"{person.namespace}:{person.mask}"


def _list(metric: str, rows: Sequence[Referrer], gate: Mapping[str, Any] | None) -> dict[str, Any]:
    most = max([1e-9, *(row.figures[f"{metric}_high"] or row.figures[metric] or 0.0 for row in rows)])
    better = gate is not None and gate["verdict"] == "better"
    own = [("recent referrals", charts.MAIN), ("recent deeds", "#e0b06a")]
    return {
        "title": _TITLES[metric],
        "verdict": gate["verdict"] if gate else "experimental",
        "badge": "good" if better else "warn",
        "gate": _gate(gate),
        "key": own if metric == "will_refer" else [("own", charts.MAIN), ("below", charts.SECOND)],
        "rows": [_row(metric, row, most) for row in rows],
    }


def _row(metric: str, row: Referrer, most: float) -> dict[str, Any]:
    figures = {name: value or 0.0 for name, value in row.figures.items()}
    own, trust = figures["will_refer"], figures["trust"]
    if metric == "will_refer":
        parts = [(trust * figures["by_referrals"], charts.MAIN), (trust * figures["by_deeds"], "#e0b06a")]
    else:
        parts = [(own, charts.MAIN), (trust * figures["below"], charts.SECOND)]
    bounds = row.figures[f"{metric}_low"], row.figures[f"{metric}_high"]
    return {
        "name": name_of(row.person),
        "recruited": bool(figures["recruited"]),
        "trust": trust,
        "chart": charts.interval(figures[metric], *bounds, most, parts),
        "value": f"{figures[metric]:,.1f}",
        "direct": figures["direct"],
        "recent": figures["recent"],
    }


def _gate(gate: Mapping[str, Any] | None) -> str:
    if gate is None or gate["score"]["ndcg_100"] is None:
        return "too little is known to compare it with anything"
    low, high = gate["by_persons"]
    score, baseline = gate["score"]["ndcg_100"], gate["baseline"]["ndcg_100"]
    against = f"NDCG {score:.2f} against {baseline:.2f} of the {gate['baseline_name']}"
    return f"on {gate['moments']} past moments: {against} (difference {low:+.2f} to {high:+.2f})"


async def _tree(service: Service, held: Summary, tree: Mapping[str, Any], people: Mapping[int, Person]) -> dict[str, Any] | None:
    person = people.get(tree["root"], NOBODY)
    if person.root_id is None:
        return None
    drawn = await service.fission.tree(person.root_id, held.purpose, size=TREE_SIZE, depth=12)
    return {**tree, "name": name_of(person), "whole": drawn.whole, "picture": picture_of(drawn)}


def _recruited(row: Mapping[str, Any], people: Mapping[int, Person]) -> dict[str, Any]:
    organic = [
        {"names": [name_of(people.get(step, NOBODY)) for step in one["path"]], "share": one["share"]} for one in row["organic"]
    ]
    return {**row, "name": name_of(people.get(row["person"], NOBODY)), "organic": organic}


def _case(case: Mapping[str, Any], people: Mapping[int, Person], named: Mapping[int, Person]) -> dict[str, Any]:
    words, unit = _KINDS[case["kind"]]
    measure = f"{case['measure']:.0%}" if case["kind"] == "refunds" else f"{case['measure']:,.0f}"
    path = [name_of((people if what == "person" else named).get(handle, NOBODY)) for what, handle in case["path"]]
    badge = {"farm": "bad", "family": "good", "none": ""}[case["hint"]]
    hint = {"farm": "farm", "family": "may be a family", "none": "look"}[case["hint"]]
    return {"what": words, "hint": hint, "badge": badge, "rows": case["rows"], "path": path, "measure": f"({measure} {unit})"}


def _case_words(counts: Mapping[str, Mapping[str, int]]) -> str:
    return ", ".join(f"{sum(hints.values()):,} × {_KINDS[kind][0]}" for kind, hints in counts.items()) + "."


def _headline(found: Mapping[str, Any]) -> str:
    if found["k"] is None:
        return "Nobody came long enough ago to tell what newcomers bring."
    five = f"{1 / found['k']:,.0f} newcomers bring one more" if 0 < found["k"] < 1 else f"a newcomer brings {found['k']:.2f} more"
    seeds = f"{found['seeds']:,} people whom nobody brought began all trees"
    return f"Within 30 days {five}. {seeds}; the busiest brought {found['max_new_users']:,}."


def _curve_words(cycle: Mapping[str, Any]) -> str:
    def by(day: float) -> str:
        held = [share for at, share in zip(cycle["days"], cycle["share"], strict=True) if at <= day]
        return _percent(held[-1] if held else 0.0)

    return f"By day 30 {by(30)} of newcomers have brought somebody, by day 90 {by(90)}, by day 365 {by(365)}."


def _weights(weights: Mapping[str, Any]) -> str:
    if not weights["moments"]:
        return "too little is known to fit weights, so a recent referral counts 1 and a recent deed 0.1"
    referral = (
        f"a referral of today stands for {weights['referral']:.2f} more, half of it after {weights['referral_half_life']:.0f}"
    )
    deed = f"a deed of today for {weights['deed']:.3f}, half of it after {weights['deed_half_life']:.0f}"
    return f"{referral} days; {deed} days (fitted to this brand's past)"


def _count(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}" if value < 0.1 else f"{value:.0%}"


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _one(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _days(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} days" if value >= 2 else f"{value * 24:.0f} h"
