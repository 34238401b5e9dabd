"""What the service answers, as values. Holds no identifier: the service doesn't tell any."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class ServiceError(Exception):
    """A problem that the service told (RFC 9457). Switch on `code`. Never holds anything that was sent."""

    def __init__(self, status: int, code: str, detail: str, request_id: str, retry_after: float | None = None) -> None:
        super().__init__(f"{code} ({status}): {detail} [request {request_id}]")
        self.status = status
        self.code = code
        self.detail = detail
        self.request_id = request_id
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Answer:
    """Who the identifiers of one lookup are. `code`: why it is `invalid`."""

    status: str
    root_id: str | None
    own_id: str | None
    proven: bool
    mask: str | None
    disagreeing: tuple[str, ...]
    code: str | None

    @property
    def known(self) -> bool:
        """Whether there is a root-ID."""
        return self.root_id is not None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event: `recorded`, `duplicate`, or `rejected` with a code and a reason."""

    status: str
    code: str | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch; outcomes in the order of the events."""

    recorded: int
    duplicates: int
    rejected: int
    merges: int
    splits: int
    moves: int
    cursor: int
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Root:
    """A root; members and links as the API writes them. `tag`: for asking whether it has changed."""

    root_id: str
    purpose: str
    members: Sequence[Mapping[str, Any]]
    links: Sequence[Mapping[str, Any]]
    tag: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """Which root-IDs answer differently from now on."""

    seq: int
    purpose: str
    kind: str
    root_id: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of the change feed; `cursor` is where the next one begins."""

    changes: tuple[Change, ...]
    cursor: int
    more: bool


def answer(told: Mapping[str, Any]) -> Answer:
    """One answer to a lookup."""
    matched, problem = told["matched"], told["problem"]
    return Answer(
        told["status"],
        told["root_id"],
        told["own_id"],
        told["proven"],
        None if matched is None else matched["mask"],
        tuple(told["disagreeing"]),
        None if problem is None else problem["code"],
    )


def receipt(told: Mapping[str, Any]) -> Receipt:
    """The receipt of a batch."""
    outcomes: list[Outcome] = []
    for outcome in told["outcomes"]:
        problem = outcome["problem"]
        code, detail = (None, None) if problem is None else (problem["code"], problem["detail"])
        outcomes.append(Outcome(outcome["status"], code, detail))
    counts = (told[name] for name in ("recorded", "duplicates", "rejected", "merges", "splits", "moves", "cursor"))
    return Receipt(*counts, outcomes=tuple(outcomes))


def root(told: Mapping[str, Any], tag: str | None) -> Root:
    """A root."""
    return Root(told["root_id"], told["purpose"], told["members"], told["links"], tag)


def changes(told: Mapping[str, Any]) -> Changes:
    """A page of the change feed."""
    found = tuple(
        Change(one["seq"], one["purpose"], one["kind"], one["root_id"], tuple(one["others"])) for one in told["changes"]
    )
    return Changes(found, told["cursor"], told["more"])
