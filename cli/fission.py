"""`rootid fission`: the referral report as one HTML file. Holds no rule."""

import os
from pathlib import Path
from typing import Annotated

import typer

from cli.output import complain
from cli.referrers import Purpose
from cli.session import session
from graph.errors import InvalidInputError
from graph.service import Service

app = typer.Typer(help="How the network of referrals grows.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def fission() -> None:
    """How the network of referrals grows."""


@app.command("report")
def report(
    context: typer.Context,
    *,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the page goes.")],
    purpose: Purpose = None,
) -> None:
    """Write a page about the last scoring: figures, curves, both scores, trees, evidence, and what was set apart.

    One file without scripts or links, which shows people by mask only. It is written completely or not at all.
    """
    if out.is_dir() or not out.parent.is_dir():
        raise InvalidInputError(f"{out}: can't be written ({'it is a directory' if out.is_dir() else 'no such directory'})")

    async def ask(service: Service) -> str:
        return await written(service, purpose)

    save(session(context).with_service(ask), out)
    complain(f"the report is in {out}")


async def written(service: Service, purpose: str | None) -> str:
    """The page of the last scoring."""
    from cli.report.build import build  # noqa: PLC0415 - no other command needs templates

    return await build(service, purpose)


def save(page: str, out: Path) -> None:
    """Write a file in one step. Raises InvalidInputError where that can't be done."""
    draft = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        draft.write_text(page, "utf-8")
        draft.replace(out)
    except OSError as error:
        raise InvalidInputError(f"{out}: can't be written ({error.strerror})") from None
    finally:
        draft.unlink(missing_ok=True)
