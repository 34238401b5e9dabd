"""`rootid export`: what is on record as NDJSON. Holds no rule."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import orjson
import typer

from cli.output import complain
from cli.session import session
from graph.errors import InvalidInputError
from graph.service import Service


class What(StrEnum):
    """What can be exported."""

    SIGHTINGS = "sightings"
    ROOTS = "roots"


def export(
    context: typer.Context,
    what: Annotated[What, typer.Argument(metavar="sightings|roots", help="Sightings, or each identifier with its root-ID.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write to a file, complete or not at all. Default: stdout.")
    ] = None,
    purpose: Annotated[str | None, typer.Option(metavar="NAME", help="Whose roots. Default: the policy's first purpose.")] = None,
) -> None:
    """Write what is on record as NDJSON. Identifiers show their masks and keys, never values."""

    async def write(service: Service) -> int:
        rows = service.export_sightings() if what is What.SIGHTINGS else service.export_roots(purpose)
        count = 0
        with _open(draft) as file:
            async for row in rows:
                file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
                count += 1
        return count

    draft = None if out is None else out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        count = session(context).with_service(write)
        if out is not None and draft is not None:
            draft.replace(out)
            complain(f"{count:,} lines in {out}")
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InvalidInputError(f"{out or 'stdout'}: can't be written ({error.strerror})") from None
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def _open(draft: Path | None) -> BinaryIO:
    return open(os.dup(sys.stdout.fileno()), "wb") if draft is None else draft.open("wb")
