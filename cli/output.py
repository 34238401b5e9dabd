"""Where the command writes: results to stdout, everything else to stderr. Must not decide what is written."""

import sys
from typing import Any, Final

import orjson
import typer
from rich.console import Console
from rich.table import Table

WIDE: Final = 1_000
"""Columns of a pipe or file."""


def result() -> Console:
    """The console for results. Text in it may come from files, so markup is off; a pipe is as wide as need be."""
    return Console(markup=False, highlight=False, emoji=False, width=None if sys.stdout.isatty() else WIDE)


def aside() -> Console:
    """The console for progress and remarks."""
    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def complain(message: str) -> None:
    """One line on stderr."""
    typer.echo(f"rootid: {' '.join(message.split())}", err=True)


def write_json(value: Any) -> None:
    """One JSON value on stdout, for programs."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    """A plain table; columns in `right` hold numbers."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold", no_wrap=column in right)
    return made
