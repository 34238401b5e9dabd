"""`rootid lookup`: who is it? Holds no rule."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.names import moment
from cli.output import result, table, write_json
from cli.session import session
from graph.answers import Answer
from graph.errors import InvalidInputError
from graph.service import Service

AT_ONCE: Final = 1_000
NOT_FOUND: Final = 1


def lookup(
    context: typer.Context,
    *,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="namespace:value or namespace@scope:value; - reads them from stdin."),
    ] = None,
    purpose: Annotated[str | None, typer.Option(metavar="NAME", help="For which purpose. Default: the policy's first.")] = None,
    file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Read names from a file, one a line (- is stdin); names of one person by tabs."),
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="TIME", help="Who it was at this time. Default: now.")] = None,
    known_at: Annotated[
        str | None, typer.Option(metavar="TIME", help="By what was on record at this time. Default: all.")
    ] = None,
    together: Annotated[bool, typer.Option("--together", help="All names on the command line are one person.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The answers as JSON.")] = False,
) -> None:
    """Answer who each identifier is, in the order asked.

    Values on a command line stay in the shell's history and are seen by others on the machine: prefer - or --file. Values are
    never printed, only their masks. Exit code: 0 when somebody was found, 1 when nobody was.
    """
    given = names or []
    if file is not None and given:
        raise InvalidInputError("names come from the command line or from --file, not from both")
    if file is None and given == ["-"]:
        file, given = Path("-"), []
    groups = _groups(_lines(file)) if file is not None else [given] if together else [[name] for name in given]
    if not any(groups):
        raise InvalidInputError("nothing to look up; give NAMEs, or - to read them from stdin")

    when, known = moment(as_of), moment(known_at)

    async def ask(service: Service) -> list[Answer]:
        asked = service if when is None and known is None else service.at(when, known)
        answers: list[Answer] = []
        for start in range(0, len(groups), AT_ONCE):
            answers += await asked.lookup(groups[start : start + AT_ONCE], purpose)
        return answers

    answers = session(context).with_service(ask)
    if as_json:
        write_json([answer._asdict() for answer in answers])
    else:
        _print(answers)
    if not any(answer.root_id for answer in answers):
        raise typer.Exit(NOT_FOUND)


def _lines(file: Path) -> list[str]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8-sig")
    except OSError as error:
        raise InvalidInputError(f"{file}: can't be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise InvalidInputError(f"{file}: not UTF-8 text") from None
    return text.splitlines()


def _groups(lines: Iterable[str]) -> list[list[str]]:
    groups = ([name.strip() for name in line.split("\t") if name.strip()] for line in lines)
    return [group for group in groups if group]


def _print(answers: list[Answer]) -> None:
    shown = table("no", "identifier", "status", "root-ID", "proven", "remark", right=("no",))
    for number, answer in enumerate(answers, 1):
        scope = f"@{answer.scope}" if answer.scope else ""
        name = f"{answer.namespace}{scope}:{answer.mask or ''}" if answer.namespace else ""
        remark = answer.message or (f"others say {', '.join(answer.disagreeing)}" if answer.disagreeing else "")
        proven = "" if answer.root_id is None else "yes" if answer.proven else "no"
        shown.add_row(str(number), name, answer.status, answer.root_id or "", proven, remark)
    result().print(shown)
