"""Strategies: small policies with every rule, and histories over few identifiers, so that they collide all the time."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from graph.events import Event
from graph.instants import DAY, HOUR, parse, text
from graph.policy import Policy, from_mapping

START = parse("2026-01-01T00:00:00Z")
PERSONS, DEVICES = ("m", "p", "e"), ("c", "d")
Step = tuple[int, list[Event]]
"""Hours since the start, and the events recorded then in one call."""


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A policy in which any rule may be on."""
    spaces: dict[str, dict[str, Any]] = {}
    for name in PERSONS:
        spaces[name] = {"rank": draw(st.integers(1, 4)), **draw(caps()), **draw(ages())}
        if draw(st.booleans()) and draw(st.booleans()):
            spaces[name]["max_holders"] = draw(st.integers(1, 3))
    for name in DEVICES:
        spaces[name] = {"rank": draw(st.integers(5, 6)), "kind": "device", **draw(caps()), **draw(ages())}
    spaces["b"] = {"kind": "attribute", "unique": draw(st.booleans())}
    rules: dict[str, Any] = {
        "namespaces": spaces,
        "on_conflict": draw(st.sampled_from(["newest", "oldest"])),
        "shared_after": draw(st.integers(2, 3)),
        "require_consent": draw(st.booleans()),
        "purposes": draw(st.sampled_from([{"default": []}, {"service": ["contract"], "marketing": []}])),
        "min_weight": draw(st.sampled_from([0, 0, 1])),
        "session_window": draw(st.sampled_from([None, None, "6h", "2d"])),
        "max_size": draw(st.sampled_from([None, None, 2, 3, 5])),
    }
    return from_mapping({key: value for key, value in rules.items() if value is not None})


def caps() -> st.SearchStrategy[dict[str, Any]]:
    """No cap, unique, or a limit."""
    return st.sampled_from([{}, {}, {"unique": True}, {"limit": 1}, {"limit": 2}])


def ages() -> st.SearchStrategy[dict[str, Any]]:
    """No age, or a few days."""
    return st.sampled_from([{}, {}, {}, {"max_age": 1}, {"max_age": 4}])


def names() -> st.SearchStrategy[str]:
    """Three values of each namespace, now and then in another scope."""
    scopes = st.sampled_from(["", "", "", "", "@x"])
    spaces = st.sampled_from([*PERSONS, *DEVICES, "b"])
    return st.builds(lambda space, scope, value: f"{space}{scope}:{value}", spaces, scopes, st.integers(1, 3))


@st.composite
def events(draw: st.DrawFn, policy: Policy, hour: int, *, only_sightings: bool = False, erasures: bool = False) -> Event:
    """One event at or (late) before an hour."""
    at = hour if draw(st.booleans()) else max(0, hour - draw(st.integers(0, 144)))
    moment = text(START + at * HOUR)
    consent = draw(st.sampled_from([None, None, "K1", "K2"]))
    basis = draw(st.sampled_from([None, None, "contract"]))
    backing = {key: value for key, value in (("consent", consent), ("basis", basis)) if value}
    pair = st.tuples(names(), names())
    kinds = ["see"] * 7 + ["consent", "withdraw", "close", "rule", "refer"] + ["erase"] * erasures
    kind = "see" if only_sightings else draw(st.sampled_from(kinds))
    event: dict[str, Any] = {"at": moment}
    if kind == "see":
        event |= {"see": draw(st.lists(names(), min_size=1, max_size=4)), **backing}
        event |= draw(
            st.sampled_from([{}, {}, {"session": "s1"}, {"source": "A"}, {"weight": 0.5}, {"session": "s1", "source": "B"}])
        )
    elif kind == "consent":
        purposes = draw(st.lists(st.sampled_from(list(policy.purposes)), min_size=1, unique=True))
        event |= {"consent": draw(st.sampled_from(["K1", "K2"])), "purposes": purposes}
        if draw(st.booleans()):
            event["expires"] = text(START + at * HOUR + draw(st.integers(1, 8)) * DAY)
        if draw(st.booleans()):
            event["subject"] = draw(names())
    elif kind == "withdraw":
        by_subject = {"subject": draw(names()), "purpose": draw(st.sampled_from(list(policy.purposes)))}
        event["withdraw"] = draw(st.sampled_from(["K1", "K2", by_subject]))
    elif kind == "close":
        event["close"] = draw(st.one_of(names(), pair))
        event |= draw(st.sampled_from([{}, {}, {"source": "A"}]))
    elif kind == "rule":
        event |= {draw(st.sampled_from(["never_link", "same_person", "reverse"])): draw(pair), **backing}
    elif kind == "erase":
        event[draw(st.sampled_from(["erase", "erase", "erase_person"]))] = draw(names())
    else:
        event["refer"] = draw(pair)
    return Event.model_validate(event)


@st.composite
def histories(draw: st.DrawFn, policy: Policy, *, only_sightings: bool = False, erasures: bool = False) -> list[Step]:
    """Steps in time, each of one to four events recorded in one call."""
    hour = 0
    steps: list[Step] = []
    for _ in range(draw(st.integers(1, 12))):
        hour += draw(st.sampled_from([0, 1, 3, 12, 24, 48]))
        size = draw(st.sampled_from([1, 1, 1, 2, 4]))
        steps.append((hour, [draw(events(policy, hour, only_sightings=only_sightings, erasures=erasures)) for _ in range(size)]))
    return steps


def worlds(*, only_sightings: bool = False, erasures: bool = False) -> st.SearchStrategy[tuple[Policy, list[Step]]]:
    """A policy and a history under it; with or without erasures, which change what was."""
    return policies().flatmap(
        lambda policy: st.tuples(st.just(policy), histories(policy, only_sightings=only_sightings, erasures=erasures))
    )


def all_events(steps: Sequence[Step]) -> list[Event]:
    """The events of all steps."""
    return [event for _, recorded in steps for event in recorded]
