"""`rootid move`: everything on record into a file, and into a store of whichever kind. Holds no rule."""

import gzip
import os
from pathlib import Path
from typing import Annotated

import typer

from cli.output import complain
from cli.session import run, session
from graph import moving
from graph.errors import InvalidInputError
from graph.service import Service
from graph.stores import open_store

File = Annotated[Path, typer.Argument(metavar="FILE", help="Lines of JSON, packed with gzip.")]


app = typer.Typer(
    help="Move everything on record to another store, of whichever kind.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("out")
def move_out(context: typer.Context, file: File) -> None:
    """Write everything on record to a file, complete or not at all: facts, own ids, membership, the change feed.

    The HMAC key is not in it, and without it the file is of no use: keep both, in two places.
    """
    draft = file.with_name(f"{file.name}.{os.getpid()}.part")

    async def write(service: Service) -> int:
        count = 0
        made = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "wb") as plain, gzip.open(plain, "wb", 5) as packed:
            async for line in moving.lines(service.store):
                packed.write(line)
                count += 1
        return count - 2

    try:
        count = session(context).with_service(write)
        draft.replace(file)
        complain(f"{count:,} rows in {file}")
    except OSError as error:
        raise InvalidInputError(f"{file}: can't be written ({error.strerror})") from None
    finally:
        draft.unlink(missing_ok=True)


@app.command("in")
def move_in(context: typer.Context, file: File) -> None:
    """Put what was moved out into a new store, of whichever kind; root-IDs and the cursor of the change feed are the same there.

    The store needs the HMAC key that the first one had: its file beside the database, or ROOTID_KEY_FILE.
    """
    url = session(context).store

    async def work() -> int:
        store = await open_store(url)
        count = 0
        try:
            with gzip.open(file, "rb") as packed:
                async for count in moving.restore(store, packed):  # noqa: B007 - the last one is what counts
                    pass
        finally:
            await store.close()
        return count

    try:
        complain(f"{run(work()):,} rows from {file} are on record in {url}")
    except (OSError, EOFError) as error:
        raise InvalidInputError(f"{file}: can't be read ({type(error).__name__})") from None
