"""`rootid stats`: what is on record. Holds no rule."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, cast

import typer

from cli.output import result, table, write_json
from cli.session import session


def stats(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="The counts as JSON.")] = False,
) -> None:
    """Count what is on record."""
    found = asdict(session(context).with_service(lambda service: service.stats()))
    if as_json:
        write_json(found)
        return
    shown = table("what", "count", right=("count",))
    for name, count in _flat(found, ""):
        shown.add_row(name, f"{count:,}")
    result().print(shown)


def _flat(counts: Mapping[str, Any], above: str) -> list[tuple[str, int]]:
    rows: list[tuple[str, int]] = []
    for name, value in counts.items():
        full = f"{above} {name}".strip()
        if isinstance(value, dict):
            rows += _flat(cast("dict[str, Any]", value), full)
        else:
            rows.append((full, value))
    return rows
