"""What is gathered around an identifier at any time resolves to the part that all facts give it."""

from hypothesis import strategies as st

from graph.instants import HOUR, LATEST
from graph.policy import Policy
from graph.tracing import Tracing, When
from tests.graph.laws import Begin, law
from tests.graph.worlds import START, Step, worlds


@law(worlds(erasures=True), st.integers(0, 200), st.booleans(), examples=40, on_server=2)
async def test_a_part_traced_at_any_time_is_the_part_of_all_facts(
    begin: Begin, world: tuple[Policy, list[Step]], hour: int, early: bool
) -> None:
    policy, steps = world
    stamps: list[int] = []
    async with begin(policy) as scene:
        for step in steps:
            await scene.play(step)
            stamps.append(await scene.service.stamp())
        when = When(START + hour * HOUR, stamps[len(stamps) // 2] if early else LATEST)
        for purpose in policy.purposes:
            _, wanted = await scene.expected(purpose, as_of=when.as_of, known_at=when.known_at)
            async with scene.service.store.reading() as reading:
                for part in wanted.parts:
                    traced = await Tracing(reading, policy, purpose, when).trace([min(part)])
                    assert traced.part(min(part)) == part
                    inside = {pair: finding for pair, finding in wanted.findings.items() if pair[0] in part and pair[1] in part}
                    assert {pair: traced.resolution.findings.get(pair) for pair in inside} == inside
