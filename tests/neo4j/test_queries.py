"""Queries for analysts on the real server: each runs, shows the columns that it says, and reads by index where there is one."""

import asyncio
from collections.abc import Iterator
from typing import Any

import neo4j
import pytest

from cypher import load
from cypher.headers import header, names
from tests.neo4j.brand import live

pytestmark = pytest.mark.neo4j

QUERIES = names("analysis")
_ASKED_IN_VAIN = "UNRECOGNIZED"
"""Words of the schema that a world without such facts has not got yet; that is no mistake of a query."""


@pytest.fixture(scope="module")
def world(neo4j_url: str) -> dict[str, str]:
    return asyncio.run(live(neo4j_url))


@pytest.fixture
def session(driver: neo4j.Driver) -> Iterator[neo4j.Session]:
    with driver.session(default_access_mode=neo4j.READ_ACCESS) as opened:
        yield opened


def _values(session: neo4j.Session, name: str, given: dict[str, Any]) -> dict[str, Any]:
    defaults = header(name).defaults
    shown = ", ".join(f"{literal} AS {parameter}" for parameter, literal in defaults.items())
    return (dict(session.run(f"RETURN {shown}").single(strict=True)) if shown else {}) | given


def ask(session: neo4j.Session, query: str, **given: Any) -> list[dict[str, Any]]:
    name = f"analysis/{query}"
    return [dict(record) for record in session.run(load(name), _values(session, name, given))]


