"""Batches, each resolved before the commit of the one before: from what is on record nobody can tell."""

from collections.abc import Awaitable, Sequence

from graph.answers import TableReceipt
from graph.events import Event
from graph.instants import HOUR
from graph.keys import Keyring
from graph.policy import Policy
from graph.preparing import prepare
from graph.tables import Batch
from tests.graph.laws import Begin, law
from tests.graph.stage import LATER, SECRET, Stage
from tests.graph.worlds import START, Step, worlds


def batch_of(scene: Stage, policy: Policy, events: Sequence[Event]) -> Batch:
    """Sightings as an import would have read them."""
    return prepare(events, policy, Keyring(SECRET, LATER), scene.now[0]).runs[0].batch


@law(worlds(), examples=50, on_server=8)
async def test_what_is_on_record_after_batches_is_what_the_rules_give_on_all_facts(
    begin: Begin, world: tuple[Policy, list[Step]]
) -> None:
    policy, steps = world
    async with begin(policy) as scene:
        recorded = [receipt.recorded for receipt in await told(scene, policy, steps)]
        for purpose in policy.purposes:
            wanted, resolution = await scene.expected(purpose)
            assert await scene.groups(purpose) == wanted
            held, given_by_rules = await scene.findings(purpose, resolution)
            assert held == given_by_rules
        assert (await scene.service.stats()).sightings >= sum(recorded)
        assert (await scene.service.audit.verify()).whole
        assert not any(receipt.recorded for receipt in await told(scene, policy, steps))


async def told(scene: Stage, policy: Policy, steps: Sequence[Step]) -> list[TableReceipt]:
    """Sightings as batches, each started before the end of the last; all other facts once in between."""
    started: list[Awaitable[TableReceipt]] = []
    async with scene.service.batches() as batches:
        for hour, events in steps:
            scene.now[0] = max(scene.now[0], START + hour * HOUR)
            started.append(await batches.start(batch_of(scene, policy, [event for event in events if event.verb == "see"])))
            if others := [event for event in events if event.verb != "see"]:
                await scene.service.record(others)
    while await scene.service.sweep():
        pass
    return [await receipt for receipt in started]
