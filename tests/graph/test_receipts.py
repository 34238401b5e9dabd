"""Receipts: what they say, and that they hold without the database."""

from collections.abc import AsyncGenerator
from typing import Any

import orjson
import pytest

from graph.errors import InvalidReceiptError, UnknownReceiptError
from graph.events import Event
from graph.policy import from_mapping
from graph.receipts import verified
from graph.service import Service
from tests.graph.laws import STORES
from tests.graph.stage import stage
from tests.graph.worlds import START

pytestmark = pytest.mark.anyio

POLICY = from_mapping(
    {
        "namespaces": {"m": {"unique": True}, "p": {"rank": 2}, "c": {"rank": 9, "kind": "device"}},
        "purposes": {"service": ["contract"], "marketing": []},
    }
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=STORES)
def url(request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("neo4j_url") if request.param == "neo4j" else None


@pytest.fixture
async def service(url: str | None) -> AsyncGenerator[Service]:
    async with stage(POLICY, url) as scene:
        await fill(scene.service)
        yield scene.service


async def fill(service: Service) -> None:
    both = ("service", "marketing")
    await service.record(
        [
            Event(consent="k1", purposes=both, subject="p:13800000001", at=START - 9),
            Event(consent="k2", purposes=both, subject="p:13800000001", at=START - 9),
            Event(see=("m:1", "p:13800000001"), consent="k1", at=START - 5),
            Event(see=("m:1", "c:1"), consent="k2", at=START - 5),
        ]
    )


async def receipt_of(service: Service, *events: Event) -> Any:
    receipt = await service.record(list(events), strict=True)
    assert receipt.receipt_id is not None
    return await service.receipts.get(receipt.receipt_id)


async def root(service: Service, name: str, purpose: str = "service") -> str | None:
    return (await service.lookup([[name]], purpose))[0].root_id


async def test_a_withdrawal_says_which_consents_ended_how_many_links_and_which_roots_split(service: Service) -> None:
    before = await root(service, "m:1")
    said = (await receipt_of(service, Event(withdraw="k1")))["receipt"]
    apart = await root(service, "p:13800000001")
    assert apart != before
    assert said["deeds"] == [{"what": "withdrawal", "consents": ["k1"], "purpose": None}]
    assert said["ended_links"] == {"service": 1, "marketing": 1}
    (split,) = [change for change in said["changes"] if change["purpose"] == "service"]
    assert (split["kind"], split["root_id"], split["others"]) == ("split", before, [apart])
    assert said["policy"] == POLICY.version


async def test_one_purpose_withdrawn_by_the_subject_ends_all_its_consents_for_that_purpose(service: Service) -> None:
    event = Event.model_validate({"withdraw": {"subject": "p:13800000001", "purpose": "marketing"}})
    said = (await receipt_of(service, event))["receipt"]
    assert said["deeds"] == [{"what": "withdrawal", "consents": ["k1", "k2"], "purpose": "marketing"}]
    assert said["ended_links"] == {"marketing": 2}
    assert {change["purpose"] for change in said["changes"]} == {"marketing"}


async def test_withdrawing_twice_ends_nothing_the_second_time(service: Service) -> None:
    await receipt_of(service, Event(withdraw="k1"))
    said = (await receipt_of(service, Event(withdraw="k1")))["receipt"]
    assert (said["ended_links"], said["changes"]) == ({}, [])


async def test_a_receipt_holds_no_value_and_names_the_audit_entry_before_it(service: Service) -> None:
    receipt = await receipt_of(service, Event(close=("m:1", "p:13800000001"), by="desk", reason="call of 13800000001"))
    assert "13800000001" not in str(receipt)
    entries = await service.audit.entries()
    assert receipt["receipt"]["audit"] == {"seq": entries[-2].seq, "digest": entries[-2].digest}
    assert entries[-1].receipts == (receipt["receipt"]["id"],)


async def test_sightings_and_grants_alone_give_no_receipt(service: Service) -> None:
    assert (await service.record([Event(see=("m:2",))])).receipt_id is None


async def test_a_receipt_verifies_without_the_database_and_a_changed_one_does_not(service: Service) -> None:
    receipt = await receipt_of(service, Event(withdraw="k2"))
    keys = service.receipts.public_keys
    assert verified(orjson.dumps(receipt), *keys) == receipt["receipt"]
    for changed in (
        {**receipt, "receipt": {**receipt["receipt"], "at": "2020-01-01T00:00:00Z"}},
        {**receipt, "signature": "00" * 64},
        {"receipt": receipt["receipt"]},
        [],
    ):
        with pytest.raises(InvalidReceiptError):
            verified(orjson.dumps(changed), *keys)
    with pytest.raises(InvalidReceiptError, match="another key"):
        verified(orjson.dumps(receipt), "6f" * 32)
    with pytest.raises(InvalidReceiptError):
        verified(orjson.dumps(receipt), "not a key")


async def test_an_unknown_receipt_is_told(service: Service) -> None:
    with pytest.raises(UnknownReceiptError):
        await service.receipts.get("0199aa3e-6c00-7a10-8000-3f5a9c2b7d41")
