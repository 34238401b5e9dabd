"""A service of two real workers on one file: killed, written to by many, guessed at. Long forms: bench/drills.py."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bench import drills
from bench.served import Served
from tests.overhearing import Overheard, overheard

__all__ = ["overheard"]

Running = tuple[Served, str, str]
PHONE, CARD, COOKIE = "13900447711", "M-overheard-1", "c-overheard-77"


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


def indiscreet(token: str) -> Iterator[dict[str, Any]]:
    """Requests that are as indiscreet as a caller can be: identifiers where none belong, and in what is refused."""
    see = [f"crm:{CARD}", f"phone:{PHONE}"]
    key = {"Authorization": f"Bearer {token}"}
    whole = json.dumps({"sightings": [{"see": [*see, f"cookie:{COOKIE}"], "basis": "contract", "source": f"phone:{PHONE}"}]})
    for body in (
        whole,
        whole[:-3],
        whole.replace("see", f"phone:{PHONE}"),
        json.dumps({"sightings": [{"see": see, "at": PHONE}, {"see": see, "purposes": [PHONE]}, {"see": PHONE}, PHONE]}),
        json.dumps({"sightings": [{"see": [f"{PHONE}:{PHONE}", f"phone@{PHONE}:{PHONE}"]}]}),
    ):
        yield {"method": "POST", "url": "/v1/sightings", "content": body, "headers": key}
    for path, body in (
        ("/v1/lookup", {"purpose": PHONE, "lookups": [{"identifiers": see}]}),
        ("/v1/lookup", {"lookups": [{"identifiers": see}], PHONE: PHONE}),
        ("/v1/events", {"events": [{"consent": PHONE, "purposes": [PHONE], "subject": see[1]}, {"withdraw": PHONE}]}),
        ("/v1/decisions", {"ruling": "same_person", "identifiers": [see[1], see[1]], "by": PHONE}),
        ("/v1/explain", {"identifiers": [see[1], "crm:nobody-at-all"], "purpose": PHONE}),
        ("/v1/rights/erase", {"subject": see[1], "reason": PHONE}),
        ("/v1/policy", {"policy": {"namespaces": {PHONE: {"rank": PHONE}}}}),
    ):
        yield {"method": "POST", "url": path, "json": body, "headers": key}
        yield {"method": "POST", "url": path, "json": body, "headers": {"Authorization": f"Bearer phone:{PHONE}"}}
    for method in ("GET", "POST", "DELETE"):
        yield {"method": method, "url": f"/v1/roots/phone:{PHONE}", "headers": key}
        yield {"method": method, "url": f"/{PHONE}", "params": {"phone": PHONE}, "headers": key}
    for query in ({"after": PHONE + "x"}, {"purpose": PHONE}, {"limit": f"phone:{PHONE}"}):
        yield {"method": "GET", "url": "/v1/changes", "params": query, "headers": key}
        yield {"method": "GET", "url": "/v1/referrers", "params": query, "headers": key}
    for name in ("traceparent", "X-Request-ID", "Idempotency-Key", "Prefer", "If-None-Match", "User-Agent", "X-Forwarded-For"):
        yield {"method": "POST", "url": "/v1/sightings", "content": whole, "headers": {**key, name: f"phone:{PHONE}"}}


def test_nothing_that_workers_write_and_no_problem_or_figure_says_whom_a_request_was_about(
    running: Running, overheard: Overheard
) -> None:
    """However indiscreet the caller is: what it puts into a URL is for itself to answer for, but goes no further."""
    service, _, token = running
    said: list[str] = []
    with httpx.Client(base_url=f"http://127.0.0.1:{service.port}", headers={"Content-Type": "application/json"}) as caller:
        for number, request in enumerate(indiscreet(token)):
            answer = caller.request(**request)
            assert answer.status_code < 500, (number, answer.text)
            if answer.status_code >= 400:
                said.append(answer.text + str(answer.headers))
        said.append(caller.get("/metrics", headers={"Authorization": f"Bearer {token}"}).text)
    time.sleep(0.3)
    said.append(service.log.read_text())
    assert len(said) > 20
    assert '"route":"/v1/roots/{root_id}"' in said[-1]
    assert [text for text in said for value in (PHONE, CARD, COOKIE) if value.lower() in text.lower()] == []
    overheard.said.clear()  # this test's own URLs


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
