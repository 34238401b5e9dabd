"""Who is who right now, although some links that have run out are still on record. Reads only: whoever writes comes later."""

import numpy as np

from graph.gathering import Evidence, Gathering
from graph.naming import strongest
from graph.plain import Rules
from graph.policy import Policy
from graph.settling import Resolved, resolve_gathered
from graph.stores.columns import Members, Pieces
from graph.stores.protocol import Place, Reading
from graph.tables import Ints

_NOBODY = np.empty(0, np.int64)


class Present:
    """Identifiers and everything that hangs together with them, resolved at a time."""

    def __init__(self, resolved: Resolved, rules: Rules, now: int) -> None:
        self.resolved, self.rules, self.now = resolved, rules, now
        self.members = resolved.gathered.members
        self._label = resolved.label
        self._leader = strongest(rules, self.members, resolved.label)

    @classmethod
    async def around(
        cls, reading: Reading, policy: Policy, places: dict[int, Place], purpose: str, now: int, ids: Ints
    ) -> "Present":
        """Of identifiers (sorted). The work follows the size of what hangs together with them."""
        rules = Rules.at(policy, places)
        nothing = Evidence(reading, _NOBODY, Pieces.empty())
        walk = Gathering(reading, policy, rules, purpose, now, nothing, Members.concat([]), await reading.changing())
        gathered = await walk.walk(ids, _NOBODY)
        return cls(await resolve_gathered(reading, policy, rules, places, purpose, now, gathered), rules, now)

    def leader(self, handle: int) -> int:
        """The leader of an identifier's part, 0 for one that is in none."""
        at = int(self._leader[np.searchsorted(self.members.ids, handle)])
        return int(self.members.ids[at]) if at >= 0 else 0

    def part(self, handle: int) -> Ints:
        """The identifiers (sorted) of an identifier's part; it alone where it is in none."""
        label = int(self._label[np.searchsorted(self.members.ids, handle)])
        return self.members.ids[self._label == label] if label >= 0 else np.array([handle], np.int64)

    def settled(self, handle: int) -> int:
        """1 for a mass value, 2 for a shared device, else 0."""
        at = int(np.searchsorted(self.members.ids, handle))
        return int(self.resolved.settled[at])
