"""The written form of what-if."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import Field

from api.schemas.base import Asked, Count, Told
from api.schemas.events import MOST_EVENTS, EventOutcome, outcome_of
from api.schemas.explanations import NamedIdentifier, named
from api.validation import field_names
from graph.answers import Outcome
from graph.events import BySubject, Event
from graph.trials import Group, WhatIf


class Trial(Asked):
    """Events of any kind to be tried together. One that isn't of the form below is rejected on its own."""

    events: Annotated[list[Any], Field(min_length=1, max_length=MOST_EVENTS)]


KNOWN: Final = field_names([Trial, Event, BySubject])


class Shift(Told):
    """A record that the change feed would have; see `ChangeRecord`."""

    purpose: str
    kind: str
    root_id: str | None
    others: list[str]


class Conflict(Told):
    """A link that would be refused, and is not now."""

    purpose: str
    a: NamedIdentifier
    b: NamedIdentifier
    reason: str
    clash: Annotated[tuple[NamedIdentifier, NamedIdentifier] | None, Field(description="The pair that it clashes with.")]


class AffectedRoot(Told):
    """A root with all who answer with it, the leader first."""

    purpose: str
    root_id: str
    members: list[NamedIdentifier]


class TrialAnswer(Told):
    """What recording the events would do. Ids of identifiers that nobody named before are examples."""

    recorded: Count
    duplicates: Count
    rejected: Count
    merges: Annotated[Count, Field(description="How many change records of this kind there would be; likewise splits and moves.")]
    splits: Count
    moves: Count
    outcomes: list[EventOutcome]
    shifts: list[Shift]
    conflicts: list[Conflict]
    affected_before: Annotated[Count, Field(description="How many roots of today would change, gain or lose somebody.")]
    affected_after: Annotated[Count, Field(description="How many roots they would be then.")]
    before: Annotated[list[AffectedRoot], Field(description="The first 200 of them, as they are.")]
    after: Annotated[list[AffectedRoot], Field(description="The first 200 of them, as they would be.")]


def shown(found: WhatIf, read: Sequence[object]) -> TrialAnswer:
    """What would happen, as it is written; outcomes woven with those of the items that could not be read."""
    given = iter(found.outcomes)
    outcomes = [item if isinstance(item, Outcome) else next(given) for item in read]
    count = [outcome.status for outcome in outcomes].count
    return TrialAnswer(
        recorded=count("recorded"),
        duplicates=count("duplicate"),
        rejected=count("rejected"),
        merges=found.merges,
        splits=found.splits,
        moves=found.moves,
        outcomes=[EventOutcome.model_validate(outcome_of(outcome)) for outcome in outcomes],
        shifts=[Shift(purpose=s.purpose, kind=s.kind, root_id=s.root_id, others=list(s.others)) for s in found.shifts],
        conflicts=conflicts(found),
        affected_before=found.affected[0],
        affected_after=found.affected[1],
        before=affected(found.before),
        after=affected(found.after),
    )


def conflicts(found: WhatIf) -> list[Conflict]:
    """Links that would be refused, as they are written."""
    return [
        Conflict(
            purpose=c.purpose,
            a=named(c.a),
            b=named(c.b),
            reason=c.reason,
            clash=None if c.clash is None else (named(c.clash[0]), named(c.clash[1])),
        )
        for c in found.conflicts
    ]


def affected(groups: Sequence[Group]) -> list[AffectedRoot]:
    """Roots with their members, as they are written."""
    return [
        AffectedRoot(purpose=group.purpose, root_id=group.root_id, members=[named(member) for member in group.members])
        for group in groups
    ]
