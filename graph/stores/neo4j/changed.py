"""What a write transaction has changed, laid over answers that were given without it. Holds no rule, and asks nothing.

An answer from before the transaction and one from after it come out the same, but for the count of a piece, by which nothing is
resolved. So it doesn't matter whether an answer was given before or after a commit that is under way.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from graph.stores.columns import Members, NewSightings, Pieces, StoredFinding, folded
from graph.stores.neo4j.values import ints
from graph.tables import Bools, Ints


class Changed:
    """What the statements in effects.CHANGES have changed in one transaction."""

    def __init__(self) -> None:
        self.keys: dict[int, str] = {}
        """Of identifiers that were made, in hexadecimal."""

        self.backings: dict[int, tuple[int, str, float]] = {}
        """What new ones carry: handle of a consent, basis, weight."""

        self.consents: dict[str, int] = {}
        """Handles of new ones, which nothing is told of yet, by id."""

        self._handles: dict[str, int] = {}
        self._unnamed: set[int] = set()
        self._named: set[int] = set()
        self._events: set[tuple[str, str]] = set()
        self._moments: dict[int, tuple[str | None, str]] = {}
        self._pieces: list[Pieces] = []
        self._mentioned: list[Ints] = []
        self._members: dict[str, list[Members]] = {}
        self._findings: dict[str, dict[tuple[int, int], StoredFinding | None]] = {}

    # ---- what was changed

    def made(self, handle: int, key: str, *, named: bool) -> None:
        """An identifier that is new on record; `named` by an event, or only mentioned."""
        self.keys[handle] = key
        self._handles[key] = handle
        if not named:
            self._unnamed.add(handle)

    def name(self, handles: Iterable[int]) -> None:
        """Identifiers named for the first time that had been mentioned before."""
        self._named.update(handles)
        self._unnamed.difference_update(handles)

    def append(self, sightings: NewSightings, pieces: Pieces) -> None:
        """New sightings with their evidence."""
        self._events.update(zip(sightings.source, sightings.event_id, strict=True))
        self._moments.update(zip(sightings.stamp.tolist(), zip(sightings.session, sightings.source, strict=True), strict=True))
        self._pieces.append(pieces)
        self._mentioned.append(sightings.mention_of)

    def assign(self, purpose: str, members: Members) -> None:
        """Where identifiers belong now."""
        self._members.setdefault(purpose, []).append(members)

    def refile(self, purpose: str, gone: Iterable[tuple[int, int]], found: Iterable[StoredFinding]) -> None:
        """Links that are not refused or past any more, and those that are."""
        held = self._findings.setdefault(purpose, {})
        held.update(dict.fromkeys(gone))
        held.update(((finding.a, finding.b), finding) for finding in found)

    def touched(self) -> Ints:
        """Identifiers at which anything was written (sorted)."""
        ends = [end for pieces in self._pieces for end in (pieces.a, pieces.b)]
        assigned = [members.ids for rows in self._members.values() for members in rows]
        found = ints(end for rows in self._findings.values() for pair in rows for end in pair)
        return np.unique(np.concatenate([ints(self.keys), ints(self._named), *self._mentioned, *ends, *assigned, found]))

    # ---- laid over answers

    def handles(self, keys: Sequence[str], ids: Ints, unnamed: Bools) -> None:
        """Handles of keys (0: not on record), and whether no event has named them yet: both are changed in place."""
        for at, key in enumerate(keys if self._handles else ()):
            if handle := self._handles.get(key):
                ids[at], unnamed[at] = handle, handle in self._unnamed
        if self._named:
            unnamed[np.isin(ids, ints(self._named))] = False

    def events(self, sources: Sequence[str], event_ids: Sequence[str]) -> Bools:
        """Which events were put on record."""
        if not self._events:
            return np.zeros(len(sources), np.bool_)
        return np.array([event in self._events for event in zip(sources, event_ids, strict=True)], np.bool_)

    def moments(self, stamps: Iterable[int]) -> dict[int, tuple[str | None, str]]:
        """Session and source of those sightings among them that were put on record."""
        return {stamp: self._moments[stamp] for stamp in stamps if stamp in self._moments}

    def members(self, purpose: str, ids: Ints, found: Members) -> Members:
        """What is on record of identifiers (sorted)."""
        mine = self.assigned(purpose)
        mine = mine[np.isin(mine.ids, ids)]
        if not len(mine):
            return found
        both = Members.concat([found[~np.isin(found.ids, mine.ids)], mine])
        return both[np.argsort(both.ids)]

    def led(self, purpose: str, leaders: Ints, found: tuple[Ints, Ints, Ints]) -> tuple[Ints, Ints, Ints]:
        """Leader, identifier and place of every member of parts."""
        mine = self.assigned(purpose)
        if not len(mine):
            return found
        stay = ~np.isin(found[1], mine.ids)
        come = mine[np.isin(mine.leader, leaders)]
        return np.r_[found[0][stay], come.leader], np.r_[found[1][stay], come.ids], np.r_[found[2][stay], come.place]

    def pieces(self, ids: Ints, found: Pieces) -> Pieces:
        """All evidence with an end in `ids`."""
        mine = Pieces.concat(self._pieces)
        mine = mine[np.isin(mine.a, ids) | np.isin(mine.b, ids)]
        return folded(Pieces.concat([found, mine])) if len(mine) else found

    def findings(self, purpose: str, ids: Ints, found: list[StoredFinding]) -> list[StoredFinding]:
        """Refused and past links with an end in `ids`."""
        mine = self._findings.get(purpose)
        if not mine:
            return found
        wanted = set(ids.tolist())
        stay = [finding for finding in found if (finding.a, finding.b) not in mine]
        return stay + [finding for pair, finding in mine.items() if finding is not None and not wanted.isdisjoint(pair)]

    def assigned(self, purpose: str) -> Members:
        """Who was assigned (sorted), each as the last time."""
        rows = self._members.get(purpose, [])
        if len(rows) != 1 or not _sorted(rows[0].ids):
            together = Members.concat(rows)
            _, last = np.unique(together.ids[::-1], return_index=True)
            rows = self._members[purpose] = [together[len(together) - 1 - last]]
        return rows[0]


def _sorted(ids: Ints) -> bool:
    return bool((ids[1:] > ids[:-1]).all())