def _operators(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["operatorType"].partition("@")[0]
    for child in plan.get("children", ()):
        yield from _operators(child)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_runs_reads_and_shows_the_columns_that_it_says(session: neo4j.Session, world: dict[str, str], name: str):
    own = {"root_id": world["root of ann"], "key": world["key of phone"], "mask": "138****0001"}
    given = {parameter: own[parameter] for parameter in header(name).parameters if parameter in own}
    answer = session.run(f"PROFILE {load(name)}", _values(session, name, given))
    rows = list(answer)
    summary = answer.consume()
    assert list(answer.keys()) == list(header(name).columns)
    assert rows or name == "analysis/lineage"
    assert summary.query_type == "r"
    told = [status.status_description for status in summary.gql_status_objects if status.is_notification]
    assert [each for each in told if _ASKED_IN_VAIN not in each and "does not exist" not in each] == []
    assert summary.profile is not None
    assert "CartesianProduct" not in set(_operators(summary.profile))


def test_a_mask_leads_to_key_and_root(session: neo4j.Session, world: dict[str, str]):
    [row] = ask(session, "identifiers_with_mask", mask="138****0001")
    assert (row["namespace"], row["key"], row["root_id"]) == ("phone", world["key of phone"], world["root of ann"])
    assert row["members"] == 3


def test_members_begin_with_the_leader(session: neo4j.Session, world: dict[str, str]):
    rows = ask(session, "members", root_id=world["root of ann"])
    assert [(row["leads"], row["namespace"], row["sightings"]) for row in rows] == [
        (True, "crm", 8),
        (False, "phone", 4),
        (False, "openid", 2),
    ]
    assert rows[0]["own_id"] == world["root of ann"]


def test_the_picture_of_a_root_has_its_links_and_nobody_elses(session: neo4j.Session, world: dict[str, str]):
    rows = ask(session, "root_picture", root_id=world["root of ann"])
    assert {row["identifier"]["key"] for row in rows} == {world[f"key of {who}"] for who in ("ann", "phone", "openid")}
    assert sum(row["link"] is not None for row in rows) == 2


def test_what_was_seen_of_a_root_is_told_by_mask(session: neo4j.Session, world: dict[str, str]):
    rows = ask(session, "sightings_of_root", root_id=world["root of ann"])
    [chat] = [row for row in rows if row["source"] == "wechat"]
    assert (chat["consent_id"], chat["basis"], len(chat["seen"])) == ("K-ann", "", 2)
    assert "phone:138****0001" in chat["seen"]


def test_a_link_that_alone_holds_a_root_together_is_a_bridge(session: neo4j.Session, world: dict[str, str]):
    rows = ask(session, "bridges_of_root", root_id=world["root of ann"])
    assert [(row["one"].split(":")[0], row["other"].split(":")[0], row["sources"]) for row in rows] == [
        ("phone", "openid", ["wechat"]),
        ("crm", "phone", ["club"]),
    ]


def test_refused_links_are_counted_by_reason_and_told_with_their_clash(session: neo4j.Session, world: dict[str, str]):
    assert {"reason": "unique", "between": ["crm", "phone"], "links": 1, "identifiers": 2} in ask(session, "refusals_by_reason")
    [row] = ask(session, "refused_links", reason="unique")
    assert row["roots"] == sorted([world["root of ann"], world["root of bob"]])
    assert ask(session, "sources_by_conflicts")[0] == {"source": "till", "refused": 1, "sightings": 1, "all_sightings": 11}


def test_values_and_devices_of_nobody_are_told_with_how_many_use_them(session: neo4j.Session, world: dict[str, str]):
    [phone] = ask(session, "mass_values")
    assert (phone["mask"], phone["roots"]) == ("138****9999", 6)
    [tablet] = ask(session, "shared_devices")
    assert (tablet["namespace"], tablet["roots"]) == ("cookie", 3)


def test_links_that_nothing_carries_lead_to_their_source(session: neo4j.Session, world: dict[str, str]):
    assert ask(session, "unbacked_links") == [{"between": ["crm", "phone"], "source": "shop", "links": 1, "seen_together": 1}]


def test_a_scan_not_seen_again_is_about_to_expire(session: neo4j.Session, world: dict[str, str]):
    assert "qr_scan" in ask(session, "expiring_links", days=2)[0]["other"]
    assert ask(session, "expiring_links", days=0) == []


def test_consents_are_told_before_they_end_by_notice_and_after_withdrawal(session: neo4j.Session, world: dict[str, str]):
    [ending] = ask(session, "consents_ending", days=11)
    assert (ending["consent_id"], ending["given_by"].split(":")[0], ending["sightings"]) == ("K-ann", "crm", 3)
    assert ask(session, "consents_ending", days=9) == []
    counted = {(row["notice"], row["purpose"]): (row["consents"], row["withdrawn"]) for row in ask(session, "consents_by_notice")}
    assert counted[("v1", "marketing")] == (2, 1)
    assert counted[("v2", "service")] == (1, 0)
    [withdrawn] = ask(session, "withdrawals", days=7)
    assert (withdrawn["consent_id"], withdrawn["channel"], withdrawn["reason"]) == ("K-dan", "hotline", "moved")
    assert ask(session, "withdrawals", days=2) == []


def test_a_withdrawal_shows_as_a_split(session: neo4j.Session, world: dict[str, str]):
    assert "split" in {row["kind"] for row in ask(session, "recent_changes")}
    assert [row["kind"] for row in ask(session, "lineage", root_id=world["root of dan"])] == ["split", "join"]


def test_who_brought_most_counts_persons_once_and_not_oneself(session: neo4j.Session, world: dict[str, str]):
    assert [(row["root_id"], row["brought"]) for row in ask(session, "top_referrers")] == [
        (world["root of ann"], 3),
        *sorted([(world["root of bob"], 1), (world["root of dan"], 1)]),
    ]
    [oneself] = ask(session, "self_referrals")
    assert oneself["root_id"] == world["root of ann"]


def test_a_fission_tree_goes_down_from_its_root(session: neo4j.Session, world: dict[str, str]):
    rows = ask(session, "fission_tree", root_id=world["root of bob"])
    steps = {(row["above"]["root_id"], row["brought"]) for row in rows}
    assert (world["root of bob"], world["root of dan"]) in steps
    assert (world["root of dan"], world["root of ann"]) in steps
    assert {row["branch"] is None for row in rows} == {True, False}


def test_a_ring_is_told_once(session: neo4j.Session, world: dict[str, str]):
    [ring] = ask(session, "rings")
    assert set(ring["ring"]) == {world[f"root of {who}"] for who in ("ann", "bob", "dan")}
    assert ring["ring"][0] == min(ring["ring"])


def test_campaigns_and_orders_count_what_was_paid_back(session: neo4j.Session, world: dict[str, str]):
    spring = next(row for row in ask(session, "campaigns") if row["campaign"] == "spring")
    assert (spring["referrals"], spring["accepted"], spring["orders"], spring["revenue"]) == (2, 2, 1, 80)
    best = ask(session, "orders_of_referred")[0]
    assert (best["root_id"], best["brought"], best["buyers"], best["orders"], best["revenue"]) == (
        world["root of ann"],
        3,
        1,
        1,
        80,
    )


def test_what_people_decided_is_told_with_who_and_why(session: neo4j.Session, world: dict[str, str]):
    [ruling] = ask(session, "decisions")
    assert (ruling["ruling"], ruling["by"], ruling["reason"]) == ("never_link", "clerk-7", "twins")


def test_blocked_values_are_only_counted(session: neo4j.Session, world: dict[str, str]):
    assert ask(session, "hits") == [{"what": "blocked", "namespace": "phone", "count": 1}]
