"""Reports: counts of what there is to answer for, on every store."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.bridges import bridges
from graph.compliance import delays
from graph.events import Event
from graph.instants import DAY, HOUR, SECOND
from graph.policy import from_mapping
from tests.graph.laws import STORES
from tests.graph.stage import stage
from tests.graph.worlds import START

POLICY = from_mapping(
    {
        "require_consent": True,
        "purposes": {"service": ["contract"], "marketing": []},
        "namespaces": {"m": {"unique": True}, "p": {"rank": 2}},
    }
)


def consent(name: str, notice: str, at: int = START, expires: int | None = None) -> Event:
    both = ("service", "marketing")
    return Event(consent=name, purposes=both, subject=f"p:{name}", notice=notice, at=at, expires=expires)


@given(st.lists(st.integers(0, 1_000), min_size=1))
def test_a_share_of_withdrawals_was_worked_in_by_then(taken: list[int]) -> None:
    found = delays(taken)
    assert found.p50 is not None
    assert found.p95 is not None
    assert sum(one <= found.p50 for one in taken) >= len(taken) / 2
    assert sum(one <= found.p95 for one in taken) >= len(taken) * 0.95
    assert (found.count, found.longest) == (len(taken), max(taken))
    assert {found.p50, found.p95} <= set(taken)


@pytest.mark.parametrize("store", STORES)
def test_the_compliance_report_counts_what_there_is_to_answer_for(store: str, request: pytest.FixtureRequest) -> None:
    neo4j_url = request.getfixturevalue("neo4j_url") if store == "neo4j" else None

    async def play() -> None:
        async with stage(POLICY, neo4j_url) as scene:
            service, now = scene.service, scene.now
            empty = await service.reports.compliance()
            assert (empty.consents, empty.withdrawals, empty.receipts) == ((), delays([]), {})
            grants = [consent("a", "v1"), consent("b", "v1", expires=START + HOUR), consent("c", "v1")]
            seen = [Event(see=(f"m:{n}", f"p:{n}"), at=START, consent=n) for n in "abc"]
            await service.record([*grants, *seen])
            now[0] = START + DAY
            again = [consent("c", "v2", at=START + HOUR), consent("d", "v2", at=START + DAY)]
            await service.record([*again, Event(withdraw="a", at=START + DAY - 8 * SECOND)])
            await service.record([Event(never_link=("m:a", "p:a"), at=START + DAY), Event(close="p:c", at=START + DAY)])
            await service.record([Event(erase="p:b", at=START + DAY)])
            found = await service.reports.compliance()
            standing = {(one.purpose, one.notice): (one.live, one.expired, one.withdrawn) for one in found.consents}
            assert standing == {(p, v): n for p in ("service", "marketing") for v, n in (("v1", (0, 1, 1)), ("v2", (2, 0, 0)))}
            assert (found.withdrawals.count, (found.withdrawals.p50 or 0) // SECOND) == (1, 8)
            assert (found.tombstones, found.decisions) == (1, {"close": 1, "never_link": 1})
            assert found.receipts == {"close": 1, "erasure": 1, "never_link": 1, "withdrawal": 1}
            assert found.audit.whole
            early = await service.reports.compliance(until=START + HOUR)
            assert (early.withdrawals.count, early.tombstones, early.decisions, early.receipts) == (0, 0, {}, {})
            assert early.consents == found.consents

    asyncio.run(play())


def apart(links: set[tuple[int, int]], nodes: set[int]) -> int:
    """Into how many pieces links leave nodes."""
    home = {node: {node} for node in nodes}
    for a, b in links:
        if home[a] is not home[b]:
            home[a] |= home[b]
            home.update((node, home[a]) for node in home[b])
    return len({id(piece) for piece in home.values()})


@given(st.sets(st.tuples(st.integers(1, 9), st.integers(1, 9)).filter(lambda pair: pair[0] < pair[1])))
def test_a_bridge_is_a_link_whose_loss_splits(links: set[tuple[int, int]]) -> None:
    nodes = {end for pair in links for end in pair}
    whole = apart(links, nodes)
    assert set(bridges(sorted(links), nodes)) == {pair for pair in links if apart(links - {pair}, nodes) > whole}


def test_a_device_holds_no_persons_together() -> None:
    assert bridges([(1, 2), (1, 9), (2, 9)], [1, 2]) == [(1, 2)]
    assert bridges([(1, 2), (1, 9), (8, 9)], [1, 2]) == [(1, 2), (1, 9), (8, 9)]


@pytest.mark.parametrize("store", STORES)
def test_the_health_report_tells_where_a_wrong_merge_may_hide(store: str, request: pytest.FixtureRequest) -> None:
    neo4j_url = request.getfixturevalue("neo4j_url") if store == "neo4j" else None
    spaces = {"m": {"rank": 1, "unique": True}, "p": {"rank": 2, "max_holders": 2}, "c": {"rank": 9, "kind": "device"}}
    policy = from_mapping({"require_consent": True, "purposes": {"service": ["contract"]}, "namespaces": spaces})

    async def play() -> None:
        async with stage(policy, neo4j_url) as scene:
            service = scene.service

            def seen(*names: str, source: str = "shop", basis: str | None = "contract") -> Event:
                return Event(see=names, at=START, source=source, basis=basis)

            await service.record(
                [
                    *(seen("m:1", one) for one in ("p:1", "p:2", "c:1")),
                    *(seen(f"m:{n}", "p:9") for n in (4, 5, 6)),
                    seen("p:1", "p:2"),
                    seen("m:2", "p:3"),
                    seen("m:3", "p:3", source="till"),
                    seen("m:7", "c:2", basis=None),
                ]
            )
            found = await service.reports.health(limit=2)
            (largest, second) = found.largest
            assert (largest.size, largest.persons, largest.links, largest.bridges) == (4, 3, 4, 1)
            assert largest.namespaces == {"c": 1, "m": 1, "p": 2}
            assert (second.size, second.bridges) == (2, 1)
            assert largest.root_id == (await service.lookup([["m:1"]]))[0].root_id
            assert (found.mass_values, found.shared_devices) == ({"p": 1}, {})
            assert [(one.what, one.linked) for one in found.most_linked] == [("mass_value", 3)]
            assert {(one.namespace, one.unbacked, one.looked_at) for one in found.without_consent} == {("c", 1, 2), ("m", 1, 7)}
            assert [(one.refused, one.sightings) for one in found.sources] == [(1, 1)]
            name, total, (proposal,) = await service.conflicts.proposed()
            assert (name, total, proposal.what, proposal.linked) == ("service", 1, "mass_value", 3)
            assert "max_holders" in proposal.advice

    asyncio.run(play())
