"""Who calls, and what the door found out about one request. Values only, no rules."""

from dataclasses import dataclass
from typing import Literal

from api.buckets import Taken
from graph.access import Scope
from graph.visits import Visit


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and what they may do. `purposes`: None for every one. `rate`: requests a second, None for no limit.

    `name` is that of an API key, or a digest of the subject whom a token speaks for, never the subject.
    """

    name: str
    scopes: frozenset[Scope]
    purposes: frozenset[str] | None = None
    rate: int | None = None
    by: Literal["key", "token"] = "key"

    @property
    def actor(self) -> str:
        """What the audit log calls them; nobody else is called so."""
        return f"{self.by}:{self.name}"


@dataclass(slots=True)
class Entry:
    """What the door found out about one request; kept with it for what is told about it afterwards."""

    caller: Caller
    visit: Visit
    pace: Taken | None = None
