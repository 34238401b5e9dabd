"""`rootid explain`: why two identifiers are one person, or why not. Holds no rule."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.tree import Tree

from cli.names import NAME_HELP, moment, names
from cli.output import result, write_json
from cli.session import session
from graph.errors import InvalidInputError
from graph.explanations import Explanation
from graph.wording import label, mermaid, svg, words

AsOf = Annotated[str | None, typer.Option(metavar="TIME", help="As it was at this time. Default: now.")]
KnownAt = Annotated[str | None, typer.Option(metavar="TIME", help="By what was on record at this time. Default: all.")]
Purpose = Annotated[str | None, typer.Option(metavar="NAME", help="For which purpose. Default: the policy's first.")]
APART = 1


def explain(
    context: typer.Context,
    *,
    a: Annotated[str, typer.Argument(metavar="NAME", help=NAME_HELP)],
    b: Annotated[str, typer.Argument(metavar="NAME", help=NAME_HELP)],
    purpose: Purpose = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_mermaid: Annotated[bool, typer.Option("--mermaid", help="The path as a Mermaid flowchart.")] = False,
    as_svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="Write the path as a picture.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The explanation as JSON, times in microseconds.")] = False,
) -> None:
    """Explain why two identifiers are one person, or why they are not.

    Shows the shortest path with the evidence and the consent of each link, and what would fall apart without it; or the way that
    comes nearest, with what is in it. Exit code: 0 when they are one, 1 when they are not.
    """
    one, other = names(a, b)
    when = moment(as_of), moment(known_at)
    found = session(context).with_service(lambda service: service.explain((one, other), purpose, *when))
    if as_svg is not None:
        try:
            as_svg.write_text(svg(found), "utf-8")
        except OSError as error:
            raise InvalidInputError(f"{as_svg}: can't be written ({error.strerror})") from None
    if as_json:
        write_json({**asdict(found), "words": words(found)})
    elif as_mermaid:
        typer.echo(mermaid(found), nl=False)
    else:
        result().print(picture(found))
    if not found.together:
        raise typer.Exit(APART)


def picture(found: Explanation) -> Tree:
    """A tree: the answer, then the links in order."""
    answer, *rest = words(found)
    tree = Tree(f"{answer}  (purpose {found.purpose}, policy {found.policy})")
    place = tree
    for named in found.identifiers[: len(found.hops) + 1]:
        place = place.add(label(named))
    for sentence in rest:
        tree.add(sentence)
    return tree
