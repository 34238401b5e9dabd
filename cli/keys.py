"""`rootid keys`: make, list, rotate and revoke API keys. Holds no rule, and keeps no secret: it is shown once."""

from typing import Annotated, Any, Final

import typer

from cli.output import aside, result, table, write_json
from cli.session import session
from graph import instants
from graph.access import SCOPES, ApiKey
from graph.errors import InvalidInputError
from graph.keybook import Wanted
from graph.service import Service

app = typer.Typer(help="API keys: make, list, rotate, revoke.", no_args_is_help=True, rich_markup_mode=None)

ONCE: Final = "This is shown once. A caller sends it as: Authorization: Bearer rk_…"
Which = Annotated[str, typer.Argument(metavar="KEY", help="Name or id of a key.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@app.command("make")
def make(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who will use it; told in logs and metrics.")],
    *,
    scope: Annotated[
        list[str] | None, typer.Option(metavar="SCOPE", help=f"{', '.join(SCOPES)}, or all; may be repeated. Default: lookup.")
    ] = None,
    purpose: Annotated[
        list[str] | None, typer.Option(metavar="PURPOSE", help="A purpose that it may name; may be repeated. Default: every one.")
    ] = None,
    expires: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Ends after this time: 90d, 12h. Default: never.")
    ] = None,
    rate: Annotated[int | None, typer.Option(metavar="N", min=1, help="Requests a second. Default: no limit of its own.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and show it, once, on stdout. From the first key on, every caller of the API needs one."""
    lasts = None if expires is None else _duration(expires)
    wanted = Wanted(name, tuple(scope or ("lookup",)), tuple(purpose or ()), rate, lasts)

    async def work(service: Service) -> tuple[ApiKey, str]:
        return await service.keybook.make(wanted)

    _hand_over(*session(context).with_service(work, new=True), as_json=as_json)


@app.command("list")
def list_keys(context: typer.Context, as_json: AsJson = False) -> None:
    """Show what is on record of every key; its secret is nowhere."""

    async def work(service: Service) -> tuple[list[ApiKey], int]:
        return await service.keybook.all(), service.keybook.now()

    found, now = session(context).with_service(work)
    if as_json:
        write_json({"keys": [_told(key, now) for key in found]})
        return
    rows = table("id", "name", "standing", "scopes", "purposes", "rate", "made", "expires", right=("rate",))
    for key in found:
        told = _told(key, now)
        rows.add_row(
            key.id,
            key.name,
            told["standing"],
            " ".join(told["scopes"]),
            "every one" if told["purposes"] is None else " ".join(told["purposes"]),
            "" if key.rate is None else f"{key.rate}/s",
            told["made"],
            told["expires"] or "never",
        )
    result().print(rows)


@app.command("rotate")
def rotate(
    context: typer.Context,
    key: Which,
    *,
    grace: Annotated[str, typer.Option(metavar="DURATION", help="How long the key goes on beside its successor.")] = "1d",
    as_json: AsJson = False,
) -> None:
    """Make a successor that may do the same, and show it once; the key itself ends when the grace is over."""
    spared = _duration(grace)

    async def work(service: Service) -> tuple[ApiKey, str]:
        return await service.keybook.rotate(key, spared)

    _hand_over(*session(context).with_service(work), as_json=as_json)


@app.command("revoke")
def revoke(context: typer.Context, key: Which) -> None:
    """End every live key of that name or id. Servers stop answering it within a second."""

    async def work(service: Service) -> list[ApiKey]:
        return await service.keybook.revoke(key)

    for ended in session(context).with_service(work):
        result().print(f"revoked {ended.id} {ended.name}")


def _hand_over(key: ApiKey, token: str, *, as_json: bool) -> None:
    if as_json:
        write_json({**_told(key, key.made), "key": token})
        return
    aside().print(f"{key.name} ({key.id}): {' '.join(sorted(key.scopes))}. {ONCE}")
    typer.echo(token)


def _told(key: ApiKey, now: int) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "standing": key.standing(now),
        "scopes": sorted(key.scopes),
        "purposes": None if key.purposes is None else sorted(key.purposes),
        "rate": key.rate,
        "made": instants.text(key.made),
        "expires": None if key.expires is None else instants.text(key.expires),
        "revoked": None if key.revoked is None else instants.text(key.revoked),
    }


def _duration(text: str) -> int:
    try:
        return instants.duration(text)
    except ValueError as error:
        raise InvalidInputError(str(error)) from None
