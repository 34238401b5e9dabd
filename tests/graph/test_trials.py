"""What-if says what then happens, and leaves no trace."""

import asyncio
import hashlib
from collections import Counter
from pathlib import Path

from graph.events import Event
from graph.instants import DAY, text
from graph.policy import Policy, from_mapping
from graph.service import Service
from graph.trials import Group, WhatIf
from tests.graph.laws import Begin, law
from tests.graph.stage import SECRET
from tests.graph.worlds import START, Step, worlds


@law(worlds(erasures=True), examples=25, on_server=2)
async def test_what_if_says_what_then_happens(begin: Begin, world: tuple[Policy, list[Step]]) -> None:
    policy, steps = world
    async with begin(policy) as scene:
        for hour, recorded in steps[:-1]:
            await scene.play((hour, recorded))
        hour, last = steps[-1]
        await scene.play((hour, []))
        said = await scene.service.what_if(last)
        cursor = len(await scene.service.changes())
        receipt = await scene.service.record(last)
        assert said.outcomes == receipt.outcomes
        assert (said.merges, said.splits, said.moves) == (receipt.merges, receipt.splits, receipt.moves)
        happened = (await scene.service.changes(limit=100_000))[cursor:]
        assert Counter((s.purpose, s.kind, len(s.others)) for s in said.shifts) == Counter(
            (c.purpose, c.kind, len(c.others)) for c in happened
        )
        for group in said.after:
            answered = [await scene.service.root(member.own_id) for member in group.members if known(said, member.own_id)]
            assert {len(view.members) for view in answered} <= {len(group.members)}


def known(said: WhatIf, own_id: str) -> bool:
    """Whether an id was there before: ids of newcomers are examples only."""
    return any(own_id == member.own_id for group in said.before for member in group.members)


POLICY = from_mapping(
    {"require_consent": False, "namespaces": {"card": {"rank": 1, "unique": True}, "phone": {"rank": 2}, "open": {"rank": 3}}}
)


def names(groups: list[Group]) -> list[list[str]]:
    return sorted(sorted(f"{m.namespace}:{m.mask}" for m in group.members) for group in groups)


def test_what_if_leaves_the_files_as_they_are_to_the_byte(tmp_path: Path) -> None:
    async def work() -> None:
        path = tmp_path / "a.db"
        service = await Service.open(f"sqlite:///{path}", POLICY, secret=SECRET, clock=lambda: START + 9 * DAY)
        seen = [["card:one-1", "phone:one-9"], ["card:two-1", "phone:two-9"]]
        await service.record([Event.model_validate({"see": see, "at": text(START)}) for see in seen])

        def held() -> dict[str, str]:
            files = (tmp_path / "a.db", tmp_path / "a.db-wal")
            return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}

        before = held()
        many = [Event.model_validate({"see": [f"phone:x{n}-123", f"open:y{n}-123"]}) for n in range(3_000)]
        said = await service.what_if([Event.model_validate({"see": ["card:two-1", "phone:one-9"]}), *many])
        assert held() == before
        assert (said.merges, said.moves, said.recorded, said.affected) == (0, 1, 3_001, (2, 3_002))
        assert names(said.before) == [["card:o****", "phone:o****"], ["card:t****", "phone:t****"]]
        (conflict,) = said.conflicts
        assert (conflict.a.mask, conflict.b.mask, conflict.reason) == ("o****", "o****", "unique")
        assert (await service.stats()).sightings == 2
        await service.close()

    asyncio.run(work())
