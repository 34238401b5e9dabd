"""The written form of events and of what became of them. Reads a batch item by item: a bad one is rejected on its own."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from api.problems import item_problem
from api.schemas.base import Asked, Count, Told
from api.schemas.problems import ItemProblem
from api.validation import faults, field_names, sentence
from graph.answers import Outcome, Receipt
from graph.errors import InvalidInputError
from graph.events import BySubject, Event, Moment, Name

MOST_EVENTS: Final = 1_000


class Sighting(Asked):
    """These identifiers were seen together."""

    see: Annotated[
        tuple[Name, ...],
        Field(
            min_length=1,
            max_length=64,
            description="Identifiers, each `namespace:value` or `namespace@scope:value`; one alone records it.",
        ),
    ]
    at: Annotated[Moment | None, Field(description="Event time; absent means now.")] = None
    source: Annotated[str | None, Field(max_length=200, description="Who saw it.")] = None
    event_id: Annotated[
        Name | None, Field(description="With the source, the event's identity: it is recorded once. Absent means its content.")
    ] = None
    session: Annotated[Name | None, Field(description="Visit or login that it was seen in.")] = None
    weight: Annotated[float, Field(ge=0, allow_inf_nan=False, description="What the evidence weighs.")] = 1.0
    consent: Annotated[Name | None, Field(description="Id of the consent that covers it; may be recorded later.")] = None
    basis: Annotated[str | None, Field(description="Legal basis that covers it without consent.")] = None

    def event(self) -> Event:
        """The same as an event."""
        return Event.model_construct(**{name: getattr(self, name) for name in self.model_fields_set})


class Sightings(Asked):
    """A batch of sightings. One that isn't of the form below is rejected on its own."""

    sightings: Annotated[list[Any], Field(min_length=1, max_length=MOST_EVENTS)]


class Events(Asked):
    """A batch of events of any kind. One that isn't of the form below is rejected on its own."""

    events: Annotated[list[Any], Field(min_length=1, max_length=MOST_EVENTS)]


class EventOutcome(Told):
    """What became of one event."""

    status: Annotated[
        Literal["recorded", "duplicate", "rejected"],
        Field(
            description="`duplicate`: on record already, nothing changed. `rejected`: see `problem`; nothing of it is on record."
        ),
    ]
    blocked: Annotated[Count, Field(description="How many of its identifiers the policy never records.")]
    parked: Annotated[Count, Field(description="How many of its identifiers were set aside: the policy doesn't declare them.")]
    problem: Annotated[ItemProblem | None, Field(description="Why it was rejected.")]


class EventReceipt(Told):
    """What became of a batch; the outcomes are in the order of the events."""

    recorded: Count
    duplicates: Count
    rejected: Count
    merges: Annotated[
        Count, Field(description="How many change records of this kind the batch caused; likewise splits and moves.")
    ]
    splits: Count
    moves: Count
    cursor: Annotated[Count, Field(description="The last change record on record; `after` of GET /v1/changes.")]
    receipt_id: Annotated[
        str | None, Field(description="The signed receipt, where something was withdrawn, closed, decided or erased.")
    ]
    outcomes: list[EventOutcome]


KNOWN: Final = field_names([Events, Sightings, Event, Sighting, BySubject])
M = TypeVar("M", bound=BaseModel)


def read_each(model: type[M], items: Sequence[Any]) -> list[M | Outcome]:
    """Each item as the model, or the outcome that rejects it."""
    return [_read(model, item) for item in items]


def _read(model: type[M], item: Any) -> M | Outcome:
    try:
        return model.model_validate(item)
    except ValidationError as error:
        message = sentence(faults(error.errors(include_url=False, include_input=False), KNOWN))
        return Outcome("rejected", InvalidInputError.code, message)


def rendered(receipt: Receipt, read: Sequence[object]) -> dict[str, Any]:
    """An EventReceipt as plain values: the service's outcomes, woven with those of the items that it was not given."""
    given = iter(receipt.outcomes)
    outcomes = [item if isinstance(item, Outcome) else next(given) for item in read]
    count = [outcome.status for outcome in outcomes].count
    return {
        "recorded": count("recorded"),
        "duplicates": count("duplicate"),
        "rejected": count("rejected"),
        "merges": receipt.merges,
        "splits": receipt.splits,
        "moves": receipt.moves,
        "cursor": receipt.cursor,
        "receipt_id": receipt.receipt_id,
        "outcomes": [outcome_of(outcome) for outcome in outcomes],
    }


def outcome_of(outcome: Outcome) -> dict[str, Any]:
    """An EventOutcome as plain values."""
    return {
        "status": outcome.status,
        "blocked": outcome.blocked,
        "parked": outcome.parked,
        "problem": None if outcome.code is None else item_problem(outcome.code, outcome.message or ""),
    }
