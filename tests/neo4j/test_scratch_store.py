"""`rootid check --store`: on an empty store only, which is empty again afterwards."""

import asyncio
from pathlib import Path

import neo4j
import pytest

from graph.errors import StoreError
from graph.stores.scratch import scratch
from tests.graph.stage import emptied


async def enter(url: str) -> None:
    async with scratch(url):
        pass


@pytest.mark.neo4j
def test_a_server_with_anything_on_record_is_refused_and_left_alone(neo4j_url: str, database: neo4j.Driver) -> None:
    asyncio.run(emptied(neo4j_url))
    database.execute_query("CREATE (:Identifier {handle: 1, key: 'k'})")
    with pytest.raises(StoreError, match="not empty"):
        asyncio.run(enter(neo4j_url))
    assert database.execute_query("MATCH (n:Identifier) RETURN count(n) AS nodes").records[0]["nodes"] == 1


@pytest.mark.neo4j
def test_an_empty_server_is_empty_again_afterwards(neo4j_url: str, database: neo4j.Driver) -> None:
    asyncio.run(emptied(neo4j_url))

    async def use() -> None:
        async with scratch(neo4j_url):
            database.execute_query("CREATE (:Identifier {handle: 1, key: 'k'})")

    asyncio.run(use())
    assert database.execute_query("MATCH (n:Identifier) RETURN count(n) AS nodes").records[0]["nodes"] == 0


def test_a_file_that_is_there_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "held.db"
    file.write_text("theirs")
    with pytest.raises(StoreError, match="there already"):
        asyncio.run(enter(f"sqlite:///{file}"))
    assert file.read_text() == "theirs"
