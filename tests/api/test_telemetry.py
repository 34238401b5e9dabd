"""What is told about requests: figures, lines and audit entries. Who asked what and how much, never about whom."""

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from api.inventory import Inventory
from api.logs import ACCESS, JsonLines
from api.metrics import Metrics
from graph import instants
from graph.keybook import Wanted
from graph.service import Service

pytestmark = pytest.mark.anyio

DEPLOY = Path(__file__).parents[2] / "deploy"
SECRETS = ("13912345678", "139****5678", "o-very-secret", "M-7734-X")
NAMES = [f"phone:{SECRETS[0]}", f"openid@x:{SECRETS[2]}", f"member_card:{SECRETS[3]}"]


async def figures(client: httpx.AsyncClient) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    page = await client.get("/metrics")
    assert page.status_code == 200
    families = text_string_to_metric_families(page.text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


async def session(client: httpx.AsyncClient) -> None:
    """A bit of everything, good and bad, with identifiers in all places where a caller may put one by mistake."""
    await client.post("/v1/sightings", json={"sightings": [{"see": [NAMES[0]]}, {"see": [NAMES[1]]}, {"see": [SECRETS[0]]}]})
    await client.post("/v1/sightings", json={"sightings": [{"see": NAMES, "event_id": "e1"}]})
    asked = await client.post("/v1/lookup", json={"lookups": [{"identifiers": [name]} for name in NAMES]})
    root_id = asked.json()["answers"][0]["root_id"]
    await client.get(f"/v1/roots/{root_id}")
    await client.get(f"/v1/roots/{SECRETS[0]}")
    await client.get(f"/{SECRETS[0]}?phone={SECRETS[0]}")
    await client.get(f"/v1/changes?after={SECRETS[0]}x")
    await client.post("/v1/lookup", json={SECRETS[0]: SECRETS[2]})
    await client.post("/v1/lookup", json={"purpose": SECRETS[3], "lookups": [{"identifiers": NAMES}]})
    await client.post("/v1/events", json={"events": [{"withdraw": {"subject": NAMES[0], "purpose": "service"}}]})
    await client.request(SECRETS[2], "/v1/lookup")
    headers = {"Authorization": f"Bearer {SECRETS[0]}", "traceparent": SECRETS[0], "X-Request-ID": "a b", "Prefer": SECRETS[0]}
    await client.get("/v1/changes", headers=headers)


async def test_requests_events_and_the_store_are_counted(client: httpx.AsyncClient) -> None:
    await session(client)
    found = await figures(client)
    assert found["rootid_requests_total", (("method", "POST"), ("route", "/v1/lookup"), ("status", "200"))] == 1
    assert found["rootid_requests_total", (("method", "GET"), ("route", "unmatched"), ("status", "404"))] == 1
    assert found["rootid_items_total", (("route", "/v1/lookup"),)] == 3
    assert found["rootid_events_total", (("outcome", "recorded"),)] == 4
    assert found["rootid_changes_total", (("kind", "merges"),)] > 0
    assert found["rootid_withdrawal_seconds_count", ()] == 1
    assert found["rootid_store_seconds_count", (("verb", "lookup"),)] == 1
    assert found["rootid_requests_in_flight", ()] == 1
    assert found["rootid_store_up", ()] == 1


async def test_parts_and_queues_are_counted_from_the_store(client: httpx.AsyncClient) -> None:
    await client.post("/v1/sightings", json={"sightings": [{"see": NAMES}, {"see": ["phone:13900000001"]}]})
    found = await figures(client)
    assert found["rootid_roots", (("purpose", "service"),)] == 2
    assert found["rootid_largest_part", (("purpose", "service"),)] == 3
    assert found["rootid_parts", (("le", "1"), ("purpose", "service"))] == 1
    assert found["rootid_parts", (("le", "4"), ("purpose", "service"))] == 2
    assert (found["rootid_due", ()], found["rootid_sweep_lag_seconds", ()]) == (0, 0)


async def test_what_expired_and_is_not_worked_in_yet_shows_as_lag(service: Service, client: httpx.AsyncClient) -> None:
    consent = {"consent": "c1", "purposes": ["service"], "at": "2026-03-01", "expires": "2026-03-10T13:00:00Z"}
    await client.post("/v1/events", json={"events": [consent, {"see": NAMES[:2], "consent": "c1"}]})
    service._clock = lambda: instants.parse("2026-03-10T13:10:00Z")
    found = await figures(client)
    assert (found["rootid_due", ()] >= 1, found["rootid_sweep_lag_seconds", ()]) == (True, 600)


async def test_the_store_is_counted_once_a_minute_at_most(service: Service) -> None:
    now = 0.0
    inventory = Inventory(service, lambda: now)
    ages = []
    for now in (0.0, 30.0, 59.0, 61.0):  # noqa: B007 - the clock of the inventory
        await inventory.refresh()
        ages.append(next(m.samples[0].value for m in inventory.collect() if m.name == "rootid_census_age_seconds"))
    assert ages == [0, 30, 59, 0]


async def test_figures_are_for_admins_only(service: Service) -> None:
    tokens = {}
    for scope in ("lookup", "admin"):
        _, tokens[scope] = await service.keybook.make(Wanted(scope, (scope,)))
    app = create_app(service)
    transport = httpx.ASGITransport(app, client=("10.0.0.9", 4711))
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        statuses = [
            (await client.get("/metrics", headers={"Authorization": f"Bearer {tokens[scope]}"})).status_code
            for scope in ("lookup", "admin")
        ]
        assert [*statuses, (await client.get("/metrics")).status_code] == [403, 200, 401]


async def test_each_request_has_a_line_with_its_template_and_trace(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    with caplog.at_level(logging.INFO, ACCESS.name):
        await client.get("/v1/changes?after=3", headers={"traceparent": parent, "X-Request-ID": "r-1"})
        await client.get("/v1/roots/x")
    first, second = (json.loads(JsonLines().format(record)) for record in caplog.records)
    assert (first["request_id"], first["trace_id"], first["parent_id"]) == ("r-1", parent[3:35], parent[36:52])
    assert (first["method"], first["route"], first["status"], first["key"]) == ("GET", "/v1/changes", 200, "local")
    assert (second["route"], second["status"], second["code"]) == ("/v1/roots/{root_id}", 422, "invalid_request")
    assert re.fullmatch("[0-9a-f]{32}", second["trace_id"])


async def test_no_identifier_shows_in_figures_lines_errors_or_the_audit_log(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(service)
    transport = httpx.ASGITransport(app)
    problems: list[str] = []

    async def keep(answer: httpx.Response) -> None:
        if answer.status_code >= 400:
            problems.append((await answer.aread()).decode() + str(answer.headers))

    with caplog.at_level(logging.DEBUG):
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", event_hooks={"response": [keep]}) as client,
        ):
            await session(client)
            page = (await client.get("/metrics")).text
    lines = [JsonLines().format(record) for record in caplog.records if record.name.startswith("rootid")]
    audit = [repr(entry) for entry in await service.audit.entries(0, 1000)]
    assert len(lines) >= 11
    assert len(problems) >= 6
    assert any("access POST /v1/lookup" in entry for entry in audit)
    for told in (page, *lines, *problems, *audit):
        assert [secret for secret in SECRETS if secret.lower() in told.lower()] == []


async def test_accesses_are_in_the_audit_log_by_key_and_call(service: Service, named: Callable[[Any], Any]) -> None:
    app = create_app(service)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        for purpose in ("service", "marketing", "gossip"):
            body = {"purpose": purpose, "lookups": [{"identifiers": NAMES}, {"identifiers": NAMES}]}
            await client.post("/v1/lookup", json=body)
    (entry,) = [entry for entry in await service.audit.entries() if entry.action.startswith("access")]
    assert (entry.actor, entry.action) == ("key:local", "access POST /v1/lookup")
    assert entry.counts == {"items": 4, "requests": 3, "refused": 1, "purpose marketing": 1, "purpose service": 1}
    assert (await service.audit.verify()).whole


def told_metrics() -> set[str]:
    """Every name that a scrape can hold: of what is counted here, and of what the inventory tells."""
    names = {sample.name for family in Metrics().registry.collect() for sample in family.samples}
    named = re.findall(r'"(rootid_\w+)"', (Path(__file__).parents[2] / "api" / "metrics.py").read_text())
    for name in named:
        names |= {name, f"{name}_total", f"{name}_bucket", f"{name}_count", f"{name}_sum"}
    return names | set(re.findall(r'"(rootid_\w+)"', (Path(__file__).parents[2] / "api" / "inventory.py").read_text()))


@pytest.mark.parametrize("file", ["grafana/rootid.json", "prometheus/alerts.yaml"])
def test_dashboard_and_alerts_name_metrics_that_exist(file: str) -> None:
    text = (DEPLOY / file).read_text("utf-8")
    (orjson.loads if file.endswith("json") else yaml.safe_load)(text)
    used = set(re.findall(r"\brootid_[a-z_]+", text))
    assert used
    assert used <= told_metrics()


async def test_metrics_that_dashboard_and_alerts_name_are_on_a_page(client: httpx.AsyncClient) -> None:
    await session(client)
    page = (await client.get("/metrics")).text
    text = "".join((DEPLOY / file).read_text("utf-8") for file in ("grafana/rootid.json", "prometheus/alerts.yaml"))
    used = set(re.findall(r"\brootid_[a-z_]+", text)) - {"rootid_store_failures_total"}
    assert {name for name in used if not re.search(rf"^(# TYPE )?{name}\b", page, re.MULTILINE)} == set()


def test_every_alert_says_what_to_do() -> None:
    groups = yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text("utf-8"))["groups"]
    for rule in (rule for group in groups for rule in group["rules"]):
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["annotations"]["action"]
