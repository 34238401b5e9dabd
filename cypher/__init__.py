"""The statements that rootid sends to Neo4j, one a file, and their loader. Must not build a statement from parts."""

from functools import cache
from pathlib import Path
from typing import LiteralString, cast

_FOLDER = Path(__file__).parent


class UnknownStatementError(LookupError):
    """There is no file of that name below cypher/: a mistake in the program, never in its input."""


@cache
def load(name: str) -> LiteralString:
    """The statement in `cypher/<name>.cypher`, for example "gds/project_arrays", without its header of comments.

    Read once for each process. Raises UnknownStatementError, which says what names there are in that folder.
    """
    file = _FOLDER / f"{name}.cypher"
    if not file.is_file() or not file.resolve().is_relative_to(_FOLDER.resolve()):
        near = sorted(path.stem for path in file.parent.glob("*.cypher")) if file.parent.is_relative_to(_FOLDER) else []
        raise UnknownStatementError(f"no statement {name!r} in cypher/; beside it there are: {', '.join(near) or 'none'}")
    lines = file.read_text(encoding="utf-8").splitlines()
    body = next((at for at, line in enumerate(lines) if line.strip() and not line.startswith("//")), len(lines))
    # The text is a file of this package, as constant as a literal: no value of a caller gets into it.
    return cast("LiteralString", "\n".join(lines[body:]).strip())
