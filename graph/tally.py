"""What a write transaction did, counted and kept for whoever tells of it. Decides nothing."""

from dataclasses import dataclass, field

from graph.stores.columns import StoredChange, StoredFinding
from graph.tables import Ints


@dataclass(slots=True)
class Tally:
    """What a transaction did."""

    merges: int = 0
    splits: int = 0
    moves: int = 0
    cursor: int = 0
    changes: list[StoredChange] = field(default_factory=list[StoredChange])
    ended: dict[str, int] = field(default_factory=dict[str, int])
    """Links by purpose that rested on what was withdrawn, and rest on nothing now."""
    receipt_id: str | None = None
    assigned: dict[str, list[Ints]] = field(default_factory=dict[str, list[Ints]])
    """Identifiers by purpose that answer differently now, or did before they were erased."""
    refused: dict[str, list[StoredFinding]] = field(default_factory=dict[str, list[StoredFinding]])
    """Links by purpose that are refused now, and were not."""

    def add(self, other: "Tally") -> None:
        """What a later part of the same transaction did, as well."""
        self.merges += other.merges
        self.splits += other.splits
        self.moves += other.moves
        self.cursor = max(self.cursor, other.cursor)
        self.changes += other.changes
        for purpose, links in other.ended.items():
            self.ended[purpose] = self.ended.get(purpose, 0) + links
        for purpose, ids in other.assigned.items():
            self.assigned.setdefault(purpose, []).extend(ids)
        for purpose, found in other.refused.items():
            self.refused.setdefault(purpose, []).extend(found)
