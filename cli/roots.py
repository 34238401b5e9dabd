"""`rootid show`: the picture of one person. Holds no rule."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.tree import Tree

from cli.explaining import AsOf, KnownAt
from cli.names import moment
from cli.output import result, write_json
from cli.session import session
from graph import instants
from graph.answers import LinkView, Member, RootView


def show(
    context: typer.Context,
    *,
    root: Annotated[str, typer.Argument(metavar="ROOT", help="A root-ID, also a former one, or the own id of a member.")],
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: Annotated[bool, typer.Option("--json", help="The root as JSON, times in microseconds.")] = False,
) -> None:
    """Show one person: members by kind, links, and what was refused; now, or at a time."""
    when, known = moment(as_of), moment(known_at)
    now = when is None and known is None
    view = session(context).with_service(lambda service: (service if now else service.at(when, known)).root(root))
    if as_json:
        write_json(asdict(view))
        return
    if view.root_id != root:
        result().print(f"{root} answers with {view.root_id} {'today' if now else 'then'}")
    result().print(picture(view))


def picture(view: RootView) -> Tree:
    """A tree of a root."""
    tree = Tree(f"{view.root_id}  (purpose {view.purpose}, policy {view.policy})")
    labels = {member.own_id: _name(member) for member in view.members}
    for kind in dict.fromkeys(member.kind for member in view.members):
        members = [member for member in view.members if member.kind == kind]
        branch = tree.add(f"{kind} ({len(members)})")
        for member in members:
            leads = ", leads" if member.leader else ""
            branch.add(f"{_name(member)}  {_period(member.first_seen, member.last_seen)}{leads}")
    for title, links in _sorted(view.links).items():
        branch = tree.add(f"{title} ({len(links)})")
        for link in links:
            reason = f", {link.reason}" if link.reason else ""
            ends = f"{labels.get(link.a, 'another root')} – {labels.get(link.b, 'another root')}"
            branch.add(f"{ends}  {_period(link.first_seen, link.last_seen)}, seen {link.count}×{reason}")
    return tree


def _sorted(links: list[LinkView]) -> dict[str, list[LinkView]]:
    """Links by verdict, accepted ones first."""
    verdicts = sorted({link.verdict for link in links}, key=lambda verdict: (verdict != "accepted", verdict))
    return {f"links {verdict}": [link for link in links if link.verdict == verdict] for verdict in verdicts}


def _name(member: Member) -> str:
    scope = f"@{member.scope}" if member.scope else ""
    return f"{member.namespace}{scope}:{member.mask}"


def _period(first: int, last: int) -> str:
    one, other = (instants.text(instant)[:10] for instant in (first, last))
    return one if one == other else f"{one} to {other}"
