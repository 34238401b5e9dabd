"""A clock that jumps: what is on record stays in the order of recording, and is what the rules give."""

import asyncio
import random
from pathlib import Path

from bench import oracle
from graph.events import Event
from graph.instants import DAY, HOUR
from graph.policy import from_mapping
from graph.service import Service
from tests.graph.stage import SECRET
from tests.graph.worlds import START

POLICY = from_mapping(
    {
        "require_consent": False,
        "purposes": {"default": []},
        "namespaces": {"m": {"unique": True}, "p": {"max_holders": 6}, "c": {"kind": "device", "max_age": "2d"}},
    }
)


def test_a_clock_that_jumps_to_and_fro_tears_nothing_and_loses_nothing(tmp_path: Path) -> None:
    async def play() -> None:
        now, rng, told = START, random.Random(3), set[tuple[str, str]]()
        service = await Service.open(f"sqlite:///{tmp_path / 'a.db'}", POLICY, secret=SECRET, clock=lambda: now)
        for number in range(40):
            now = START + rng.choice([-3, -1, 0, 0, 1, 5]) * DAY + number * HOUR
            see = tuple(f"{rng.choice('mpc')}:{rng.randint(1, 8)}" for _ in range(3))
            events = [Event(see=see, event_id=str(number), source="s")]
            if number % 5 == 0:
                events.append(Event(consent=f"k{number}", purposes=("default",), subject=see[0], expires=now + DAY))
            outcome = (await service.record(events)).outcomes[0]
            if outcome.status == "recorded":
                told.add(("s", str(number)))
            await service.sweep_due()
        assert len(told) > 20
        assert await oracle.faults(service, told) == []
        await service.close()

    asyncio.run(play())


def test_what_a_jump_ahead_let_expire_comes_back_with_the_next_sighting(tmp_path: Path) -> None:
    async def play() -> None:
        now = START
        service = await Service.open(f"sqlite:///{tmp_path / 'a.db'}", POLICY, secret=SECRET, clock=lambda: now)

        async def one_person() -> bool:
            first, second = await service.lookup([["m:1"], ["c:1"]])
            return first.root_id == second.root_id

        await service.record([Event(see=("m:1", "c:1"))])
        assert await one_person()
        now = START + 30 * DAY
        while await service.sweep_due():
            pass
        assert not await one_person()
        now = START + HOUR
        assert not await one_person(), "what was swept stays swept: the store's own time doesn't go back"
        now = START + 31 * DAY
        await service.record([Event(see=("m:1", "c:1"))])
        assert await one_person()
        assert await oracle.faults(service) == []
        await service.close()

    asyncio.run(play())


def test_a_clock_that_is_behind_takes_nobody_for_live_who_was_revoked(tmp_path: Path) -> None:
    async def play() -> None:
        from graph.keybook import Wanted

        now = START
        service = await Service.open(f"sqlite:///{tmp_path / 'a.db'}", POLICY, secret=SECRET, clock=lambda: now)
        await service.keybook.make(Wanted("shop", ("lookup",)))
        await service.keybook.revoke("shop")
        now = START - DAY
        (key,) = await service.keybook.all()
        assert key.standing(now) == "revoked"
        await service.close()

    asyncio.run(play())
