"""An erased value, its key, its mask and its handle are in no table, no file, no export, no log."""

import asyncio
import logging
import sqlite3
from pathlib import Path

import neo4j
import numpy as np
import pytest

from graph.events import Event
from graph.instants import DAY, text
from graph.policy import from_mapping
from graph.service import Service
from graph.stores.scored import FIGURES, LinkColumns
from tests.graph.stage import SECRET, stage
from tests.graph.worlds import START

POLICY = from_mapping(
    {
        "require_consent": False,
        "session_window": "15m",
        "namespaces": {
            "card": {"rank": 1, "unique": True, "blocked": ["^0+$"], "store_value": True, "max_age": 900},
            "mail": {"rank": 2, "store_value": True, "mask": "email"},
            "cookie": {"rank": 3, "kind": "device"},
        },
    }
)
VALUE, MASK = "zq-unmistakable-4711", "zq****1"
GONE = f"card:{VALUE}"
FIRST_HANDLE = 7_000_000_019
"""Handles from here on are no other number of the store."""

_APART = {
    "api_key",
    "kept_answer",
    "audit",
    "receipt",
    "tombstone",
    "hit",
    "policy",
    "place",
    "purpose",
    "consent",
    "backing",
    "meta",
    "change",
    "lineage",
    "word",
    "scoring",
}
"""Tables that never name an identifier by handle or key."""


def moment(day: int) -> str:
    return text(START + day * DAY)


def events() -> list[Event]:
    written = [
        {"consent": "K1", "purposes": ["default"], "subject": GONE, "expires": moment(500)},
        {"see": [GONE, "mail:ann@example.com", "cookie:c1"], "session": "s1", "consent": "K1"},
        {"see": ["mail:ann@example.com", "cookie:c1"]},
        {"see": ["card:other-1", "mail:ann@example.com"]},
        {"see": ["card:zero", "card:0"]},
        {"see": ["card:third-1", "mail:bob@example.com"]},
        {"never_link": [GONE, "mail:bob@example.com"]},
        {"see": ["mail:bob@example.com", "mail:ann@example.com"]},
        {"close": [GONE, "cookie:c1"]},
        {"same_person": [GONE, "mail:zoe@example.com"]},
        {"refer": [GONE, "mail:bob@example.com"]},
        {"order": "order-1", "subject": GONE, "amount": 9.5},
        {"opt_out": GONE},
        {"withdraw": {"subject": GONE, "purpose": "default"}},
        {"see": [GONE, "mail:ann@example.com"]},
        {"see": ["card:other-1", "mail:ann@example.com"]},
        {"see": [GONE, "cookie:c9"]},
    ]
    return [Event.model_validate({"at": moment(day), **event}) for day, event in enumerate(written, 1)]


async def filled(url: str) -> Service:
    service = await Service.open(url, POLICY, secret=SECRET, clock=lambda: START + 100 * DAY)
    with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
        database.execute("INSERT INTO identifier VALUES (?, 0, x'00', 0, '', NULL, NULL)", (FIRST_HANDLE - 1,))
    database.close()
    receipt = await service.record(events())
    assert {outcome.status for outcome in receipt.outcomes} == {"recorded"}
    await service.record([Event.model_validate({"erase": "cookie:c9"})])
    one, other = (np.array([handle]) for handle in await service.handles([GONE, "mail:bob@example.com"]))
    async with service.store.writing() as tx:
        job = await tx.begin_scoring("default", START)
        await tx.keep_scores(job, one, np.zeros((1, len(FIGURES))))
        await tx.keep_links(job, LinkColumns(one, other, one * 0, [None], [None], np.ones(1)))
        await tx.finish_scoring(job, START, 0, "{}", "")
    return service


@pytest.mark.neo4j
def test_an_erased_value_is_in_no_property_of_a_server_and_in_nothing_that_it_tells(neo4j_url: str, driver: neo4j.Driver) -> None:
    """Its transaction logs keep what was written until they are pruned: docs/decisions/0401."""

    def held() -> str:
        with driver.session() as session:  # pyright: ignore[reportUnknownMemberType]  # the driver's **config is untyped
            nodes = session.run("MATCH (n) RETURN properties(n) AS held").value()
            return str(nodes + session.run("MATCH ()-[r]->() RETURN properties(r) AS held").value())

    async def work() -> None:
        async with stage(POLICY, neo4j_url, at=START + 100 * DAY) as scene:
            service = scene.service
            assert {outcome.status for outcome in (await service.record(events())).outcomes} == {"recorded"}
            (handle,) = await service.handles([GONE])
            traces = [VALUE, MASK, (service.key_of(GONE) or b"").hex()]
            assert [trace for trace in traces if trace in held()] == traces
            await service.record([Event.model_validate({"erase": GONE})])
            told = [str(row) async for row in service.export_sightings()]
            told += [str(row) async for row in service.export_roots()]
            told += [str(change) for change in await service.changes()]
            assert not [trace for trace in traces if trace in held() + "\n".join(told)]
            assert (await service.handles([GONE])) == [0] != [handle]

    asyncio.run(work())


def cells(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(path) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = {table: database.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    database.close()
    return rows


def test_every_table_is_told_to_forget_an_erased_identifier(tmp_path: Path) -> None:
    async def work() -> None:
        path = tmp_path / "a.db"
        service = await filled(f"sqlite:///{path}")
        (handle,) = await service.handles([GONE])
        key = service.key_of(GONE)
        assert handle >= FIRST_HANDLE
        assert key is not None

        def naming(rows: dict[str, list[tuple[object, ...]]]) -> set[str]:
            packed = np.array([handle], "<i8").tobytes()

            def names(cell: object) -> bool:
                return cell == handle or (isinstance(cell, bytes) and (packed in cell or key in cell))

            return {table for table, found in rows.items() if any(names(cell) for row in found for cell in row)}

        before = cells(path)
        assert naming(before) == before.keys() - _APART, "a new table is filled by these events, or set apart"
        await service.record([Event.model_validate({"erase": GONE})])
        assert naming(cells(path)) == set()
        await service.close()

    asyncio.run(work())


def test_an_erased_value_is_in_no_file_no_export_and_no_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def work() -> None:
        url = f"sqlite:///{tmp_path / 'a.db'}"
        service = await filled(url)
        key = service.key_of(GONE) or b""
        traces = [VALUE.encode(), MASK.encode(), key, key.hex().encode()]

        def found() -> list[bytes]:
            held = b"".join(file.read_bytes() for file in tmp_path.iterdir() if not file.name.endswith(".key"))
            return [trace for trace in traces if trace in held]

        assert found() == traces[:3]
        await service.record([Event.model_validate({"erase": GONE})])
        await service.compact()
        assert found() == []
        told = [str(row) async for row in service.export_sightings()]
        told += [str(row) async for row in service.export_roots()]
        told += [str(change) for change in await service.changes()]
        told += [record.getMessage() for record in caplog.records]
        assert told
        assert not [trace for trace in (VALUE, MASK, key.hex()) if trace in "\n".join(told)]
        await service.close()

    asyncio.run(work())
