"""Batches, each resolved before the commit of the one before: that they are, and what if its ground is taken away."""

import asyncio
import time
from collections.abc import Iterator

import neo4j
import pytest

from bench import oracle
from bench.served import SECRET
from bench.world import POLICY, tables
from graph.answers import Receipt
from graph.errors import StoreError
from graph.events import Event
from graph.service import Service
from graph.stores.neo4j.connection import Server
from graph.tables import Batch
from tests.graph.stage import emptied

pytestmark = pytest.mark.neo4j
BATCHES, ROWS = 8, 80


class Counts:
    """How many transactions of a kind went well, and how many didn't."""

    def __init__(self) -> None:
        self.well: dict[str, int] = {}
        self.failed: dict[str, int] = {}

    def asked(self, verb: str, seconds: float, *, failed: bool) -> None:
        held = self.failed if failed else self.well
        held[verb] = held.get(verb, 0) + 1

    def recorded(self, receipt: Receipt, seconds: float, *, withdrawing: bool) -> None:
        pass


@pytest.fixture
def url(neo4j_url: str) -> str:
    asyncio.run(emptied(neo4j_url))
    return neo4j_url


def batches(service: Service, number: int = BATCHES, rows: int = ROWS) -> Iterator[Batch]:
    return map(service.keying.batch, tables(number * rows, rows))


async def all_is_well(service: Service, rows: int = BATCHES * ROWS) -> None:
    assert await oracle.faults(service, {("bench", f"e{number}") for number in range(rows)}) == []


def test_batches_are_resolved_before_the_commit_of_the_one_before(url: str) -> None:
    async def play() -> None:
        service = await Service.open(url, POLICY, secret=SECRET)
        counts = Counts()
        service.observe(counts)
        async with service.batches() as under_way:
            receipts = [await under_way.start(batch) for batch in batches(service)]
        assert [(await receipt).recorded for receipt in receipts] == [ROWS] * BATCHES
        assert counts.well["following"] >= BATCHES // 2  # small ones may be at their end before the next is begun
        assert not counts.failed
        await all_is_well(service)
        await service.close()

    asyncio.run(play())


def test_a_batch_between_whose_parts_somebody_else_wrote_is_resolved_again(url: str) -> None:
    async def play() -> None:
        service = await Service.open(url, POLICY, secret=SECRET)
        other = await Service.open(url, POLICY, secret=SECRET)
        counts = Counts()
        service.observe(counts)
        told: list[asyncio.Task[Receipt]] = []
        async with service.batches() as under_way:
            for number, batch in enumerate(batches(service)):
                await under_way.start(batch)
                see = (f"crm:c{20 * number}", f"openid@wxShop:o{20 * number + 1}", f"cookie:k{number}")
                told.append(asyncio.create_task(other.record([Event(see=see, source="bench", event_id=f"o{number}")])))
        assert {receipt.outcomes[0].status for receipt in await asyncio.gather(*told)} == {"recorded"}
        assert counts.failed["following"] > 0
        await all_is_well(service)
        await other.close()
        await service.close()

    asyncio.run(play())


def test_with_a_batch_that_the_server_gave_up_goes_the_one_that_follows_and_both_may_come_again(
    url: str, driver: neo4j.Driver
) -> None:
    async def play() -> None:
        service = await Service.open(url, POLICY, secret=SECRET)
        first, second = batches(service, 2, 4_000)
        async with service.batches() as under_way:
            given_up = await under_way.start(first)
            await asyncio.to_thread(terminate, driver)
            following = await under_way.start(second)
            told = await asyncio.gather(given_up, following, return_exceptions=True)
        assert [type(one) for one in told] == [StoreError, StoreError]
        assert (await service.stats()).sightings == 0
        async with service.batches() as under_way:
            receipts = [await under_way.start(batch) for batch in (first, second)]
        assert [(await receipt).recorded for receipt in receipts] == [4_000, 4_000]
        await all_is_well(service, 8_000)
        await service.close()

    asyncio.run(play())


def terminate(driver: neo4j.Driver) -> None:
    """Have the server give up what writes sightings or identifiers, as an administrator may. Other tests have transactions."""
    show = """
        SHOW TRANSACTIONS YIELD transactionId, currentQuery
        WHERE NOT currentQuery CONTAINS 'SHOW TRANSACTIONS'  // this one
          AND (currentQuery CONTAINS 'CREATE (sighting:Sighting' OR currentQuery CONTAINS 'CREATE (identifier:Identifier')
        RETURN transactionId
    """
    given_up = 0
    with driver.session() as session:
        deadline = time.monotonic() + 30
        while not given_up and time.monotonic() < deadline:
            for name in session.run(show).value():
                given_up += len(session.run("TERMINATE TRANSACTIONS $name", name=name).value())
    assert given_up


def test_what_rests_on_nothing_sent_is_answered_while_the_server_works_at_that(url: str) -> None:
    async def play() -> None:
        server = Server(url)
        held = asyncio.Event()

        async def waits() -> dict[str, object]:
            await held.wait()
            return {"what": "parked", "rows": []}

        async with server.transaction(keep=False) as tx:
            await tx.one("write/turn")
            await tx.send_later("write/hit", waits)
            row = await asyncio.wait_for(tx.one("read/keys", ids=[1]), 10)
            assert (row["id"], held.is_set()) == ([], False)
            held.set()
        await server.close()

    asyncio.run(play())
