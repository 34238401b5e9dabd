"""Writes the catalogue of queries for analysts: `python -m cypher.reference`. Must not run one."""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from cypher import load
from cypher.headers import Header, header, names

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "queries.md"
BROWSER: Final = "http://127.0.0.1:7474/browser/"
TOPICS: Final = {
    "people": "People",
    "links": "Links and what became of them",
    "consents": "Consents",
    "referrals": "Who brings whom",
    "health": "Health of the data",
    "record": "What happened",
}
_INTRODUCTION: Final = """\
<!-- Written by cypher/reference.py from the headers in cypher/analysis/. Change these, then run `python -m cypher.reference`. -->

# Queries for Neo4j Browser

For people who look into a store on Neo4j ([how to begin](../howto/browser.md), [who may](../howto/browser-access.md)). All of
them only read. They show keys, masks and ids, never values.

*Open in Browser* puts the query into the editor of a Browser at 127.0.0.1:7474, with the defaults written into it; change them
there, then run it. Queries marked *(picture)* show a graph, the others a table. Programs and `cypher-shell` take the files as
they are, with parameters.
"""


def page() -> str:
    """The catalogue: for each query its meaning, its parameters, what it shows, and a link that opens it."""
    known = {name: header(name) for name in names("analysis")}
    return "\n".join([_INTRODUCTION, *_contents(known), *_sections(known)])


def filled(name: str) -> str:
    """A query as the link brings it to the editor: its title, and the defaults in the place of the parameters."""
    told = header(name)
    statement = re.sub(r"\$(\w+)", lambda found: told.defaults[found[1]], load(name))
    return f"// {told.title}\n{statement}\n"


def link(name: str) -> str:
    """Opens a query in Browser."""
    return f"{BROWSER}?cmd=edit&arg={quote(filled(name), safe='')}"


def _contents(known: Mapping[str, Header]) -> Iterator[str]:
    yield "| topic | queries |\n| --- | --- |"
    for topic, heading in TOPICS.items():
        titles = [told.title for told in known.values() if told.topic == topic]
        yield f"| {heading} | {' · '.join(f'[{title}](#{_anchor(title)})' for title in titles)} |"


def _sections(known: Mapping[str, Header]) -> Iterator[str]:
    for topic, heading in TOPICS.items():
        yield f"\n## {heading}"
        for name, told in known.items():
            if told.topic == topic:
                yield from _entry(name, told)


def _entry(name: str, told: Header) -> Iterator[str]:
    yield f"\n### {told.title}\n\n{told.meaning}\n"
    if told.parameters:
        yield "| parameter | default | |\n| --- | --- | --- |"
        yield from (f"| `{one}` | `{told.defaults[one]}` | {text} |" for one, text in told.parameters.items())
        yield ""
    yield "Shows " + "; ".join(f"`{column}` ({text})" if text else f"`{column}`" for column, text in told.columns.items()) + "."
    yield f"\n[Open in Browser]({link(name)}) · [`cypher/{name}.cypher`](../../cypher/{name}.cypher)"


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE.name} written\n")
