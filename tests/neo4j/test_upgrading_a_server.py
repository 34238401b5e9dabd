"""A store on a server is taken from an older schema to the present one, also by whoever is stopped on the way and comes again.

Nothing older was released yet, so the steps are those of two invented next versions, their statements in a copy of cypher/.
"""

import asyncio
import shutil
from pathlib import Path

import neo4j
import pytest

import cypher
from graph.errors import StoreError, StoreMismatchError
from graph.events import Event
from graph.service import Service
from graph.stores import schemas
from graph.stores.neo4j import schema
from graph.stores.steps import Chain, Step
from tests.graph.stage import SECRET, emptied
from tests.graph.writer import POLICY

pytestmark = pytest.mark.neo4j

NOW = schema.CHAIN.needed
STATEMENTS = {
    "note": "MERGE (note:Note {name: 'kept'}) SET note.identifiers = COUNT { MATCH (:Identifier) }",
    "note_name": "CREATE CONSTRAINT note_name IF NOT EXISTS FOR (n:Note) REQUIRE n.name IS UNIQUE",
    "dated": "MATCH (note:Note) SET note.at = 7",
    "torn": "RETURN 1 / 0",
}
NOTE = Step(NOW + 1, ("step/note_name", "step/note"))
LATER = Chain(NOW, (NOTE, Step(NOW + 2, ("step/dated",))))


@pytest.fixture
def url(neo4j_url: str, database: neo4j.Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A store with something in it; rootid is two versions on. Afterwards the database is as it was."""
    asyncio.run(emptied(neo4j_url))
    asyncio.run(recorded(neo4j_url))
    shutil.copytree(Path(cypher.__file__).parent, tmp_path / "cypher", ignore=shutil.ignore_patterns("*.py*"))
    (tmp_path / "cypher" / "step").mkdir()
    for name, text in STATEMENTS.items():
        (tmp_path / "cypher" / "step" / f"{name}.cypher").write_text(text)
    monkeypatch.setattr(cypher, "_FOLDER", tmp_path / "cypher")
    monkeypatch.setattr(schema, "CHAIN", LATER)
    yield neo4j_url
    database.execute_query("DROP CONSTRAINT note_name IF EXISTS")
    database.execute_query("MATCH (note:Note) DELETE note")
    database.execute_query("MATCH (store:Store) SET store.schema = $version", version=NOW)


async def recorded(url: str) -> None:
    service = await Service.open(url, POLICY, secret=SECRET)
    await service.record([Event(see=("m:1", "p:2"))])
    await service.close()


def notes(database: neo4j.Driver) -> list[tuple[int, int, int]]:
    asked = "MATCH (store:Store), (note:Note) RETURN store.schema AS schema, note.identifiers AS count, note.at AS at"
    return [tuple(record.values()) for record in database.execute_query(asked).records]


def test_a_store_goes_through_every_version_and_keeps_what_is_in_it(url: str, database: neo4j.Driver) -> None:
    with pytest.raises(StoreMismatchError, match=rf"version {NOW}, .* needs {NOW + 2}: .* backup, then 'rootid schema apply'"):
        asyncio.run(recorded(url))
    assert asyncio.run(schemas.verify(url)) == schemas.SchemaState(NOW, NOW + 2, ())
    assert asyncio.run(schemas.apply(url)) == schemas.Applied((NOW + 1, NOW + 2), ())
    assert notes(database) == [(NOW + 2, 2, 7)]
    assert asyncio.run(schemas.verify(url)).good
    assert asyncio.run(schemas.apply(url)) == schemas.Applied((), ())


def test_who_was_stopped_between_two_statements_does_the_step_again(
    url: str, database: neo4j.Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    torn = Step(NOW + 2, ("step/dated", "step/torn"))
    monkeypatch.setattr(schema, "CHAIN", Chain(NOW, (NOTE, torn)))
    with pytest.raises(StoreError):
        asyncio.run(schemas.apply(url))
    assert notes(database) == [(NOW + 1, 2, 7)]
    monkeypatch.setattr(schema, "CHAIN", LATER)
    assert asyncio.run(schemas.apply(url)).versions == (NOW + 2,)
    assert notes(database) == [(NOW + 2, 2, 7)]


def test_two_who_upgrade_at_once_end_at_the_same(url: str, database: neo4j.Driver) -> None:
    async def both() -> None:
        await asyncio.gather(schemas.apply(url), schemas.apply(url))

    asyncio.run(both())
    assert notes(database) == [(NOW + 2, 2, 7)]


def test_a_worker_that_still_runs_writes_nothing_into_what_was_upgraded(
    url: str, database: neo4j.Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        monkeypatch.setattr(schema, "CHAIN", Chain(NOW))
        service = await Service.open(url, POLICY, secret=SECRET)
        monkeypatch.setattr(schema, "CHAIN", LATER)
        await schemas.apply(url)
        monkeypatch.setattr(schema, "CHAIN", Chain(NOW))
        with pytest.raises(StoreMismatchError, match="a newer rootid"):
            await service.record([Event(see=("m:3",))])
        await service.close()

    asyncio.run(work())
    assert database.execute_query("MATCH (n:Identifier) RETURN count(n) AS count").records[0]["count"] == 2
