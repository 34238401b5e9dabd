"""The written form of lookups and their answers. The bytes of an answer are written by `rendered`, not by the models."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from api.problems import item_problem
from api.schemas.base import Asked, Told
from api.schemas.problems import ItemProblem
from api.validation import field_names
from graph.answers import Answer
from graph.events import Moment

MOST_LOOKUPS: Final = 1_000
MOST_IDENTIFIERS: Final = 16


class Lookup(Asked):
    """Identifiers that are said to be one person."""

    identifiers: Annotated[
        list[str],
        Field(
            min_length=1,
            max_length=MOST_IDENTIFIERS,
            description="Each `namespace:value` or `namespace@scope:value`, split at the first colon. The strongest that is on "
            "record answers.",
        ),
    ]


class Lookups(Asked):
    """Who are these?"""

    purpose: Annotated[
        str | None,
        Field(min_length=1, max_length=64, description="What the root-IDs are for; without it, the policy's first purpose."),
    ] = None
    as_of: Annotated[
        Moment | None,
        Field(
            description="Who they were at this time: events after it don't count. Root-IDs are the own ids of the leaders of "
            "then, as they are carried today. Absent means now."
        ),
    ] = None
    known_at: Annotated[Moment | None, Field(description="By what was on record at this time. Absent means all.")] = None
    lookups: Annotated[list[Lookup], Field(min_length=1, max_length=MOST_LOOKUPS)]


KNOWN: Final = field_names([Lookups, Lookup])


class Matched(Told):
    """The identifier that answered, as people may see it."""

    namespace: str
    scope: Annotated[str, Field(description="Empty where the identifier has none.")]
    mask: Annotated[str, Field(description="A few characters of the value.")]


class LookupAnswer(Told):
    """Who the identifiers of one lookup are."""

    status: Annotated[
        Literal["resolved", "shared", "mass_value", "attribute", "blocked", "unknown", "invalid"],
        Field(
            description="`resolved`: to `root_id`. `shared`: a device of several persons, `mass_value`: a value of nobody; both "
            "stand alone, under a root-ID of their own. `attribute`: on record, but in no root. `blocked`: the policy never "
            "records it. `unknown`: not on record. `invalid`: see `problem`."
        ),
    ]
    root_id: Annotated[str | None, Field(description="The root-ID (祖ID) of today under the purpose.")]
    own_id: Annotated[str | None, Field(description="The own id of the identifier that answered, under the purpose.")]
    proven: Annotated[
        bool, Field(description="True where an identifier of a person answered; a device answers by last login only.")
    ]
    matched: Annotated[Matched | None, Field(description="Which identifier answered; null where none is on record.")]
    disagreeing: Annotated[list[str], Field(description="Other root-IDs, which weaker identifiers of the lookup answer with.")]
    problem: Annotated[ItemProblem | None, Field(description="Why the lookup is `invalid`.")]


class LookupAnswers(Told):
    """The answers, in the order of the lookups."""

    purpose: Annotated[str, Field(description="The purpose that the root-IDs are for.")]
    policy: Annotated[str, Field(description="Version of the policy that the store is resolved under.")]
    answers: list[LookupAnswer]


def rendered(purpose: str, policy: str, answers: Sequence[Answer]) -> dict[str, Any]:
    """A LookupAnswers as plain values: the hot path goes without building models."""
    return {"purpose": purpose, "policy": policy, "answers": [_answer(answer) for answer in answers]}


def _answer(answer: Answer) -> dict[str, Any]:
    matched = None
    if answer.own_id is not None:
        matched = {"namespace": answer.namespace, "scope": answer.scope, "mask": answer.mask}
    return {
        "status": answer.status,
        "root_id": answer.root_id,
        "own_id": answer.own_id,
        "proven": answer.proven,
        "matched": matched,
        "disagreeing": answer.disagreeing,
        "problem": None if answer.code is None else item_problem(answer.code, answer.message or ""),
    }
