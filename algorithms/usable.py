"""Which evidence of a store counts for a purpose, told to whoever projects a graph from it. Must not project one."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph.model import Kind
from graph.network import good_backings
from graph.service import Service
from graph.tables import Ints


@dataclass(frozen=True, slots=True)
class Evidence:
    """What decides of a piece of evidence whether it counts for a purpose at a time.

    `backings` are the handles (sorted) of what carries it; `left_out` are the namespaces of attributes, which are in no part;
    `ages` say by namespace for how many microseconds a link lives after it was last seen.
    """

    purpose: str
    as_of: int
    backings: Ints
    left_out: tuple[str, ...]
    ages: Mapping[str, int]


async def usable_evidence(service: Service, purpose: str, backings: Ints, as_of: int) -> Evidence:
    """What counts at a time not before the last recording, of all `backings` of the store."""
    spaces = service.policy.namespaces
    async with service.store.reading() as reading:
        good = await good_backings(reading, service.policy, purpose, as_of, backings)
    return Evidence(
        purpose,
        as_of,
        good,
        tuple(name for name, space in spaces.items() if space.kind is Kind.ATTRIBUTE),
        {name: space.max_age for name, space in spaces.items() if space.max_age is not None},
    )
