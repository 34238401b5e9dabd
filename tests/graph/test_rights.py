"""What a person may ask for, on every store: their own data and nobody else's, each with a receipt that holds."""

import asyncio

import orjson
import pytest

from graph.errors import UnknownIdentifierError
from graph.events import Event
from graph.instants import HOUR
from graph.policy import from_mapping
from graph.receipts import verified
from graph.rights import Rights
from tests.graph.laws import STORES
from tests.graph.stage import stage
from tests.graph.worlds import START

POLICY = from_mapping(
    {
        "require_consent": False,
        "namespaces": {
            "m": {"unique": True, "mask": "ends"},
            "p": {"rank": 2, "mask": "ends"},
            "c": {"rank": 9, "kind": "device", "mask": "ends"},
        },
        "purposes": {"service": [], "marketing": []},
    }
)


@pytest.mark.parametrize("store", STORES)
def test_a_person_gets_their_own_data_and_nothing_of_others(store: str, request: pytest.FixtureRequest) -> None:
    neo4j_url = request.getfixturevalue("neo4j_url") if store == "neo4j" else None

    async def play() -> None:
        async with stage(POLICY, neo4j_url) as scene:
            service = scene.service
            scene.now[0] += 2 * HOUR
            await service.record(
                [
                    Event(consent="k1", purposes=("service", "marketing"), subject="p:mine-0001", at=START, notice="v1"),
                    Event(see=("m:7777-other-7777", "c:tablet-0003"), at=START, source="till"),
                    Event(see=("m:mine-0002", "p:mine-0001"), consent="k1", at=START + 1, source="shop"),
                    Event(see=("m:mine-0002", "c:tablet-0003"), at=START + HOUR, source="app"),
                    Event(never_link=("m:mine-0002", "m:7777-other-7777"), by="desk", reason="not the same", at=START + 2),
                    Event(refer=("p:mine-0001", "m:7777-other-7777"), at=START + 3),
                ]
            )
            rights: Rights = service.rights
            masked = (await service.lookup([["m:7777-other-7777"]]))[0].mask or "none"
            bundle, receipt = await rights.access("p:mine-0001")
            said = verified(orjson.dumps(receipt), *service.receipts.public_keys)
            assert said["deeds"] == [{"what": "access"}]
            text = str(bundle)
            assert masked not in text
            assert "not the same" not in text
            part = bundle["purposes"]["service"]
            assert {one["kind"] for one in part["identifiers"]} == {"person", "device"}
            assert len(part["identifiers"]) == 3
            assert [source["source"] for source in part["sources"] if source["source"] in ("till", "shop", "app")] == [
                "app",
                "shop",
            ]
            assert [one["ruling"] for one in part["decisions"]] == ["never_link"]
            assert "another person" in part["decisions"][0]["identifiers"]
            assert bundle["told"] == {"referrer": 1}
            assert bundle["consents"][0]["grants"][0]["notice"] == "v1"
            whole, _ = await rights.export("m:mine-0002")
            assert masked not in str(whole)
            assert len(whole["purposes"]["service"]["sightings"]) >= 2
            assert [one["deeds"] for one in whole["receipts"]] == [["never_link"], ["access"]]
            opted = await rights.opt_out("p:mine-0001")
            assert opted["receipt"]["deeds"] == [{"what": "opt_out"}]
            corrected = await rights.correct("m:mine-0002", "c:tablet-0003", "desk")
            assert "move" in [change["kind"] for change in corrected["receipt"]["changes"]] or corrected["receipt"]["changes"]
            erased = await rights.erase("p:mine-0001")
            assert "mine" not in str(erased)
            with pytest.raises(UnknownIdentifierError):
                await rights.access("p:mine-0001")
            assert (await service.audit.verify()).whole

    asyncio.run(play())
