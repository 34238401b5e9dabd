"""The written form of decisions and closes."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from api.schemas.accounts import Receipt
from api.schemas.base import Asked, Time, Told
from api.schemas.consents import When
from api.validation import field_names
from graph import instants
from graph.decisions import DecisionView
from graph.events import Event, Name, PairOfNames, Text

By = Annotated[Text | None, Field(description="Who takes it; absent means the caller.")]
Why = Annotated[Text | None, Field(description="Why; not told in the receipt.")]


class Decision(Asked):
    """What a human rules on two identifiers. The newest on a pair counts; `reverse` takes all on it back."""

    ruling: Literal["same_person", "never_link", "reverse"]
    identifiers: Annotated[PairOfNames, Field(description="Two identifiers; for `same_person` no device and no attribute.")]
    by: By = None
    reason: Why = None
    at: When = None
    consent: Annotated[Name | None, Field(description="Consent that a `same_person` rests on.")] = None
    basis: Annotated[Text | None, Field(description="Legal basis that a `same_person` rests on without consent.")] = None

    def event(self, by: str) -> Event:
        """The same as an event; `by` takes it where nobody is named."""
        said = {name: getattr(self, name) for name in ("reason", "at", "consent", "basis")}
        return Event.model_construct(by=self.by or by, **{self.ruling: self.identifiers}, **said)


class Close(Asked):
    """Ends what was seen up to `at`: of two identifiers, or of one with all others. Seen again later, it counts again."""

    identifiers: Annotated[tuple[Name, ...], Field(min_length=1, max_length=2, description="One or two identifiers.")]
    source: Annotated[Text | None, Field(description="Only what this source saw; absent means any.")] = None
    by: By = None
    reason: Why = None
    at: When = None

    def event(self, by: str) -> Event:
        """The same as an event; `by` takes it where nobody is named."""
        ends: Any = self.identifiers if len(self.identifiers) == 2 else self.identifiers[0]
        return Event.model_construct(by=self.by or by, close=ends, source=self.source, reason=self.reason, at=self.at)


class TakenDecision(Told):
    """A decision or close is on record and worked in."""

    receipt: Receipt


class DecisionRecord(Told):
    """One decision or close as it was taken."""

    ruling: Literal["same_person", "never_link", "reverse", "close"]
    a: Annotated[str, Field(description="Mask of one end.")]
    b: Annotated[str | None, Field(description="Mask of the other; null where all links of one identifier were closed.")]
    own_ids: Annotated[list[str], Field(description="Own ids of the ends, as far as they have one.")]
    at: Time
    by: str | None
    reason: str | None
    source: Annotated[str | None, Field(description="Of a close: the only source whose evidence it ended.")]
    recorded: Time


class Decisions(Told):
    """Decisions and closes on a root, the eldest first."""

    decisions: list[DecisionRecord]


KNOWN = field_names([Decision, Close])


def shown(found: Sequence[DecisionView]) -> Decisions:
    """Decisions as they are written."""
    return Decisions(
        decisions=[
            DecisionRecord(
                ruling=view.ruling,  # type: ignore[arg-type]  # the four of the domain
                a=view.a,
                b=view.b,
                own_ids=list(view.own_ids),
                at=instants.text(view.at),
                by=view.by,
                reason=view.reason,
                source=view.source,
                recorded=instants.text(view.recorded),
            )
            for view in found
        ]
    )
