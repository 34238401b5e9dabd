"""Every scenario of the project, and of the folder beside it, comes out as it says."""

import asyncio
from pathlib import Path

import pytest

from graph.rehearsal import rehearse
from graph.scenario import Scenario, load
from tests.graph.stage import emptied

OWN = Path(__file__).parents[1] / "scenarios"
SCENARIOS = [scenario for file in sorted(OWN.glob("*.yaml")) for scenario in load(file)]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.id for scenario in SCENARIOS])
def test_a_scenario_comes_out_as_it_says(scenario: Scenario, tmp_path: Path) -> None:
    assert asyncio.run(rehearse(scenario, f"sqlite:///{tmp_path / 'scenario.db'}")) == []


@pytest.mark.neo4j
@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.id for scenario in SCENARIOS])
def test_a_scenario_comes_out_as_it_says_on_a_server(scenario: Scenario, neo4j_url: str) -> None:
    asyncio.run(emptied(neo4j_url))
    assert asyncio.run(rehearse(scenario, neo4j_url)) == []


@pytest.mark.shared
def test_all_scenarios_beside_the_project_come_out_as_they_say(shared: Path, tmp_path: Path) -> None:
    failed: dict[str, list[str]] = {}
    judged = 0
    for file in sorted((shared / "scenarios").glob("*.yaml")):
        for scenario in load(file):
            judged += 1
            problems = asyncio.run(rehearse(scenario, f"sqlite:///{tmp_path / scenario.id}.db"))
            if problems:
                failed[scenario.id] = problems
    assert failed == {}
    assert judged >= 120
