"""`rootid what-if`: what recording a file would do. Holds no rule; nothing is recorded."""

import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated

import typer
from rich.tree import Tree

from cli.output import result, write_json
from cli.session import session
from graph.service import Service
from graph.trials import Group, Trial, WhatIf
from graph.wording import label
from intake.keyed import keyed
from intake.reading import Reading

SHOWN = 20


def what_if(
    context: typer.Context,
    *,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, NDJSON or Parquet, as for import; - reads NDJSON from stdin.")
    ],
    mapping: Annotated[list[str] | None, typer.Option("--map", metavar="HEADER=TARGET", help="What a column is.")] = None,
    source: Annotated[str | None, typer.Option(metavar="NAME", help="The source of rows that name none.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The answer as JSON.")] = False,
) -> None:
    """Say what recording a file would do: merges, splits, conflicts, and the roots before and after. Nothing is recorded.

    A withdrawal, a close, a decision or an erasure is tried as a line of NDJSON: {"withdraw": "consent-1"}. Writers wait
    meanwhile, and the memory grows with the file.
    """
    found = session(context).with_service(lambda service: _tried(service, file, tuple(mapping or ()), source))
    if as_json:
        write_json(asdict(found))
    else:
        result().print(picture(found))


async def _tried(service: Service, file: Path, mapping: tuple[str, ...], source: str | None) -> WhatIf:
    if str(file) != "-":
        return await _file(service, file, Reading(service.policy, mapping, source))
    with NamedTemporaryFile(suffix=".ndjson") as copy:
        copy.write(sys.stdin.buffer.read())
        copy.flush()
        return await _file(service, Path(copy.name), Reading(service.policy, mapping, source or "stdin"))


async def _file(service: Service, file: Path, how: Reading) -> WhatIf:
    async def work(attempt: Trial) -> None:
        with closing(keyed(file, how, service.keying)) as chunks:
            for chunk in chunks:
                attempt.refuse(len(chunk.rejections))
                if chunk.batch is not None:
                    await attempt.batch(chunk.batch)
                if chunk.events:
                    await attempt.events([event for _, event in chunk.events])

    return await service.try_out(work)


def picture(found: WhatIf) -> Tree:
    """A tree of what would happen."""
    told = found.recorded + found.duplicates + found.rejected
    events = f"would record {found.recorded:,}, know {found.duplicates:,}, reject {found.rejected:,}; " if told else ""
    tree = Tree(f"{events}{found.merges:,} merges, {found.splits:,} splits, {found.moves:,} moves")
    if found.conflicts:
        branch = tree.add(f"conflicts ({len(found.conflicts)})")
        for conflict in found.conflicts[:SHOWN]:
            clash = f" ({' and '.join(label(end) for end in conflict.clash)})" if conflict.clash else ""
            branch.add(f"{conflict.purpose}: {label(conflict.a)} – {label(conflict.b)} refused, {conflict.reason}{clash}")
    for title, count, groups in (("before", found.affected[0], found.before), ("after", found.affected[1], found.after)):
        branch = tree.add(f"roots {title} ({count:,})")
        for group in groups[:SHOWN]:
            branch.add(_group(group))
    return tree


def _group(group: Group) -> str:
    shown = ", ".join(label(member) for member in group.members[:SHOWN])
    more = f" and {len(group.members) - SHOWN} more" if len(group.members) > SHOWN else ""
    return f"{group.purpose} {group.root_id}: {shown}{more}"
