"""Tables read by the policy and keyed, apart from any store: work that another process may do ahead of the writer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from graph import instants
from graph.keys import Keyring
from graph.policy import Policy
from graph.tables import Batch, SightingTable, read_table

CLOCK_SKEW: Final = 5 * instants.MINUTE
"""How far an event time may lie ahead of the service's clock."""


@dataclass(frozen=True, slots=True)
class Keying:
    """What it takes to read a table; can be handed to another process. Holds the HMAC key: never log it or write it down."""

    policy: Policy
    keyring: Keyring
    clock: Callable[[], int]

    def batch(self, table: SightingTable) -> Batch:
        """Normalise, validate and key a table now; what can't go in is among the batch's rejections."""
        return read_table(table, self.policy, self.keyring, self.clock() + CLOCK_SKEW)
