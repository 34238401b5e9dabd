"""What is told of referrals, orders and people in programmes, and the network that it makes."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from graph.events import Event
from graph.instants import DAY, LATEST
from graph.network import Network
from graph.policy import from_mapping
from graph.service import Service
from graph.statements import STATUSES
from graph.stores.columns import StoredMark
from tests.graph.stage import SECRET, stage
from tests.graph.worlds import START

pytestmark = pytest.mark.anyio

OPEN = from_mapping(
    {"require_consent": False, "namespaces": {"phone": {"rank": 1}, "openid": {"rank": 2}, "ck": {"kind": "device"}}}
)
CAREFUL = from_mapping(
    {"namespaces": {"phone": {"rank": 1}, "openid": {"rank": 2}}, "purposes": {"ads": ["contract"], "care": []}}
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def day(number: float) -> str:
    from graph import instants

    return instants.text(START - 100 * DAY + int(number * DAY))


async def tell(service: Service, *events: dict[str, Any]) -> list[str]:
    receipt = await service.record([Event.model_validate(event) for event in events])
    return [outcome.status if outcome.code is None else outcome.code for outcome in receipt.outcomes]


def refer(at: float, one: str, other: str, **more: Any) -> dict[str, Any]:
    return {"at": day(at), "refer": [one, other], **more}


def statuses(network: Network) -> list[str]:
    return [STATUSES[status] for status in network.referrals.status.tolist()]


def at(number: float) -> int:
    return START - 100 * DAY + int(number * DAY)


async def test_a_referral_told_again_has_another_status_from_then_on() -> None:
    async with stage(OPEN) as scene:
        first = refer(1, "phone:1", "phone:2", status="pending", event_id="E1", value=5)
        assert await tell(scene.service, first) == ["recorded"]
        assert await tell(scene.service, refer(3, "phone:1", "phone:2", event_id="E1")) == ["recorded"]
        assert await tell(scene.service, refer(9, "phone:1", "phone:2", status="refunded", event_id="E1", value=2)) == [
            "recorded"
        ]
        assert await tell(scene.service, first) == ["duplicate"]
        for when, status, value in ((1, "pending", 5.0), (4, "accepted", 5.0), (10, "refunded", 2.0)):
            network = await scene.service.fission.network(as_of=at(when))
            assert (statuses(network), network.referrals.value.tolist()) == ([status], [value])
            assert network.referrals.at.tolist() == [at(1)]
        assert network.referrals.since.tolist() == [at(9)]
        assert (await scene.service.stats()).referrals == 1
        assert len(await scene.service.fission.network(as_of=at(0))) == 0


async def test_the_same_two_with_the_same_code_are_the_same_referral() -> None:
    async with stage(OPEN) as scene:
        await tell(
            scene.service,
            refer(1, "phone:1", "phone:2", status="pending", code="ANN", event_id="E1"),
            refer(2, "phone:1", "phone:2", code="ANN", event_id="E2"),
            refer(2, "phone:1", "phone:3", code="ANN", event_id="E3"),
            refer(3, "phone:1", "phone:2", event_id="E4"),
        )
        network = await scene.service.fission.network()
        assert statuses(network) == ["accepted", "accepted", "accepted"]
        assert network.referrals.since.tolist() == [at(2), at(2), at(3)]


async def test_an_event_id_of_other_people_is_refused() -> None:
    async with stage(OPEN) as scene:
        await tell(scene.service, refer(1, "phone:1", "phone:2", event_id="E1"))
        assert await tell(scene.service, refer(2, "phone:1", "phone:3", event_id="E1")) == ["contradiction"]
        assert await tell(scene.service, refer(2, "phone:1", "phone:3", event_id="E1", source="other")) == ["recorded"]


async def test_the_order_of_telling_does_not_change_what_holds_when() -> None:
    told = [
        refer(1, "phone:1", "phone:2", status="pending", event_id="E1"),
        refer(4, "phone:1", "phone:2", status="accepted", event_id="E1"),
        refer(4, "phone:1", "phone:2", status="refunded", event_id="E1"),
        refer(5, "phone:1", "phone:2", status="accepted", event_id="E1"),
    ]
    found: set[str] = set()
    for order in itertools.permutations(told):
        async with stage(OPEN) as scene:
            for event in order:
                await tell(scene.service, event)
            found.add(json.dumps([statuses(await scene.service.fission.network(as_of=at(when))) for when in (0, 2, 4, 6)]))
    assert found == {'[[], ["pending"], ["refunded"], ["accepted"]]'}


async def test_orders_are_told_with_refunds_of_their_own_time() -> None:
    async with stage(OPEN) as scene:
        order = {"at": day(1), "order": "A1", "subject": "phone:1", "amount": 100, "currency": "CNY", "campaign": "spring"}
        assert (
            await tell(scene.service, order, {**order, "order": "A2", "refunded": 30, "refunded_at": day(5)}) == ["recorded"] * 2
        )
        assert await tell(scene.service, order) == ["duplicate"]
        assert await tell(scene.service, {**order, "subject": "phone:2"}) == ["contradiction"]
        assert await tell(scene.service, {"at": day(3), "order": "A1", "subject": "phone:1", "refunded": 10}) == ["recorded"]
        early, late = await scene.service.fission.network(as_of=at(2)), await scene.service.fission.network()
        assert early.orders.amount.tolist() == [100.0, 100.0]
        assert late.orders.amount.tolist() == [90.0, 70.0]
        assert late.orders.refunded.tolist() == [10.0, 30.0]
        assert [late.words[handle] for handle in late.orders.campaign.tolist()] == ["spring", "spring"]
        assert (await scene.service.lookup([["phone:1"]]))[0].status == "resolved"


@pytest.mark.parametrize(
    "event",
    [
        {"order": "A1", "amount": 1},
        {"order": "A1", "subject": "phone:1"},
        {"order": "A1", "subject": "phone:1", "amount": -1},
        {"recruit": "phone:1"},
        {"opt_out": "phone:1", "programme": "koc"},
        {"opt_out": "phone:1", "opt_in": "phone:1"},
    ],
)
def test_what_is_told_of_an_order_or_a_person_has_its_form(event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"order|programme|exactly one|greater than"):
        Event.model_validate(event)


async def test_marks_hold_from_their_time_to_their_end_for_the_whole_person() -> None:
    async with stage(OPEN) as scene:
        await tell(
            scene.service,
            {"at": day(1), "see": ["phone:1", "openid:1"]},
            {"at": day(2), "recruit": "openid:1", "programme": "koc", "expires": day(9)},
            {"at": day(3), "opt_out": "phone:1"},
            {"at": day(5), "opt_in": "phone:1"},
        )
        for when, programmes, out in (
            (2, {0: ("koc",)}, False),
            (4, {0: ("koc",)}, True),
            (6, {0: ("koc",)}, False),
            (9, {}, False),
        ):
            network = await scene.service.fission.network(as_of=at(when))
            assert (dict(network.recruited), network.opted_out.any()) == (programmes, out), when


async def test_marks_can_be_read_with_their_people() -> None:
    async with stage(OPEN) as scene:
        await tell(
            scene.service,
            {"at": day(1), "see": ["phone:1"]},
            {"at": day(2), "opt_out": "phone:1"},
            {"at": day(2), "opt_out": "ck:1"},
        )
        [known] = await scene.service.handles(["phone:1"])
        [other] = await scene.service.handles(["ck:1"])
        async with scene.service.store.reading() as reading:
            assert await reading.marks("default", LATEST) == [
                StoredMark("opted_out", "", known, known, at(2), None),
                StoredMark("opted_out", "", other, 0, at(2), None),
            ]


async def test_a_referral_counts_only_where_both_ends_may_be_used_for_the_purpose() -> None:
    async with stage(CAREFUL) as scene:
        await tell(
            scene.service,
            {"at": day(1), "see": ["phone:1"], "basis": "contract"},
            {"at": day(1), "see": ["phone:2"], "basis": "contract"},
            {"at": day(1), "see": ["phone:3", "openid:3"], "consent": "K3"},
            {"at": day(1), "consent": "K3", "purposes": ["ads"]},
            refer(2, "phone:1", "phone:2", event_id="of contracts"),
            refer(3, "phone:1", "openid:3", event_id="of a consent"),
            refer(4, "phone:1", "phone:4", event_id="of nothing"),
        )
        assert (await scene.service.fission.network("ads")).referrals.counted.tolist() == [True, True, False]
        assert (await scene.service.fission.network("care")).referrals.counted.tolist() == [False, False, False]
        await tell(scene.service, {"at": day(5), "withdraw": "K3"})
        assert (await scene.service.fission.network("ads")).referrals.counted.tolist() == [True, False, False]
        await tell(scene.service, {"at": day(6), "opt_out": "phone:1"})
        assert (await scene.service.fission.network("ads")).referrals.counted.tolist() == [False, False, False]


async def test_first_seen_is_of_the_whole_person_and_not_by_being_referred() -> None:
    async with stage(OPEN) as scene:
        await tell(
            scene.service,
            refer(1, "phone:1", "openid:2"),
            {"at": day(3), "see": ["phone:2", "openid:2"]},
            {"at": day(0), "see": ["ck:2", "phone:2"]},
            refer(4, "phone:1", "phone:5"),
        )
        network = await scene.service.fission.network()
        rows = network.referrals
        assert network.first_seen[rows.referrer].tolist() == [at(1), at(1)]
        assert network.first_seen[rows.referee].tolist() == [at(0), LATEST]


async def test_people_who_turn_out_to_be_one_are_one_in_the_network() -> None:
    async with stage(OPEN) as scene:
        await tell(scene.service, refer(1, "phone:1", "openid:2"), refer(2, "phone:1", "openid:3"))
        before = await scene.service.fission.network()
        assert len(before) == 3
        await tell(scene.service, {"at": day(3), "see": ["openid:2", "openid:3"]})
        after = await scene.service.fission.network()
        assert len(after) == 2
        assert after.referrals.referee[0] == after.referrals.referee[1]
        assert after.cursor == before.cursor + 1


async def test_referrals_survive_closing_the_store(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    for _ in range(2):
        service = await Service.open(url, OPEN, secret=SECRET, clock=lambda: START)
        told = await tell(service, refer(1, "phone:1", "phone:2", campaign="spring", channel="moments", code="C1", value=1.5))
        network = await service.fission.network()
        rows = network.referrals
        await service.close()
        assert [network.words[int(handle[0])] for handle in (rows.campaign, rows.channel)] == ["spring", "moments"]
        assert (rows.value.tolist(), rows.code.tolist() != [0]) == ([1.5], True)
    assert told == ["duplicate"]
