"""The written form of the change feed."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Time, Told
from graph import instants
from graph.answers import Change


class ChangeRecord(Told):
    """One record: which root-IDs answer differently from now on."""

    seq: Annotated[int, Field(ge=1, description="Grows with every record.")]
    at: Time
    purpose: str
    kind: Annotated[
        Literal["merge", "split", "move", "erase"],
        Field(
            description="`merge`: `others` were roots and answer with `root_id` now. `split`: `others` became roots and "
            "answered with `root_id` before. `move`: the identifiers with the own ids `others` answer with `root_id` now. "
            "`erase`: `others` were carried by erased identifiers and answer with `root_id` now; null: nobody is left."
        ),
    ]
    root_id: str | None
    others: list[str]
    policy: Annotated[str, Field(description="Version of the policy that decided it.")]
    cause: Annotated[str, Field(description="What brought it about: `record` (events) or `expiry` (time passed), for instance.")]


class Changes(Told):
    """A page of the change feed, the eldest record first."""

    changes: list[ChangeRecord]
    cursor: Annotated[int, Field(ge=0, description="`after` of the next page.")]
    more: Annotated[bool, Field(description="Whether there are more records now.")]


def shown(found: Sequence[Change], after: int, limit: int) -> Changes:
    """A page of at most `limit` of the records found after a cursor."""
    page = [
        ChangeRecord(
            seq=change.seq,
            at=instants.text(change.at),
            purpose=change.purpose,
            kind=change.kind,
            root_id=change.root_id,
            others=list(change.others),
            policy=change.policy,
            cause=change.cause,
        )
        for change in found[:limit]
    ]
    return Changes(changes=page, cursor=page[-1].seq if page else after, more=len(found) > limit)
