"""Tables and indexes of a file, the version on record, and the way there from an older one. Safe to run twice."""

from pathlib import Path
from typing import Final

from graph.errors import StoreMismatchError
from graph.stores.sqlite.connection import Connection, begun, in_memory
from graph.stores.steps import Chain, Step

CHAIN: Final = Chain(2)
_SCHEMA: Final = Path(__file__).with_name("schema.sql")
_EVERYTHING: Final = "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
_COLUMNS: Final = (
    "SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c "
    "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid"
)


def version_of(db: Connection, place: object) -> int | None:
    """The schema version on record; None in an empty file. Raises StoreMismatchError in one that holds something else."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version == 0 and db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        raise StoreMismatchError(f"{place} is a database of something else")
    return version or None


def make(db: Connection, place: object) -> None:
    """Make the schema in an empty file; in one that isn't, look at its version. Raises StoreMismatchError."""
    with begun(db):
        version = version_of(db, place)
        if version is None:
            for statement in _SCHEMA.read_text("utf-8").split(";\n"):
                db.execute(statement)
            db.execute("INSERT INTO backing VALUES (1, 0, '', 1.0)")
            _note(db, CHAIN.needed)
        else:
            CHAIN.check(str(place), version)


def apply(db: Connection, place: object) -> tuple[list[int], list[str]]:
    """Take a file to the present version, and make tables and indexes that are missing; answers versions and names.

    Each step is one transaction: whoever is killed finds the store at one version or the next, and goes on from there.
    """
    version = version_of(db, place)
    if version is None:
        make(db, place)
        return [], []
    taken = [step.to for step in CHAIN.after(str(place), version) if _take(db, step)]
    return taken, _complete(db, place)


def missing(db: Connection) -> list[str]:
    """Tables, indexes and triggers that aren't there, by name, and columns of tables that are, as `table.column`."""
    wanted, named = _present()
    there = {name for name, _ in db.execute(_EVERYTHING)}
    columns = {column for (column,) in db.execute(_COLUMNS)}
    lost = [column for column in named if column not in columns and column.partition(".")[0] in there]
    return sorted(wanted.keys() - there) + lost


def _take(db: Connection, step: Step) -> bool:
    """Take one step, unless another process has meanwhile."""
    with begun(db):
        if db.execute("PRAGMA user_version").fetchone()[0] != step.to - 1:
            return False
        for statement in step.statements:
            db.execute(statement)
        _note(db, step.to)
    return True


def _complete(db: Connection, place: object) -> list[str]:
    """Make what can be made of what is missing; answers its names. Raises StoreMismatchError where a table lacks a column."""
    with begun(db):
        lacking = missing(db)
        columns = [name for name in lacking if "." in name]
        if columns:
            raise StoreMismatchError(f"{place} lacks {', '.join(columns)}, which no step makes: restore a backup")
        wanted, _ = _present()
        for name in sorted(lacking, key=lambda name: not wanted[name].startswith("CREATE TABLE")):
            db.execute(wanted[name])
    return lacking


def _note(db: Connection, version: int) -> None:
    db.execute(f"PRAGMA user_version = {version}")


def _present() -> tuple[dict[str, str], list[str]]:
    """What the schema of this rootid makes: statements by name, and columns."""
    db = in_memory()
    try:
        db.executescript(_SCHEMA.read_text("utf-8"))
        return dict(db.execute(_EVERYTHING)), [column for (column,) in db.execute(_COLUMNS)]
    finally:
        db.close()
