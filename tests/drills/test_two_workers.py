"""A service of two real workers on one file: killed, written to by many, guessed at. Long forms: bench/drills.py."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bench import drills
from bench.served import Served

Running = tuple[Served, str, str]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("two")
    url = f"sqlite:///{folder / 'store.db'}"
    with drills.two_workers(url, folder) as (service, token):
        assert len(service.workers) == 2
        yield service, url, token


def counted(service: Served, token: str, name: str, **labels: str) -> float:
    """A figure, as any worker tells it."""
    page = httpx.get(f"http://127.0.0.1:{service.port}/metrics", headers={"Authorization": f"Bearer {token}"}).text
    samples = [sample for family in text_string_to_metric_families(page) for sample in family.samples]
    return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())


def test_any_worker_tells_the_figures_of_all(running: Running) -> None:
    service, _, token = running
    for _ in range(20):  # each over a connection of its own, so that both workers get some
        assert drills.post(service.port, "/v1/lookup", drills.LOOKUP, token)[0] == 200
    assert {counted(service, token, "rootid_requests_total", route="/v1/lookup") for _ in range(8)} == {20}


def test_many_writers_on_few_persons_end_where_the_rules_end(running: Running) -> None:
    service, url, token = running
    found = drills.writers_together(service, url, token, writers=8, batches=4, persons=40)
    assert found.faults == []


def test_a_key_that_is_revoked_stops_within_a_second_at_both(running: Running) -> None:
    service, url, _ = running
    assert drills.key_revoked(service, url).faults == []


def test_wrong_keys_are_refused_without_holding_anybody_up(running: Running) -> None:
    service, _, token = running
    assert drills.wrong_keys(service, token, tries=200).faults == []


def test_a_poison_message_is_refused_on_its_own(running: Running) -> None:
    service, url, token = running
    assert drills.poison(service, url, token).faults == []


def test_a_worker_that_is_killed_loses_nothing_acknowledged_and_is_replaced(running: Running) -> None:
    service, url, token = running
    before = counted(service, token, "rootid_requests_total", route="/v1/lookup")
    assert drills.workers_killed(service, url, token, kills=2, writers=2, persons=40).faults == []
    assert counted(service, token, "rootid_requests_total", route="/v1/lookup") == before, (
        "what a killed worker counted is forgotten"
    )
    assert counted(service, token, "rootid_requests_in_flight") == 1, "what a killed worker had in hand is still told"


def test_a_full_disk_is_told_and_over_by_itself(tmp_path: Path) -> None:
    found = drills.disk_full(tmp_path, seconds=1.5)
    assert found.faults == []
    assert found.figures["meanwhile"] == {"readyz": 200, "lookup": 200}
    assert any("disk" in str(line) for line in found.figures["log"])  # type: ignore[attr-defined]  # a list of lines
