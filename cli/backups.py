"""`rootid backup` and `rootid restore`: copies of an embedded store. Holds no rule."""

from pathlib import Path
from typing import Annotated

import typer

from cli.output import complain
from cli.session import session
from graph.errors import InvalidInputError
from graph.stores import sqlite_path
from graph.stores.sqlite.copies import back_up, restore

Copy = Annotated[Path, typer.Argument(metavar="FILE", help="The copy.")]


def backup(context: typer.Context, file: Copy) -> None:
    """Copy the store as it is now, while it is in use, and check the copy.

    The HMAC key is not in it: keep a copy of that elsewhere. A Neo4j store is copied by neo4j-admin.
    """
    complain(f"{file}: {back_up(_path(context), file):,} bytes; the HMAC key is not in it, keep that elsewhere")


def bring_back(context: typer.Context, file: Copy) -> None:
    """Make a store from a copy. There must be none yet; the HMAC key has to be the one it was made with."""
    target = _path(context)
    restore(file, target)
    with_key = session(context).with_service(lambda service: service.stats())
    complain(f"{target}: {sum(with_key.identifiers.values()):,} identifiers, {with_key.sightings:,} sightings")


def _path(context: typer.Context) -> Path:
    url = session(context).store
    if not url.startswith("sqlite:///"):
        raise InvalidInputError("a Neo4j store is copied by neo4j-admin database dump and load (docs/howto/operations.md)")
    return sqlite_path(url)
