"""A writer in a process of its own: `python -m tests.graph.writer URL NAME COUNT`. Says what was acknowledged on stdout."""

import asyncio
import random
import sys

from graph.events import Event
from graph.policy import Policy, from_mapping
from graph.service import Service
from tests.graph.stage import SECRET

POLICY: Policy = from_mapping(
    {
        "require_consent": False,
        "shared_after": 2,
        "namespaces": {
            "m": {"rank": 1, "unique": True},
            "p": {"rank": 2, "max_holders": 6},
            "e": {"rank": 3},
            "c": {"rank": 4, "kind": "device"},
        },
    }
)


async def write(url: str, name: str, count: int) -> None:
    """Record sightings of few identifiers, so that every part is touched by every writer."""
    rng = random.Random(name)
    service = await Service.open(url, POLICY, secret=SECRET)
    for number in range(count):
        see = [f"{rng.choice('mpec')}:{rng.randint(1, 12)}" for _ in range(rng.choice([2, 3]))]
        event = Event.model_validate({"see": see, "source": name, "event_id": str(number)})
        outcome = (await service.record([event])).outcomes[0]
        sys.stdout.write(f"{number} {outcome.status}\n")
        sys.stdout.flush()
    await service.close()


if __name__ == "__main__":
    asyncio.run(write(sys.argv[1], sys.argv[2], int(sys.argv[3])))
