"""Writes docs/reference/cli.md from the command itself: `python -m cli.reference > docs/reference/cli.md`."""

import sys
from collections.abc import Iterator
from inspect import cleandoc
from typing import Any

from typer.core import TyperGroup
from typer.main import get_command

from cli.main import app

_FOREWORD = """\
# The rootid command

Written by `python -m cli.reference`; a test keeps it fresh.

Results go to stdout, everything else to stderr; `--json` is for programs. Exit code 2 means that nothing could be done or that
the command was called wrongly, 70 an error in rootid itself; what else there is stands with each command. Errors are one line."""


def reference() -> str:
    """The whole page."""
    command = get_command(app)
    parts = [_FOREWORD, "## rootid\n\n" + _body(command, "rootid")]
    parts += [f"## {name}\n\n{_body(found, name)}" for name, found in _commands(command, "rootid")]
    return "\n\n".join(parts) + "\n"


def _commands(group: Any, above: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(group, TyperGroup):
        return
    for name, command in group.commands.items():
        full = f"{above} {name}"
        if isinstance(command, TyperGroup):
            yield from _commands(command, full)
        else:
            yield full, command


def _body(command: Any, name: str) -> str:
    shown = [parameter for parameter in command.params if not parameter.name.endswith("completion")]
    arguments = [p for p in shown if p.param_type_name == "argument"]
    options = [p for p in shown if p.param_type_name == "option"]
    usage = [name, "[OPTIONS]", *(_argument(p) for p in arguments)]
    if isinstance(command, TyperGroup):
        usage.append("COMMAND")
    parts = [f"    {' '.join(usage)}", cleandoc(command.help or "")]
    rows = [(f"`{_argument(p)}`", p.help or "") for p in arguments]
    rows += [(f"`{_option(p)}`", _meaning(p)) for p in options]
    if rows:
        lines = [f"| {left} | {right.replace('|', chr(92) + '|')} |" for left, right in rows]
        parts.append("\n".join(["| | |", "|---|---|", *lines]))
    return "\n\n".join(parts)


def _argument(parameter: Any) -> str:
    name = parameter.metavar or parameter.name.upper()
    name = f"{name}..." if parameter.nargs == -1 else name
    return name if parameter.required else f"[{name}]"


def _option(parameter: Any) -> str:
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    return names if parameter.is_flag else f"{names} {parameter.metavar or parameter.name.upper()}"


def _meaning(parameter: Any) -> str:
    default = parameter.default
    if default is None or default is False or callable(default):
        return parameter.help or ""
    written = parameter.opts[0] if default is True else default
    return f"{parameter.help} Default: `{written}`."


if __name__ == "__main__":
    sys.stdout.write(reference())
