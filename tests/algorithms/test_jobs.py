"""Scoring as a job: what is kept, that the last good outcome stays, and what is told of it."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, get_args

import numpy as np
import pytest

from algorithms.jobs import score
from algorithms.patterns import PATTERNS
from algorithms.roles import ROLES
from api.schemas.referrers import CODED, Metric
from graph import instants
from graph.errors import InvalidInputError, NotScoredError, StaleCursorError, StoppedError, UnknownRootError
from graph.events import Event
from graph.growth import METRICS, Tree
from graph.instants import DAY
from graph.policy import from_mapping
from graph.service import Service
from graph.stores.scored import FIGURES, Among, LinkColumns
from tests.graph.laws import STORES
from tests.graph.stage import Stage, stage
from tests.graph.worlds import START

pytestmark = pytest.mark.anyio

OPEN = from_mapping(
    {"require_consent": False, "namespaces": {"phone": {"rank": 1}, "openid": {"rank": 2}, "ck": {"kind": "device"}}}
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=STORES)
def store_url(request: pytest.FixtureRequest) -> str | None:
    """A Neo4j, or None for a fresh SQLite."""
    return request.getfixturevalue("neo4j_url") if request.param == "neo4j" else None


@pytest.fixture
async def scene(store_url: str | None) -> AsyncGenerator[Stage]:
    """Ann brings Bob, Cat and Dan in spring; Bob brings Eve and Fay in summer; Gus brings himself and Hal; Ivy was recruited."""
    async with stage(OPEN, neo4j_url=store_url) as made:
        await tell(
            made.service,
            *(
                refer(day, one, other, "spring")
                for day, one, other in ((10, "ann", "bob"), (11, "ann", "cat"), (12, "ann", "dan"))
            ),
            *(refer(day, "bob", other, "summer", value=5) for day, other in ((50, "eve"), (51, "fay"))),
            refer(20, "gus", "gus2", "spring"),
            refer(21, "gus", "hal", "spring"),
            refer(6, "ivy", "ann", "spring"),
            {"at": at(60), "see": ["openid:gus", "openid:gus2"]},
            {"at": at(5), "recruit": "openid:ivy", "programme": "koc"},
            {"at": at(61), "opt_out": "openid:hal"},
        )
        yield made


def at(day: float) -> str:
    return instants.text(START - 100 * DAY + int(day * DAY))


def refer(day: float, one: str, other: str, campaign: str, **more: Any) -> dict[str, Any]:
    return {"at": at(day), "refer": [f"openid:{one}", f"openid:{other}"], "campaign": campaign, "channel": "moments", **more}


async def tell(service: Service, *events: dict[str, Any]) -> None:
    receipt = await service.record([Event.model_validate(event) for event in events])
    assert all(outcome.status == "recorded" for outcome in receipt.outcomes), receipt.outcomes


async def root(service: Service, name: str) -> str:
    [answer] = await service.lookup([[f"openid:{name}"]])
    assert answer.root_id is not None
    return answer.root_id


async def ranked(service: Service, **asked: Any) -> list[tuple[str | None, int]]:
    page = await service.fission.top(**asked)
    return [(row.person.root_id, row.counted) for row in page.referrers]


async def test_referrers_are_ranked_by_what_was_scored(scene: Stage) -> None:
    service = scene.service
    await score(service)
    ann, bob, ivy = [await root(service, name) for name in ("ann", "bob", "ivy")]
    assert await ranked(service, metric="counted") == [(ann, 3), (bob, 2), (ivy, 1)]
    assert await ranked(service, metric="reach") == [(ivy, 1), (ann, 3), (bob, 2)]
    assert await ranked(service, metric="worth", limit=1) == [(bob, 2)]


async def test_campaign_channel_and_time_choose_what_is_counted(scene: Stage) -> None:
    service = scene.service
    await score(service)
    ann, bob, ivy = [await root(service, name) for name in ("ann", "bob", "ivy")]
    start = START - 100 * DAY
    assert await ranked(service, metric="counted", among=Among("summer")) == [(bob, 2)]
    late = Among(channel="moments", since=start + 12 * DAY)
    assert await ranked(service, metric="counted", among=late) == [(bob, 2), (ann, 1)]
    assert await ranked(service, metric="reach", among=Among(until=start + 51 * DAY)) == [(ivy, 1), (ann, 3), (bob, 1)]
    assert await ranked(service, among=Among(channel="store")) == []
    assert await ranked(service, among=Among("winter")) == []


async def test_pages_follow_each_other_and_are_stale_after_the_next_scoring(scene: Stage) -> None:
    service = scene.service
    await score(service)
    found: list[str | None] = []
    cursor: str | None = None
    while True:
        page = await service.fission.top(metric="reach", cursor=cursor, limit=2)
        found += [row.person.root_id for row in page.referrers]
        assert [row.rank for row in page.referrers] == list(range(len(found) - len(page.referrers) + 1, len(found) + 1))
        if page.cursor is None:
            break
        cursor = page.cursor
    assert found == [root_id for root_id, _ in await ranked(service, metric="reach")]
    await score(service)
    with pytest.raises(StaleCursorError):
        await service.fission.top(cursor=cursor)
    for wrong in ("1", "-1-1", "x-1-1", "1-x-1", "1-1--1", "1-1-1٣", "1-1"):
        with pytest.raises(InvalidInputError):
            await service.fission.top(cursor=wrong)
    with pytest.raises(InvalidInputError):
        await service.fission.top(metric="beauty")


async def test_the_summary_tells_what_was_set_apart_and_what_is_doubtful(scene: Stage) -> None:
    await score(scene.service)
    held = await scene.service.fission.summary()
    told: Any = held.figures
    assert (told["referrals"], told["links"], told["set_apart"]) == (8, 6, {"no_consent": 1, "self_referral": 1})
    assert [(one["group"], one["new_users"]) for one in told["figures"]["campaigns"]] == [("spring", 4), ("summer", 2)]
    assert told["fraud"]["counts"] == {"self_referral": {"none": 1}}
    assert [(one["programmes"], one["reach"]) for one in told["recruited"]] == [(["koc"], 6)]
    assert sum(one["trees"] for one in told["patterns"]) == 1
    assert told["opted_out"] == 1


@pytest.mark.parametrize(("days", "hint"), [((10, 40, 70), "family"), ((10, 10.1, 10.2), "farm")])
async def test_invitees_who_pay_with_one_card_are_a_hint(days: tuple[float, ...], hint: str, store_url: str | None) -> None:
    paying = {"openid": {}, "card": {"kind": "attribute", "payment": True}, "birth": {"kind": "attribute"}}
    async with stage(from_mapping({"require_consent": False, "namespaces": paying}), neo4j_url=store_url) as made:
        invitees = ("bob", "cat", "dan")
        await tell(made.service, *(refer(day, "ann", other, "spring") for day, other in zip(days, invitees, strict=True)))
        for other in invitees:
            await tell(made.service, {"at": at(80), "see": [f"openid:{other}", "card:6222020111", "birth:2000-01-01"]})
        await score(made.service)
        told: Any = (await made.service.fission.summary()).figures["fraud"]
        assert told["counts"] == {"farm": {hint: 1}}
        [case] = told["cases"]
        persons, named = await made.service.fission.people()
        assert [persons[one].root_id for one in case["suspects"]] == [await root(made.service, "ann")]
        assert [named[one].namespace for what, one in case["path"] if what == "thing"] == ["card"]


async def test_a_tree_is_told_down_to_a_depth_and_a_size(scene: Stage) -> None:
    service = scene.service
    await score(service)
    ivy, ann, bob = [await root(service, name) for name in ("ivy", "ann", "bob")]

    def told(tree: Tree) -> list[tuple[int | None, int, int, int]]:
        return [(node.parent, node.depth, node.reach, node.hidden) for node in tree.nodes]

    whole = await service.fission.tree(ivy)
    assert told(whole) == [(None, 0, 6, 0), (0, 1, 5, 0), (1, 2, 2, 0), (1, 2, 0, 0), (1, 2, 0, 0), (2, 3, 0, 0), (2, 3, 0, 0)]
    assert whole.whole
    assert [node.person.root_id for node in whole.nodes[:3]] == [ivy, ann, bob]
    assert (whole.nodes[0].at, whole.nodes[1].campaign, whole.nodes[0].recruited) == (None, "spring", True)
    shallow = await service.fission.tree(ann, depth=1)
    assert told(shallow) == [(None, 0, 5, 0), (0, 1, 2, 2), (0, 1, 0, 0), (0, 1, 0, 0)]
    assert not shallow.whole
    assert told(await service.fission.tree(ann, size=2)) == [(None, 0, 5, 2), (0, 1, 2, 2)]
    with pytest.raises(UnknownRootError):
        await service.fission.tree("0199aa3e-6c00-7a10-8000-3f5a9c2b7d41")


async def test_people_who_merged_since_the_scoring_are_one_root_of_a_tree(scene: Stage) -> None:
    service = scene.service
    await score(service)
    await tell(service, {"at": at(70), "see": ["openid:ann", "openid:gus"]})
    tree = await service.fission.tree(await root(service, "gus"))
    assert len(tree.nodes) == 6
    assert tree.nodes[0].direct == 3


async def test_nothing_is_answered_before_the_first_scoring(scene: Stage) -> None:
    for ask in (
        scene.service.fission.summary(),
        scene.service.fission.top(),
        scene.service.fission.tree(await root(scene.service, "ann")),
    ):
        with pytest.raises(NotScoredError):
            await ask


async def test_a_stopped_job_leaves_the_last_good_outcome(scene: Stage) -> None:
    service = scene.service
    kept = await score(service)
    steps: list[str] = []
    await tell(service, refer(80, "fay", "joe", "winter"))
    for stop_at in ("who brought whom", "intervals", "writing"):
        with pytest.raises(StoppedError):
            await score(
                service,
                told=lambda step, _: steps.append(step),
                stopped=lambda at=stop_at: bool(steps) and steps[-1] == at,
                whole=True,
            )
        assert (await service.fission.summary()).job == kept.job
        assert len((await service.fission.top(metric="counted")).referrers) == 3
    again = await score(service)
    assert len((await service.fission.top(metric="counted")).referrers) == 4
    async with service.store.reading() as reading:
        held = await reading.scoring("default")
    assert held is not None
    assert held.job == again.job


async def test_a_scoring_tells_what_changed_since_the_last_one(scene: Stage) -> None:
    service = scene.service
    await score(service)
    told: Any = (await service.fission.summary()).figures
    assert (told["difference"], told["since"]) == (None, None)
    scene.now[0] += DAY
    await tell(service, {"at": instants.text(START), "see": ["openid:bob", "openid:eve"]}, refer(100.5, "cat", "joe", "summer"))
    await score(service)
    told = (await service.fission.summary()).figures
    assert told["difference"] == "K rose from 0.50 to 0.60: 1 invitee was the inviter's own second account"
    assert told["since"]["causes"] == [{"before": "inviter", "after": "self_referral", "referrals": 1}]
    await score(service)
    told = (await service.fission.summary()).figures
    assert (told["difference"], told["since"]["causes"]) == (None, [])


async def test_of_two_jobs_at_once_the_later_one_counts(scene: Stage) -> None:
    found = await asyncio.gather(score(scene.service), score(scene.service), return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) in (["StoppedError", "StoredScoring"], ["StoredScoring", "StoredScoring"])
    assert (await scene.service.fission.summary()).figures["links"] == 6


async def test_what_is_left_of_a_killed_job_is_cleared_away(scene: Stage) -> None:
    store = scene.service.store
    async with store.writing() as tx:
        dead = await tx.begin_scoring("default", 1)
        await tx.keep_scores(dead, np.array([1]), np.zeros((1, len(FIGURES))))
    with pytest.raises(NotScoredError):
        await scene.service.fission.summary()
    await score(scene.service)
    async with store.reading() as reading:
        assert len(await reading.scored(dead, np.array([1]))) == 0


async def test_what_counts_no_more_goes_bit_by_bit(scene: Stage) -> None:
    store = scene.service.store
    persons = np.sort(await scene.service.handles([f"openid:{name}" for name in ("ann", "bob", "cat", "dan", "eve")]))
    async with store.writing() as tx:
        dead = await tx.begin_scoring("default", 1)
        await tx.keep_scores(dead, persons, np.zeros((5, len(FIGURES))))
        links = LinkColumns(persons[:3], persons[1:4], persons[:3], ["spring"] * 3, [None] * 3, np.zeros(3))
        await tx.keep_links(dead, links)
        await tx.begin_scoring("default", 2)
    left: list[tuple[int, int]] = []
    more = True
    while more:
        async with store.writing() as tx:
            more = await tx.clear_scorings(3)
        async with store.reading() as reading:
            left.append((len(await reading.scored(dead, persons)), len(await reading.inviters(dead, persons))))
    assert left[:2] == [(2, 3), (0, 2)]
    assert left[-1] == (0, 0)


async def test_an_empty_network_is_scored_too() -> None:
    async with stage(OPEN) as made:
        await score(made.service)
        assert (await made.service.fission.top()).referrers == []
        assert (await made.service.fission.summary()).figures["links"] == 0


def test_the_words_of_the_api_are_those_of_the_algorithms() -> None:
    assert {"pattern": PATTERNS, "role": ROLES} == CODED
    assert get_args(Metric) == METRICS
    assert set(METRICS) - {"counted", "worth", "pagerank"} <= set(FIGURES)
