"""What the headers of statement files say: title, meaning, parameters, columns. Must not run a statement."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent
_TAG: Final = re.compile(r"@(?P<tag>topic|param|return) (?P<name>\w+)(?: = (?P<default>.+?))?(?:: (?P<text>.+))?")


class HeaderError(ValueError):
    """A statement's header has not the form of cypher/: a mistake in the program, never in its input."""


@dataclass(frozen=True, slots=True)
class Header:
    """The comment above a statement.

    `parameters` and `columns` are in the order written, name to meaning; `defaults` are Cypher literals, for those parameters
    that have one; `topic` is None unless people run the statement.
    """

    title: str
    meaning: str
    topic: str | None
    parameters: Mapping[str, str]
    defaults: Mapping[str, str]
    columns: Mapping[str, str]


def names(folder: str) -> list[str]:
    """The statements of a folder below cypher/, as the loader names them."""
    return [f"{folder}/{file.stem}" for file in sorted((_FOLDER / folder).glob("*.cypher"))]


def header(name: str) -> Header:
    """The header of `cypher/<name>.cypher`. Raises HeaderError where it isn't one."""
    lines = (_FOLDER / f"{name}.cypher").read_text(encoding="utf-8").splitlines()
    end = next((at for at, line in enumerate(lines) if not line.startswith("//")), len(lines))
    title, *rest = (line.removeprefix("//").strip() for line in lines[:end])
    tags: dict[str, dict[str, tuple[str, str | None]]] = {"topic": {}, "param": {}, "return": {}}
    said: list[str] = []
    for line in rest:
        if not line.startswith("@"):
            said.append(line)
        elif found := _TAG.fullmatch(line):
            tags[found["tag"]][found["name"]] = (found["text"] or "", found["default"])
        else:
            raise HeaderError(f"{name}: {line!r} is no tag of a header")
    parameters = tags["param"].items()
    return Header(
        title,
        " ".join(filter(None, said)),
        next(iter(tags["topic"]), None),
        {name: text for name, (text, _) in parameters},
        {name: default for name, (_, default) in parameters if default is not None},
        {name: text for name, (text, _) in tags["return"].items()},
    )
