"""Connections to the database file and what goes wrong with them. The one place that imports sqlite3."""

import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from graph.errors import StoreBusyError, StoreError

BUSY_SECONDS: Final = 30.0
"""How long a writer waits for another before it gives up."""

_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA mmap_size = 1073741824",
    "PRAGMA wal_autocheckpoint = 8000",
)

Connection = sqlite3.Connection
EngineError = sqlite3.Error
Row = tuple[Any, ...]


def connect(path: Path, cache_mib: int) -> Connection:
    """A connection in autocommit mode; transactions are begun by hand."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=256)
    for pragma in (*_PRAGMAS, f"PRAGMA cache_size = -{cache_mib * 1024}"):
        connection.execute(pragma)
    return connection


def make_private(path: Path) -> None:
    """An empty file that nobody else may read, where there is none; what the engine puts beside it gets the same mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError:
        raise StoreError(f"{path} can't be opened or made") from None


def in_memory() -> Connection:
    """A database that nobody else sees and that is gone when it is closed."""
    return sqlite3.connect(":memory:")


@contextmanager
def begun(db: Connection) -> Generator[None]:
    """A transaction of a writer: kept when its block ends, rolled back where it ends with an error."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:  # raised again: also what is cancelled is rolled back
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def translated(error: sqlite3.Error, path: Path) -> StoreError:
    """The error of this service for one of the engine."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return StoreBusyError(f"another writer has held {path} for more than {BUSY_SECONDS:.0f} s")
    if "not a database" in text:
        return StoreError(f"{path} is no database of rootid")
    if "unable to open" in text:
        return StoreError(f"{path} can't be opened or made")
    if "readonly" in text:
        return StoreError(f"{path} can't be written")
    if "full" in text:
        return StoreError(f"{path}: the disk is full; nothing of this write was kept")
    if "disk I/O" in text:
        return StoreError(f"{path}: the disk doesn't take what is written (a limit, or a fault); nothing of this write was kept")
    return StoreError(f"{path}: {text}")
