"""A store of an older schema is taken to the present one, step by step, by whoever is asked to, and by nobody else.

Nothing older was released yet, so the steps are those of two invented next versions.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from graph.errors import StoreMismatchError
from graph.events import Event
from graph.service import Service
from graph.stores import schemas
from graph.stores.sqlite import schema
from graph.stores.sqlite.copies import back_up, restore
from graph.stores.steps import Chain, Step
from tests.graph.writer import POLICY

SECRET = b"s" * 32
NOW = schema.CHAIN.needed
NOTE = Step(NOW + 1, ("CREATE TABLE note (text TEXT NOT NULL)", "INSERT INTO note SELECT 'kept ' || count(*) FROM identifier"))
LAST = Step(NOW + 2, ("ALTER TABLE note ADD COLUMN at INTEGER NOT NULL DEFAULT 7", "CREATE INDEX note_at ON note (at)"))
LATER = Chain(NOW, (NOTE, LAST))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with something in it."""
    file = tmp_path / "a.db"
    asyncio.run(with_service(file, lambda service: service.record([Event(see=("m:1", "p:2"))])))
    return file


@pytest.fixture
def later(path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The store's URL; rootid is two versions on."""
    monkeypatch.setattr(schema, "CHAIN", LATER)
    return f"sqlite:///{path}"


async def with_service(file: Path, work: Callable[[Service], object]) -> None:
    service = await Service.open(f"sqlite:///{file}", POLICY, secret=SECRET)
    try:
        await work(service)  # type: ignore[misc]  # each work here is awaited
    finally:
        await service.close()


def on_record(path: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(question).fetchall()


def test_a_store_goes_through_every_version_and_keeps_what_is_in_it(later: str, path: Path) -> None:
    applied = asyncio.run(schemas.apply(later))
    assert (applied.versions, applied.made) == ((NOW + 1, NOW + 2), ())
    assert on_record(path, "SELECT text, at FROM note") == [("kept 2", 7)]
    assert asyncio.run(schemas.verify(later)).good
    asyncio.run(with_service(path, lambda service: service.record([Event(see=("m:1",))])))
    assert asyncio.run(schemas.apply(later)) == schemas.Applied((), ())


def test_an_older_store_is_refused_with_what_to_do_and_left_alone(later: str, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(StoreMismatchError, match=rf"version {NOW}, .* needs {NOW + 2}: .* backup, then 'rootid schema apply'"):
        asyncio.run(with_service(path, lambda service: service.stats()))
    state = asyncio.run(schemas.verify(later))
    assert (state.version, state.needed, state.good) == (NOW, NOW + 2, False)
    assert path.read_bytes() == before


def test_a_newer_store_is_refused_and_left_alone(path: Path) -> None:
    on_record(path, f"PRAGMA user_version = {NOW + 1}")
    for work in (schemas.apply(f"sqlite:///{path}"), with_service(path, lambda service: service.stats())):
        with pytest.raises(StoreMismatchError, match="a newer rootid"):
            asyncio.run(work)
    assert on_record(path, "PRAGMA user_version") == [(NOW + 1,)]


def test_a_store_older_than_every_step_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "CHAIN", Chain(NOW + 1, (Step(NOW + 2, ()),)))
    with pytest.raises(StoreMismatchError, match=f"from {NOW + 1} on only"):
        asyncio.run(schemas.apply(f"sqlite:///{path}"))


def test_a_step_that_fails_leaves_nothing_and_the_next_try_goes_on(
    later: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torn = Step(NOW + 2, (*LAST.statements, "INSERT INTO nowhere VALUES (1)"))
    monkeypatch.setattr(schema, "CHAIN", Chain(NOW, (NOTE, torn)))
    with pytest.raises(Exception, match="nowhere"):
        asyncio.run(schemas.apply(later))
    assert on_record(path, "PRAGMA user_version") == [(NOW + 1,)]
    assert on_record(path, "SELECT name FROM pragma_table_info('note')") == [("text",)]
    monkeypatch.setattr(schema, "CHAIN", LATER)
    assert asyncio.run(schemas.apply(later)).versions == (NOW + 2,)


def test_who_was_killed_at_any_step_goes_on_and_ends_at_the_same(later: str, path: Path) -> None:
    """A process that dies within a step leaves a transaction that nobody keeps: here, a connection that is closed."""
    with closing(sqlite3.connect(path, isolation_level=None)) as killed:
        killed.execute("BEGIN IMMEDIATE")
        killed.execute(NOTE.statements[0])
    with closing(sqlite3.connect(path, isolation_level=None)) as one_step:
        schema._take(one_step, NOTE)
    assert asyncio.run(schemas.apply(later)).versions == (NOW + 2,)
    assert on_record(path, "SELECT text, at FROM note") == [("kept 2", 7)]


def test_a_step_that_another_process_took_is_not_taken_again(later: str, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as one:
        assert schema._take(one, NOTE)
        assert not schema._take(one, NOTE)
    assert on_record(path, "SELECT count(*) FROM note") == [(1,)]


def test_a_worker_that_still_runs_writes_nothing_into_what_was_upgraded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        service = await Service.open(f"sqlite:///{path}", POLICY, secret=SECRET)
        monkeypatch.setattr(schema, "CHAIN", LATER)
        await schemas.apply(f"sqlite:///{path}")
        monkeypatch.undo()
        with pytest.raises(StoreMismatchError, match="a newer rootid"):
            await service.record([Event(see=("m:3",))])
        await service.close()

    asyncio.run(work())
    assert on_record(path, "SELECT count(*) FROM identifier") == [(2,)]


def test_an_older_store_is_backed_up_and_brought_back_as_it_is(later: str, path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "copy.db")
    asyncio.run(schemas.apply(later))
    restore(tmp_path / "copy.db", tmp_path / "again.db")
    assert on_record(tmp_path / "again.db", "PRAGMA user_version") == [(NOW,)]
    assert asyncio.run(schemas.apply(f"sqlite:///{tmp_path / 'again.db'}")).versions == (NOW + 1, NOW + 2)


def test_what_is_missing_is_told_by_name_and_made(path: Path) -> None:
    url = f"sqlite:///{path}"
    on_record(path, "DROP INDEX sighting_backing")
    on_record(path, "DROP TABLE kept_answer")
    assert asyncio.run(schemas.verify(url)).missing == ("kept_answer", "kept_answer_at", "sighting_backing")
    assert asyncio.run(schemas.apply(url)).made == ("kept_answer", "kept_answer_at", "sighting_backing")
    assert asyncio.run(schemas.verify(url)).good


def test_a_column_that_is_missing_is_told_and_not_made_up(path: Path) -> None:
    on_record(path, "ALTER TABLE scoring DROP COLUMN trace")
    assert asyncio.run(schemas.verify(f"sqlite:///{path}")).missing == ("scoring.trace",)
    with pytest.raises(StoreMismatchError, match=r"lacks scoring\.trace"):
        asyncio.run(schemas.apply(f"sqlite:///{path}"))


def test_a_chain_leaves_no_version_out() -> None:
    with pytest.raises(ValueError, match="next version"):
        Chain(1, (Step(3, ()),))
