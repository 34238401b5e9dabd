"""Reads events of any kind before the store is asked: what may go in, in runs recorded together. Must not touch a store."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graph.answers import Outcome
from graph.errors import FutureTimeError, RootidError
from graph.events import Event
from graph.intents import Intent, Reader, Telling
from graph.keying import CLOCK_SKEW
from graph.keys import Keyring
from graph.model import Erasure
from graph.policy import Policy
from graph.tables import Batch, SightingTable, read_table
from graph.telling import Told, event_id


@dataclass(slots=True)
class Run:
    """Events that are recorded together: an erasure by itself, or all between two erasures."""

    intents: list[Intent]
    told: list[Told]
    table: SightingTable
    batch: Batch

    @property
    def erasure(self) -> Erasure | None:
        """The erasure, where it is one."""
        return next((intent.fact for intent in self.intents if isinstance(intent.fact, Erasure)), None)

    @property
    def latest(self) -> int:
        """The last event time."""
        return max((intent.at for intent in self.intents), default=0)


@dataclass(slots=True)
class Prepared:
    """Events that were read: the outcome of those that can't go in (the others have none yet), and the rest in runs."""

    outcomes: list[Outcome | None]
    runs: list[Run]
    strict: bool
    """Whether the first event that can't go in is raised as an error."""

    def copy(self) -> "Prepared":
        """The same, with outcomes of its own, so that recording may begin again."""
        return replace(self, outcomes=list(self.outcomes))

    def done(self) -> list[Outcome]:
        """The outcomes, after all runs were recorded."""
        blocked = [0] * len(self.outcomes)
        for run in self.runs:
            for line in run.table.lines[run.batch.junk_rows].tolist():
                blocked[line] += 1
        parked = {intent.number: intent.parked for run in self.runs for intent in run.intents}
        return [
            outcome or Outcome("recorded", blocked=blocked[number], parked=parked.get(number, 0))
            for number, outcome in enumerate(self.outcomes)
        ]


def prepare(events: Sequence[Event], policy: Policy, keyring: Keyring, now: int, *, strict: bool = False) -> Prepared:
    """Read events; `strict`: the first that can't go in is raised as an error."""
    reader = Reader(policy)
    outcomes: list[Outcome | None] = [None] * len(events)
    intents: list[Intent] = []
    for number, event in enumerate(events):
        try:
            if event.at is not None and event.at > now + CLOCK_SKEW:
                raise FutureTimeError("the event time lies in the future")
            intents.append(reader.intent(number, event, now))
        except RootidError as error:
            if strict:
                raise
            outcomes[number] = Outcome("rejected", error.code, error.message)
    return Prepared(outcomes, [_run(reader, run, policy, keyring, now) for run in _apart(intents)], strict)


def _run(reader: Reader, intents: list[Intent], policy: Policy, keyring: Keyring, now: int) -> Run:
    facts = [(intent.number, fact) for intent in intents if isinstance(fact := intent.fact, Telling)]
    told = [(number, fact, event_id(fact, keyring)) for number, fact in facts]
    table = reader.table(intents, [one[2] for one in told])
    return Run(intents, told, table, read_table(table, policy, keyring, now + CLOCK_SKEW))


def _apart(intents: Sequence[Intent]) -> list[list[Intent]]:
    """Events as written, each erasure by itself: what was sent before it is erased, what was sent after it is late or new."""
    runs: list[list[Intent]] = [[]]
    for intent in intents:
        if isinstance(intent.fact, Erasure):
            runs += [[intent], []]
        else:
            runs[-1].append(intent)
    return [run for run in runs if run] or [[]]
