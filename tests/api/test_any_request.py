"""Whatever is sent, the service doesn't fail and doesn't answer but as documented."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = st.sampled_from(
    [
        *("member_card:1", "member_card:2", "phone:13900000001", "phone:13900000002", "cookie:1", "cookie:2", "openid@x:1"),
        *("phone:13800138000", "birth_date:1", "shoe:1", "phone@:1", "@:", ":", "", "no colon", "phone:\0", "openid:İ\U0001f600"),
    ]
)
TIMES = st.sampled_from(["2026-03-01", "2026-03-10T12:00:00Z", 1772000000, "0001-01-01", "9999-12-31T23:59:59-23:59", -1, "x"])
ANYTHING = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | NAMES
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "see": st.lists(NAMES, max_size=4),
        "at": TIMES,
        "consent": st.sampled_from(["c1", "c2", 1]),
        "purposes": st.lists(st.sampled_from(["service", "marketing", "gossip"]), max_size=2),
        "withdraw": st.sampled_from(["c1", "c3"]) | st.fixed_dictionaries({"subject": NAMES, "purpose": st.just("service")}),
        "close": NAMES | st.tuples(NAMES, NAMES),
        "never_link": st.tuples(NAMES, NAMES),
        "same_person": st.tuples(NAMES, NAMES),
        "refer": st.tuples(NAMES, NAMES),
        "expires": TIMES,
        "basis": st.sampled_from(["contract", "gossip"]),
        "session": NAMES,
        **dict.fromkeys(("source", "weight", "subject", "event_id", "by", "value"), ANYTHING),
    },
)
ONE_VERB = st.sampled_from(["see", "close", "never_link", "same_person", "refer"])


def only(event: dict[str, Any], verb: str) -> dict[str, Any]:
    verbs = {"see", "withdraw", "close", "never_link", "same_person", "refer", "purposes"} - {verb}
    return {key: value for key, value in event.items() if key not in verbs}


BATCHES = st.lists(EVENTS | st.builds(only, EVENTS, ONE_VERB) | ANYTHING, min_size=1, max_size=5)
LOOKUPS = st.lists(st.fixed_dictionaries({"identifiers": st.lists(NAMES, min_size=1, max_size=4)}), min_size=1, max_size=4)


def test_no_mix_of_events_and_lookups_fails_the_service(serving: AbstractAsyncContextManager[httpx.AsyncClient]) -> None:
    async def send(client: httpx.AsyncClient, path: str, body: Any) -> httpx.Response:
        return await client.post(path, content=orjson.dumps(body), headers={"content-type": "application/json"})

    with asyncio.Runner() as runner:
        client = runner.run(serving.__aenter__())

        @settings(max_examples=150, deadline=None)
        @given(batch=BATCHES, lookups=LOOKUPS, path=st.sampled_from(["sightings", "events"]))
        def never_fails(batch: Any, lookups: Any, path: str) -> None:
            answer = runner.run(send(client, f"/v1/{path}", {path: batch}))
            assert answer.status_code == 200, answer.text
            assert len(answer.json()["outcomes"]) == len(batch)
            answer = runner.run(send(client, "/v1/lookup", {"lookups": lookups}))
            assert answer.status_code == 200, answer.text
            for root_id in {one["root_id"] for one in answer.json()["answers"] if one["root_id"]}:
                assert runner.run(client.get(f"/v1/roots/{root_id}")).status_code == 200

        never_fails()
        runner.run(serving.__aexit__(None, None, None))
