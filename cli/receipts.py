"""`rootid receipt`: receipts again, and whether one holds. Holds no rule."""

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer

from cli.output import write_json
from cli.session import session
from graph.errors import InvalidInputError
from graph.keys import load_keyring
from graph.receipts import Signer, verified
from graph.stores import secret_file

app = typer.Typer(help="Show and verify signed receipts.", no_args_is_help=True, rich_markup_mode=None)


@app.command("key")
def key(context: typer.Context) -> None:
    """Print the public keys that verify receipts of this installation: the newest first, one a line."""
    for public_key in _public_keys(context):
        typer.echo(public_key)


@app.command("show")
def show(context: typer.Context, receipt: Annotated[str, typer.Argument(metavar="ID", help="Id of a receipt.")]) -> None:
    """Print a receipt as it was given: put it into a file to keep it."""
    write_json(session(context).with_service(lambda service: service.receipts.get(receipt)))


@app.command("verify")
def verify(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A receipt; - reads it from stdin.")],
    public_key: Annotated[
        str | None, typer.Option("--key", metavar="HEX", help="The public key. Default: any of this installation.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="What the receipt says, as JSON.")] = False,
) -> None:
    """Say whether a receipt holds: that it was given by the holder of the key and not changed since. Needs no database.

    Exit code: 0 when it holds; 2 when it doesn't.
    """
    try:
        text = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise InvalidInputError(f"{file}: can't be read ({error.strerror})") from None
    said = verified(text, *([public_key] if public_key else _public_keys(context)))
    if as_json:
        write_json(said)
        return
    deeds = ", ".join(orjson.dumps(deed).decode() for deed in said["deeds"])
    typer.echo(f"holds: receipt {said['id']} of {said['at']}, for {deeds}")


def _public_keys(context: typer.Context) -> list[str]:
    here = session(context)
    keyring = here.keyring()
    if keyring is None:
        file = secret_file(here.store)
        if not file.exists():
            raise InvalidInputError(f"there is no HMAC key at {file}; --store names another store, --key gives the public key")
        keyring = load_keyring(file)
    return Signer(keyring).public_keys
