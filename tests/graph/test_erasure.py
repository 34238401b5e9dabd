"""An erased identifier is nowhere, and what is left is what would be there had it never been seen."""

from collections.abc import Callable
from typing import Any

from graph.events import Event
from graph.policy import Policy
from graph.rehearsal import names_of
from tests.graph.laws import Begin, law
from tests.graph.stage import Stage
from tests.graph.worlds import Step, worlds

Kept = list[tuple[int, Event]]


def without(events: Kept, forgotten: Callable[[str], bool]) -> Kept:
    """Events as if nobody had ever seen an identifier; a consent that it gave was given by somebody without a name."""
    left: Kept = []
    for hour, event in events:
        values: dict[str, Any] = {}
        if event.see is not None:
            see = tuple(name for name in event.see if not forgotten(name))
            if not see:
                continue
            values["see"] = see
        elif event.verb == "consent" and event.subject and forgotten(event.subject):
            values["subject"] = None
        elif event.verb == "withdraw":
            raise AssertionError("withdrawals are left out of these histories")
        elif any(forgotten(name) for name in names_of(event)):
            if event.refer is not None:
                seen = [name for name in event.refer if not forgotten(name)]
                left += [(hour, Event.model_validate({"at": event.at, "see": [name]})) for name in seen]
            continue
        left.append((hour, event.model_copy(update=values)))
    return left


async def play(scene: Stage, events: Kept) -> None:
    for hour, event in events:
        await scene.play((hour, [event]))


@law(worlds(erasures=True), examples=25, on_server=2)
async def test_what_is_left_after_erasures_is_what_the_other_events_give(begin: Begin, world: tuple[Policy, list[Step]]) -> None:
    policy, steps = world
    kept: Kept = []
    async with begin(policy) as scene:
        for hour, recorded in steps:
            for event in recorded:
                if event.withdraw is not None:
                    continue
                name = event.erase or event.erase_person
                gone = {scene.service.key_of(name)} if name else set[bytes | None]()
                if event.erase_person:
                    gone |= await person(scene, policy, event.erase_person)
                (outcome,) = (await scene.record((hour, [event]))).outcomes
                if name:
                    kept = without(kept, lambda other: scene.service.key_of(other) in gone)  # noqa: B023 - used at once
                elif outcome.status == "recorded":
                    kept.append((hour, event))
        if steps:
            await scene.play((steps[-1][0], []))
        left = [await scene.groups(purpose) for purpose in policy.purposes]
    async with begin(policy) as scene:
        await play(scene, kept)
        if steps:
            await scene.play((steps[-1][0], []))
        assert [await scene.groups(purpose) for purpose in policy.purposes] == left


async def person(scene: Stage, policy: Policy, name: str) -> set[bytes | None]:
    """Keys of an identifier's part of every purpose."""
    key = scene.service.key_of(name) or b""
    parts = [part for purpose in policy.purposes for part in await scene.groups(purpose) if key.hex() in part]
    return {bytes.fromhex(other) for part in parts for other in part}
