"""`rootid on-device`: who was on a device at a time. Holds no rule."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.explaining import KnownAt, Purpose
from cli.names import NAME_HELP, moment, names
from cli.output import result, write_json
from cli.session import session
from graph import instants

NOBODY = 1


def on_device(
    context: typer.Context,
    *,
    device: Annotated[str, typer.Argument(metavar="NAME", help=NAME_HELP)],
    at: Annotated[str, typer.Option(metavar="TIME", help="When.")],
    purpose: Purpose = None,
    known_at: KnownAt = None,
    as_json: Annotated[bool, typer.Option("--json", help="The answer as JSON, times in microseconds.")] = False,
) -> None:
    """Say who was on a device at a time: proven by what was seen then, or else by the last login, which proves nothing.

    Exit code: 0 when there is an answer, 1 when nobody had seen the device by then.
    """
    (name,) = names(device)
    when, known = instants.parse(at), moment(known_at)
    found = session(context).with_service(lambda service: service.at(None, known).on_device(name, when, purpose))
    if as_json:
        write_json(asdict(found))
    elif found.root_id is None:
        result().print("nobody had seen this device by then")
    elif found.seen is not None:
        result().print(f"{found.root_id}, proven: seen on it at {instants.text(found.seen)}")
    else:
        result().print(f"{found.root_id}, not proven: {'a shared device' if found.status == 'shared' else 'by last login only'}")
    if found.root_id is None:
        raise typer.Exit(NOBODY)
