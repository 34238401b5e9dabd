"""Scoring again what was touched equals scoring everybody, after merges, splits, withdrawals, refunds and the rest."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import strategies as st

from algorithms import traces
from algorithms.jobs import score
from algorithms.scoring import Scored, calibration_of, score_network
from graph.events import Event
from graph.instants import HOUR, text
from graph.policy import from_mapping
from graph.service import Service
from tests.graph.laws import Begin, law
from tests.graph.worlds import START

POLICY = from_mapping(
    {
        "namespaces": {
            "m": {"rank": 1, "unique": True},
            "p": {"rank": 2, "max_holders": 3, "max_age": 90},
            "c": {"kind": "device", "rank": 5},
        },
        "shared_after": 3,
        "purposes": {"growth": ["contract"]},
    }
)
BASIS = {"basis": "contract"}
PEOPLE = [f"m:{number}" for number in range(12)] + [f"p:{number}" for number in range(6)]

names = st.sampled_from(PEOPLE)
devices = st.sampled_from(["c:1", "c:2", "c:3"])
backed = st.sampled_from([BASIS, BASIS, {"consent": "K1"}, {"consent": "K2"}])


def moments(first: int, last: int) -> st.SearchStrategy[dict[str, Any]]:
    """The time of an event, in hours since the start."""
    return st.integers(first, last).map(lambda hour: {"at": text(START + hour * HOUR)})


def joined(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """One event of several parts."""
    return st.tuples(*parts).map(lambda some: {key: value for part in some for key, value in part.items()})


def an(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An event with these fields."""
    return st.fixed_dictionaries(dict(fields))


def happenings(first: int, last: int) -> st.SearchStrategy[dict[str, Any]]:
    """What may happen to people who refer each other."""
    when = moments(first, last)
    pair = st.tuples(names, names).filter(lambda two: two[0] != two[1]).map(list)
    told = an(
        refer=pair,
        campaign=st.sampled_from(["a", "b", None]),
        channel=st.sampled_from(["x", None]),
        code=st.sampled_from(["C1", None]),
        status=st.sampled_from(["accepted", "accepted", "accepted", "pending", "refunded"]),
        value=st.sampled_from([None, 1.5, 3.0]),
    ).map(lambda event: {key: value for key, value in event.items() if value is not None})
    seen = st.lists(st.one_of(names, names, devices), min_size=1, max_size=3, unique=True).map(lambda some: {"see": some})
    return st.one_of(
        joined(when, told),
        joined(when, told),
        joined(when, told),
        joined(when, seen, backed),
        joined(when, seen, backed),
        joined(
            when,
            an(order=st.sampled_from(["o1", "o2"]), subject=names, amount=st.sampled_from([5.0, 7.0]), currency=st.just("CNY")),
        ),
        joined(when, an(opt_out=names)),
        joined(when, an(recruit=names, programme=st.just("koc"))),
        joined(when, an(close=st.tuples(names, names).map(list))),
        joined(when, an(never_link=st.tuples(names, names).map(list)), st.just(BASIS)),
        joined(when, an(consent=st.sampled_from(["K1", "K2"]), purposes=st.just(["growth"]))),
        joined(when, an(withdraw=st.sampled_from(["K1", "K2"]))),
        joined(when, an(erase=names)),
    )


async def tell(service: Service, events: list[dict[str, Any]]) -> None:
    await service.record([Event.model_validate(event) for event in events])


async def same_as_from_nothing(service: Service) -> None:
    """What is kept is what scoring everybody finds now, with the calibration of the day."""
    network = await service.fission.network()
    async with service.store.reading() as reading:
        scoring = await reading.scoring("growth")
        assert scoring is not None
        trace = traces.read(await reading.trace(scoring.job))
        everybody = np.sort(await reading.everybody())
        scores, links = await reading.scored(scoring.job, everybody), await reading.inviters(scoring.job, everybody)
    assert trace is not None
    told = (await service.fission.summary()).figures
    found = score_network(network, lambda *_: None, calibration=calibration_of(told))
    assert scores.person.tolist() == found.persons.tolist()
    np.testing.assert_allclose(scores.figures, found.figures, rtol=1e-9, atol=1e-12)
    assert links.rows() == sorted(found.links.rows(), key=lambda row: row[1])
    same_trace(trace, found.trace)
    same_summary(told, found)


def same_trace(held: traces.Trace, found: traces.Trace) -> None:
    assert held.stamp == found.stamp
    for name in ("of", "became", "persons"):
        assert getattr(held, name).tolist() == getattr(found, name).tolist(), name
    assert sorted(zip(held.case_kind, held.suspect, strict=True)) == sorted(zip(found.case_kind, found.suspect, strict=True))


def same_summary(told: Mapping[str, Any], found: Scored) -> None:
    fresh = found.summary
    for name in ("persons", "referrals", "links", "orders", "opted_out", "set_apart", "roles", "beyond_dunbar", "recruited"):
        assert told[name] == jsoned(fresh[name]), name
    assert told["fraud"]["counts"] == fresh["fraud"]["counts"]
    assert told["fraud"]["cases"] == jsoned(fresh["fraud"]["cases"])
    assert told["mass"] == pytest.approx(fresh["mass"], rel=1e-9)
    assert [(one["trees"], one["persons"]) for one in told["patterns"]] == [
        (one["trees"], one["persons"]) for one in fresh["patterns"]
    ]
    assert sorted(one["root"] for one in told["trees"]) == sorted(one["root"] for one in fresh["trees"])
    for name, groups in fresh["figures"].items():
        assert [plain(one) for one in told["figures"][name]] == [plain(one) for one in groups], name


def jsoned(value: Any) -> Any:
    """As it comes out of the store."""
    return orjson.loads(orjson.dumps(value))


def plain(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The figures that a part can tell."""
    return {
        name: pytest.approx(value) if isinstance(value, float) else value
        for name, value in figures.items()
        if not name.startswith("cycle")
    }


@law(
    st.lists(happenings(-100 * 24, 0), min_size=4, max_size=30),
    st.lists(st.lists(happenings(-100 * 24, 3), min_size=1, max_size=4), min_size=1, max_size=2),
    examples=25,
    on_server=4,
)
async def test_what_was_touched_is_scored_as_everybody_would_be(
    begin: Begin, before: list[dict[str, Any]], after: list[list[dict[str, Any]]]
) -> None:
    async with begin(POLICY) as made:
        service, now = made.service, made.now
        now[0] = START + HOUR
        await tell(service, before)
        await score(service)
        await same_as_from_nothing(service)
        for events in after:
            now[0] += 2 * HOUR
            await tell(service, events)
            await score(service)
            await same_as_from_nothing(service)
