"""Copies of a database file while it is in use, and back again. Must not copy the HMAC key: it is to be kept elsewhere."""

import os
from pathlib import Path

from graph.errors import StoreError, StoreMismatchError
from graph.stores.sqlite import schema
from graph.stores.sqlite.connection import Connection, EngineError, connect, translated


def back_up(source: Path, target: Path) -> int:
    """Copy a store as it is at one moment, while others read and write; answers its bytes.

    The copy is checked before it has its name; a store of an older schema is copied as it is. Raises StoreError, also where the
    target exists.
    """
    if target.exists():
        raise StoreError(f"{target} exists already; a backup never writes over one")
    return _copy(source, target)


def restore(source: Path, target: Path) -> int:
    """Make a store from a backup; answers its bytes. Raises StoreError where there is a store, or the backup is none."""
    left = [path for path in (target, *_beside(target)) if path.exists()]
    if left:
        raise StoreError(f"{left[0]} exists: stop the service and move its files away first; a restore never writes over a store")
    target.parent.mkdir(parents=True, exist_ok=True)
    return _copy(source, target)


def _copy(source: Path, target: Path) -> int:
    if not source.exists():
        raise StoreError(f"there is no database at {source}")
    draft = target.with_name(target.name + ".part")
    try:
        _drop(draft)
        held, made = connect(source, 16), connect(draft, 16)
        try:
            _check(held, source)
            held.backup(made, pages=4096, sleep=0.01)
            made.execute("PRAGMA journal_mode = DELETE")
            _check(made, draft, whole=True)
        finally:
            held.close()
            made.close()
        _settle(draft, target)
    except EngineError as error:
        raise translated(error, source) from None
    except OSError as error:
        raise StoreError(f"{target} can't be written: {error.strerror}") from None
    finally:
        _drop(draft)
    return target.stat().st_size


def _check(db: Connection, path: Path, *, whole: bool = False) -> None:
    version = schema.version_of(db, path)
    if version is None:
        raise StoreMismatchError(f"{path} holds no store")
    schema.CHAIN.after(str(path), version)
    if whole and db.execute("PRAGMA quick_check").fetchone()[0] != "ok":
        raise StoreError(f"{path} is damaged")


def _settle(draft: Path, target: Path) -> None:
    """Give a finished copy its name, so that a power cut leaves all of it or nothing."""
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    draft.chmod(0o600)
    draft.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in ("-wal", "-shm")]


def _drop(draft: Path) -> None:
    for path in (draft, *_beside(draft)):
        path.unlink(missing_ok=True)
