"""A service of two real workers on a server that is reached by a network of its own, which is slow and stands still. Long forms:
bench/server_drills.py."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench import drills, journal, served, throttle
from bench.served import Served
from bench.server_drills import until
from bench.throttle import Network
from tests.graph.stage import emptied
from tests.overhearing import overheard

__all__ = ["overheard"]

pytestmark = pytest.mark.neo4j
Running = tuple[Served, str, Network]


@pytest.fixture(scope="module")
def running(neo4j_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    asyncio.run(emptied(neo4j_url))
    folder = tmp_path_factory.mktemp("served")
    with ExitStack() as stack:
        network = stack.enter_context(throttle.between(urlsplit(neo4j_url).port or 0))
        service, token = stack.enter_context(drills.two_workers(f"bolt://127.0.0.1:{network.port}", folder))
        yield service, token, network


def test_many_writers_over_two_workers_end_where_the_rules_end(running: Running, neo4j_url: str) -> None:
    service, token, _ = running
    assert drills.writers_together(service, neo4j_url, token, writers=8, batches=2, persons=20).faults == []


def test_a_slow_network_slows_and_a_still_one_is_told_and_over_by_itself(running: Running, neo4j_url: str) -> None:
    service, token, network = running
    with journal.writing(service.port, token, writers=2, persons=20, name="still") as journals:
        network.delay = 0.05
        assert drills.post(service.port, "/v1/lookup", drills.LOOKUP, token)[0] == 200
        network.still = True
        assert until(503, lambda: service.answers("/readyz"), 15) < 15
        assert service.answers("/livez") == 200
        network.still, network.delay = False, 0.0
        assert until(200, lambda: service.answers("/readyz"), 30) < 30
    assert drills.look(drills.Drill("still network"), neo4j_url, journals).faults == []
    assert "not ready" in service.log.read_text()


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("ROOTID_NEO4J_PASSWORD", "not-the-password", "refuses the user or the password"),
        ("ROOTID_KEY", "77" * 32, "another HMAC key"),
    ],
)
def test_what_is_not_right_by_itself_ends_the_start_with_one_line(
    running: Running, neo4j_url: str, tmp_path: Path, setting: str, value: str, told: str
) -> None:
    service = served.begin(neo4j_url, tmp_path / "refused.log", more={setting: value})
    assert service.process.wait(60) == 2
    (line,) = service.log.read_text().splitlines()
    assert told in line
    assert value not in line
