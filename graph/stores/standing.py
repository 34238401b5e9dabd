"""Which cover lies over what is on record, and how far re-keying has come. No rules, no queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, get_args

import orjson

Digested = Literal["tombstone", "identifier", "sighting", "referral"]
"""What has digests: marks, keys, and event ids of events that brought none."""

DIGESTED: Final[tuple[Digested, ...]] = get_args(Digested)

COUNTED: Final[tuple[Digested, ...]] = ("identifier", "sighting", "referral")
"""Those that are covered step by step, by handle or stamp. Tombstones are covered all at once."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`cover`: id of the cover in force, empty for none; `following`: of the one that is being put in its place, if one is.

    While one is, rows up to `done` have the following one, and so have those after `until`, which came since; by kind, in handles
    or stamps.
    """

    cover: str = ""
    following: str | None = None
    done: Mapping[str, int] = field(default_factory=dict[str, int])
    until: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def covers(self) -> tuple[str, str | None]:
        """Which covers there are."""
        return self.cover, self.following

    def written(self) -> str:
        """As a store keeps it."""
        return orjson.dumps([self.cover, self.following, self.done, self.until]).decode()

    @staticmethod
    def read(held: str | None) -> "Standing":
        """As a store kept it; nothing kept is no cover."""
        return Standing() if held is None else Standing(*orjson.loads(held))


class Covered(Protocol):
    """Reads where a store stands."""

    async def standing(self) -> Standing:
        """Which cover is in force, and which is being put on."""
        ...


class Covering(Protocol):
    """Puts another cover on, row by row. Keys and marks in hexadecimal, event ids as they are."""

    async def stand(self, standing: Standing) -> None:
        """Remember which cover is in force, and how far the following one has come.

        While one follows, no handle up to `until` is given out again, whatever is erased.
        """
        ...

    async def last_digested(self, kind: Digested) -> int:
        """The highest handle or stamp of a kind, 0 for none."""
        ...

    async def digests(self, kind: Digested, after: int, most: int) -> list[tuple[int, str]]:
        """Handle or stamp, and what is stored, of the next rows after one, in order; of tombstones all, with 0."""
        ...

    async def put_digests(self, kind: Digested, rows: Sequence[tuple[int, str, str]]) -> None:
        """Replace what is stored: handle or stamp, the old, the new."""
        ...
