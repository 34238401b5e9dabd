"""The written form of a root."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Time, Told
from graph import instants
from graph.answers import RootView


class MovedRoot(Told):
    """Where the root is today."""

    root_id: str


class RootMember(Told):
    """One identifier of a root, as people may see it."""

    own_id: str
    namespace: str
    scope: Annotated[str, Field(description="Empty where the identifier has none.")]
    mask: Annotated[str, Field(description="A few characters of the value.")]
    kind: Literal["person", "device", "attribute"]
    first_seen: Time
    last_seen: Time
    leader: Annotated[bool, Field(description="True for the one whose own id is the root-ID.")]


class RootLink(Told):
    """One link between two identifiers, and why it joins them or not. One end may belong to another root."""

    a: Annotated[str, Field(description="Own id of one end.")]
    b: Annotated[str, Field(description="Own id of the other.")]
    verdict: Annotated[
        str,
        Field(
            description="accepted, refused, past, unbacked, withdrawn, expired, closed, weak, mass_value or shared; only the "
            "first joins."
        ),
    ]
    reason: Annotated[
        str | None, Field(description="Of a refused link: unique, limit, never_link, max_size, other_owner or attribute.")
    ]
    first_seen: Time
    last_seen: Time
    count: Annotated[int, Field(ge=0, description="Pieces of evidence.")]


class Root(Told):
    """One root with its identifiers, the leader first, and the links between and around them."""

    root_id: str
    purpose: str
    policy: Annotated[str, Field(description="Version of the policy that the store is resolved under.")]
    members: list[RootMember]
    links: list[RootLink]


def shown(view: RootView) -> Root:
    """A root as it is written."""
    members = [
        RootMember(
            own_id=m.own_id,
            namespace=m.namespace,
            scope=m.scope,
            mask=m.mask,
            kind=m.kind,  # type: ignore[arg-type]  # a kind of the domain, as text
            first_seen=instants.text(m.first_seen),
            last_seen=instants.text(m.last_seen),
            leader=m.leader,
        )
        for m in view.members
    ]
    links = [
        RootLink(
            a=link.a,
            b=link.b,
            verdict=link.verdict,
            reason=link.reason,
            first_seen=instants.text(link.first_seen),
            last_seen=instants.text(link.last_seen),
            count=link.count,
        )
        for link in view.links
    ]
    return Root(root_id=view.root_id, purpose=view.purpose, policy=view.policy, members=members, links=links)
