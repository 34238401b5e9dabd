"""Reading a truth file: which identifiers are one person. Must not know a store."""

from dataclasses import dataclass
from pathlib import Path

from graph.errors import InvalidInputError
from intake.delimited import read_header
from intake.lines import split_lines
from intake.sources import Source

NAMED = "identifier"


@dataclass(frozen=True, slots=True)
class Truth:
    """Names of identifiers, and beside each the label of its person (any text)."""

    names: list[str]
    persons: list[str]


def read_truth(path: Path, namespace: str | None = None) -> Truth:
    """Read a CSV of two columns: `identifier,person` with whole names, or `NAMESPACE,person` with bare values.

    `namespace` is what bare values are, whatever the header of their column says. Raises InvalidInputError naming file and
    place.
    """
    source = Source(path)
    try:
        source.format()
        file = read_header(split_lines(source.text("utf-8")), "utf-8")
        if "person" not in file.headers or len(file.headers) != 2:
            raise InvalidInputError("a truth file has two columns, identifier (or a namespace) and person")
        person = file.headers.index("person")
        head = namespace or file.headers[1 - person]
        prefix = "" if head == NAMED else f"{head}:"
        names: list[str] = []
        persons: list[str] = []
        for frame in file.frames([0, 1]):
            for rejection in frame.rejections:
                raise InvalidInputError(f"line {rejection.line}: {rejection.message}")
            names += [f"{prefix}{value}" for value in frame.cells[str(1 - person)].fill_null("").to_list()]
            persons += frame.cells[str(person)].fill_null("").to_list()
        return Truth(names, persons)
    except InvalidInputError as error:
        known = error.message.startswith(f"{path}: ")
        raise InvalidInputError(error.message if known else f"{path}: {error.message}") from None
    finally:
        source.close()
