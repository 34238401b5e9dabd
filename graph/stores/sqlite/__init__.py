"""The embedded store: SQLite in WAL mode, safe under several processes. Holds no rule."""

from graph.stores.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
