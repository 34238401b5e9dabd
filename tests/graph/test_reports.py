"""Reports: counts of what there is to answer for, on every store."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
