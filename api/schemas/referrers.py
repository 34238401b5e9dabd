"""The written form of who brings people, and of the trees below them."""

from typing import Annotated, Any, Final, Literal, get_args

from pydantic import Field

from api.schemas.base import Count, Time, Told
from graph import instants
from graph.growth import Person, Referrer, ReferrerPage, Tree

Metric = Literal[
    "will_refer",
    "network_under",
    "counted",
    "worth",
    "direct",
    "second",
    "recent",
    "reach",
    "pagerank",
    "bridge",
    "distinct_persons",
    "value",
    "refunded",
    "deeds",
    "trust",
]

Amount = Annotated[float, Field(ge=0)]
Pattern = Literal["ring", "star", "chain", "bridge", "multi_hub", "branching"]
Role = Literal["consumer", "hub", "group_owner"]
CODED: Final = {"pattern": get_args(Pattern), "role": get_args(Role)}
"""Words of figures that are kept as their place among them; the same as those of algorithms, which would load a compiler."""


class Somebody(Told):
    """A person as people may see them, by the leading identifier; all null for one who was erased since the scoring."""

    root_id: Annotated[str | None, Field(description="The root-ID (祖ID) of today.")]
    namespace: str | None
    scope: str | None
    mask: Annotated[str | None, Field(description="A few characters of the value.")]


class Score(Told):
    """A score with the bounds within which it is with a chance of 95 %; null where none were computed: at the long tail."""

    value: Amount
    low: Amount | None
    high: Amount | None


class Position(Told):
    """Where the person stands in the network, whatever was asked for."""

    direct: Annotated[Count, Field(description="Persons brought.")]
    second: Annotated[Count, Field(description="Persons brought by those.")]
    reach: Annotated[Count, Field(description="All persons below.")]
    depth: Annotated[Count, Field(description="Steps up to the one with whom the tree began.")]
    pagerank: Amount
    bridge: Annotated[Amount, Field(description="Betweenness with a campaign above the roots.")]
    role: Annotated[Role | None, Field(description="小c, hub, or 大C.")]
    idle_share: Annotated[float | None, Field(description="Share of those brought who brought nobody.")]
    pattern: Annotated[
        Pattern | None,
        Field(description="Of the tree that begins with the person, where it has 5 persons or more."),
    ]
    recruited: Annotated[bool, Field(description="Takes part in a programme of the brand (KOL, KOC).")]


class Evidence(Told):
    """What there is to judge by."""

    recent: Annotated[Count, Field(description="Persons brought in the last 90 days.")]
    deeds: Annotated[Count, Field(description="Days seen, and orders, in the last 90 days.")]
    by_referrals: Annotated[Amount, Field(description="Part of `will_refer` that rests on recent referrals.")]
    by_deeds: Annotated[Amount, Field(description="Part of `will_refer` that rests on recent deeds.")]
    below: Annotated[Amount, Field(description="Part of `network_under` that rests on those below.")]
    trust: Annotated[float, Field(ge=0, le=1, description="From the evidence of fraud; both scores were multiplied by it.")]
    refunded: Annotated[Count, Field(description="Referrals that were refunded.")]


class Relations(Told):
    """Four answers to how many relations the person has."""

    accepted: Annotated[Count, Field(description="Accepted referrals as they were told.")]
    distinct: Annotated[Count, Field(description="Different persons among them.")]
    within_consent: Annotated[Count, Field(description="Those of them who may be used for the purpose.")]
    descendants: Annotated[Count, Field(description="All below in the tree.")]


class RankedReferrer(Told):
    """One person who brings people."""

    rank: Annotated[int, Field(ge=1)]
    person: Somebody
    counted: Annotated[Count, Field(description="Persons brought in the campaign, channel and time asked for.")]
    worth: Annotated[float, Field(description="What those referrals were worth.")]
    will_refer: Annotated[Score, Field(description="How many the person is expected to bring in the next 180 days.")]
    network_under: Annotated[Score, Field(description="How many the person and all below are expected to bring.")]
    position: Position
    evidence: Evidence
    relations: Relations


class Referrers(Told):
    """A page of people who bring people, the highest first."""

    purpose: str
    metric: str
    scored_at: Annotated[Time, Field(description="The moment that figures and scores are of.")]
    referrers: list[RankedReferrer]
    cursor: Annotated[str | None, Field(description="`cursor` of the next page; null on the last one.")]


class FissionNode(Told):
    """One person of a tree."""

    person: Somebody
    parent: Annotated[int | None, Field(description="Place of the one who brought them, in `nodes`; null for the first.")]
    depth: Count
    at: Annotated[Time | None, Field(description="When the person was brought; null for who wasn't.")]
    campaign: str | None
    direct: Count
    reach: Count
    hidden: Annotated[Count, Field(description="How many of those brought aren't in `nodes`.")]
    recruited: bool


class FissionTree(Told):
    """Whom a person brought, and those below: breadth first, of each one's the ones with most below first."""

    purpose: str
    scored_at: Time
    whole: Annotated[bool, Field(description="False where `depth` or `size` left somebody out.")]
    nodes: list[FissionNode]


def shown(page: ReferrerPage) -> Referrers:
    """A page as it is written."""
    return Referrers(
        purpose=page.purpose,
        metric=page.metric,
        scored_at=instants.text(page.scored_at),
        referrers=[_row(row) for row in page.referrers],
        cursor=page.cursor,
    )


def _row(row: Referrer) -> RankedReferrer:
    figures: dict[str, Any] = {**row.figures}
    for name, words in CODED.items():
        figures[name] = None if figures[name] is None else words[int(figures[name])]
    for name in ("direct", "second", "reach", "depth", "recent", "deeds", "refunded", "accepted", "within_consent"):
        figures[name] = int(figures[name] or 0)
    figures |= {"distinct": int(figures["distinct_persons"] or 0), "descendants": figures["reach"]}
    figures["recruited"] = bool(figures["recruited"])
    return RankedReferrer(
        rank=row.rank,
        person=_somebody(row.person),
        counted=row.counted,
        worth=row.worth,
        will_refer=_score(figures, "will_refer"),
        network_under=_score(figures, "network_under"),
        position=Position(**{name: figures[name] for name in Position.model_fields}),
        evidence=Evidence(**{name: figures[name] for name in Evidence.model_fields}),
        relations=Relations(**{name: figures[name] for name in Relations.model_fields}),
    )


def _score(figures: dict[str, Any], name: str) -> Score:
    return Score(value=figures[name], low=figures[f"{name}_low"], high=figures[f"{name}_high"])


def _somebody(person: Person) -> Somebody:
    return Somebody(root_id=person.root_id, namespace=person.namespace, scope=person.scope, mask=person.mask)


def planted(tree: Tree) -> FissionTree:
    """A tree as it is written."""
    nodes = [
        FissionNode(
            person=_somebody(node.person),
            parent=node.parent,
            depth=node.depth,
            at=None if node.at is None else instants.text(node.at),
            campaign=node.campaign,
            direct=node.direct,
            reach=node.reach,
            hidden=node.hidden,
            recruited=node.recruited,
        )
        for node in tree.nodes
    ]
    return FissionTree(purpose=tree.purpose, scored_at=instants.text(tree.scored_at), whole=tree.whole, nodes=nodes)
