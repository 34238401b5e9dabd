"""The written form of the change feed."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Time, Told
from graph import instants
from graph.answers import Change
from graph.feed import Lineage


class ChangeRecord(Told):
    """One record: which root-IDs answer differently from now on."""

    seq: Annotated[int, Field(ge=1, description="Grows with every record.")]
    at: Time
    purpose: str
    kind: Annotated[
        Literal["join", "merge", "split", "move", "erase"],
        Field(
            description="`merge`: `others` were roots and answer with `root_id` now. `split`: `others` became roots and "
            "answered with `root_id` before. `move`: the identifiers with the own ids `others` answer with `root_id` now. "
            "`erase`: `others` were carried by erased identifiers and answer with `root_id` now; null: nobody is left. "
            "`join` (where asked for): the own ids in `joined` answer for the first time."
        ),
    ]
    root_id: str | None
    others: list[str]
    joined: Annotated[dict[str, str], Field(description="Of a `join`: own ids, each with its root-ID.")]
    policy: Annotated[str, Field(description="Version of the policy that decided it.")]
    cause: Annotated[str, Field(description="What brought it about: `record` (events) or `expiry` (time passed), for instance.")]


class Changes(Told):
    """A page of the change feed, the eldest record first."""

    changes: list[ChangeRecord]
    cursor: Annotated[int, Field(ge=0, description="`after` of the next page.")]
    more: Annotated[bool, Field(description="Whether there are more records now.")]


def shown(found: Sequence[Change], after: int, limit: int) -> Changes:
    """A page of at most `limit` of the records found after a cursor."""
    page = [record(change) for change in found[:limit]]
    return Changes(changes=page, cursor=page[-1].seq if page else after, more=len(found) > limit)


def record(change: Change) -> ChangeRecord:
    """One record as it is written."""
    return ChangeRecord(
        seq=change.seq,
        at=instants.text(change.at),
        purpose=change.purpose,
        kind=change.kind,
        root_id=change.root_id,
        others=list(change.others),
        joined=change.joined,
        policy=change.policy,
        cause=change.cause,
    )


class LineageStep(Told):
    """One step in the lineage of a root."""

    seq: Annotated[int | None, Field(description="Number of the change record; null for the beginning.")]
    at: Time
    kind: Literal["began", "merge", "split", "move", "erase"]
    others: Annotated[list[str], Field(description="Other ids that the step names.")]
    cause: Annotated[str | None, Field(description="What brought it about.")]
    text: Annotated[str, Field(description="The step in words.")]


class RootHistory(Told):
    """What became of an id."""

    own_id: Annotated[str, Field(description="The id that was asked for.")]
    root_id: Annotated[str | None, Field(description="The root-ID that it answers with today; null where nobody is left.")]
    purpose: str
    steps: Annotated[list[LineageStep], Field(description="The eldest first; of a long story the last 1,000.")]


def history(found: Lineage) -> RootHistory:
    """A lineage as it is written."""
    steps = [
        LineageStep(
            seq=step.seq,
            at=instants.text(step.at),
            kind=step.kind,  # type: ignore[arg-type]  # one of the kinds of the feed
            others=list(step.others),
            cause=step.cause,
            text=step.text,
        )
        for step in found.steps
    ]
    return RootHistory(own_id=found.own_id, root_id=found.root_id, purpose=found.purpose, steps=steps)
