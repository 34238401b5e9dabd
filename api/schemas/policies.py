"""The written form of the store's policy, of trying another one, and of changing to it."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import Field

from api.schemas.base import Asked, Count, Told
from api.schemas.trials import AffectedRoot, Conflict, affected, conflicts
from api.validation import field_names
from graph.charter import Course
from graph.policy import written
from graph.trials import WhatIf


class PolicyQuestion(Asked):
    """Another policy, with the keys of a policy file; what is absent has its default."""

    policy: dict[str, Any]


KNOWN: Final = field_names([PolicyQuestion])


class PolicyStanding(Told):
    """The policy in force, and how much of what is on record has followed it."""

    version: str
    policy: Annotated[dict[str, Any], Field(description="What differs from the defaults, as a policy file says it.")]
    changing: Annotated[bool, Field(description="Whether some of what is on record is by a former policy still.")]
    done: Annotated[Count, Field(description="How many identifiers have followed it.")]
    total: Annotated[Count, Field(description="How many there are; twice as many where evidence is folded anew first.")]


class RuleChange(Told):
    """A rule that differs; null where a policy doesn't have it."""

    rule: str
    old: Any
    new: Any


class PolicyTrial(Told):
    """What putting the store under another policy would do."""

    version: Annotated[str, Field(description="Of the policy that was tried.")]
    rules: list[RuleChange]
    merges: Annotated[Count, Field(description="How many change records of this kind there would be; likewise splits and moves.")]
    splits: Count
    moves: Count
    conflicts: Annotated[list[Conflict], Field(description="The first 200 of each purpose that would be refused, and are not.")]
    affected_before: Annotated[Count, Field(description="How many roots of today would change, gain or lose somebody.")]
    affected_after: Annotated[Count, Field(description="How many roots they would be then.")]
    before: Annotated[list[AffectedRoot], Field(description="The first 200 of them, as they are.")]
    after: Annotated[list[AffectedRoot], Field(description="The first 200 of them, as they would be.")]


def shown(standing: Course) -> PolicyStanding:
    """How far a policy has come."""
    policy = standing.policy
    return PolicyStanding(
        version=policy.version,
        policy=written(policy),
        changing=standing.changing,
        done=standing.done,
        total=standing.total,
    )


def tried(version: str, rules: Sequence[tuple[str, Any, Any]], found: WhatIf) -> PolicyTrial:
    """What was tried."""
    return PolicyTrial(
        version=version,
        rules=[RuleChange(rule=rule, old=old, new=new) for rule, old, new in rules],
        merges=found.merges,
        splits=found.splits,
        moves=found.moves,
        conflicts=conflicts(found),
        affected_before=found.affected[0],
        affected_after=found.affected[1],
        before=affected(found.before),
        after=affected(found.after),
    )
