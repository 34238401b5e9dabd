"""What a reading of a file gave, row by row, under a small policy. All persons are invented."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import InvalidInputError
from graph.events import Event
from graph.policy import Policy, from_mapping
from graph.tables import Rejection, SightingTable
from intake.reading import Reading, read

POLICY = from_mapping(
    {"namespaces": {"phone": {"normalise": "phone"}, "email": {"normalise": "lower"}, "openid": {}, "name": {}, "device": {}}}
)


@dataclass
class Outcome:
    """Everything that one reading gave."""

    seen: list[tuple[int, int, str, dict[str, Any]]]
    """Line, time, source and what else the row had; identifiers as a list of names."""

    events: list[tuple[int, Event]]
    bad: list[Rejection]
    failure: str | None
    rows: int

    @property
    def problems(self) -> list[tuple[int, str]]:
        return [(rejection.line, rejection.code) for rejection in self.bad]


def unfolded(table: SightingTable) -> list[tuple[int, int, str, dict[str, Any]]]:
    """A table row by row."""
    names: list[list[str]] = [[] for _ in table.lines]
    for column in table.identifiers:
        head = f"{column.namespace}@{column.scope}" if column.scope else column.namespace
        for row, value in zip(column.rows.tolist(), column.values.to_list(), strict=True):
            names[row].append(f"{head}:{value}")
    more: list[dict[str, Any]] = [{"see": see} for see in names]
    for word in ("event_id", "session", "consent", "basis"):
        column = getattr(table, word)
        for row, value in enumerate([] if column is None else column.to_list()):
            if value is not None:
                more[row][word] = value
    for row, weight in enumerate([] if table.weight is None else table.weight.tolist()):
        more[row]["weight"] = weight
    return list(zip(table.lines.tolist(), table.at.tolist(), table.source.to_list(), more, strict=True))


def gathered(path: Path, *, policy: Policy = POLICY, **how: Any) -> Outcome:
    """Read a file to its end or failure."""
    outcome = Outcome([], [], [], None, 0)
    try:
        for chunk in read(path, Reading(policy, **how)):
            if chunk.sightings is not None:
                outcome.seen += unfolded(chunk.sightings)
            outcome.events += chunk.events
            outcome.bad += chunk.rejections
            outcome.rows += chunk.rows
    except InvalidInputError as error:
        outcome.failure = error.message.replace(str(path.parent), "DIR")
    return outcome
