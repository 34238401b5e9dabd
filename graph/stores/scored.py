"""What a store keeps of the last scoring of a network. Must not know any engine, nor how a figure comes about.

A scoring is written bit by bit and counts when it is finished; until then, and where it never is, the last good one answers.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from graph.tables import Floats, Ints

FIGURES: Final = (
    *("will_refer", "will_refer_low", "will_refer_high", "by_referrals", "by_deeds"),
    *("network_under", "network_under_low", "network_under_high", "below"),
    *("mass", "bridge", "reach", "depth", "direct", "second", "recent", "deeds", "trust"),
    *("accepted", "distinct_persons", "within_consent", "value", "refunded", "recruited"),
    *("role", "idle_share", "size", "width", "virality", "pattern"),
)
"""Columns of the figures of a person, in their order; docs/explanation/fission.md says what each means.

`mass` is PageRank before it is scaled: the summary tells the sum over everybody. So somebody who merges elsewhere changes no row.
"""


@dataclass(frozen=True, slots=True)
class StoredScoring:
    """A finished scoring: when it was made, of which time, after which change record, and its summary (JSON)."""

    job: int
    purpose: str
    made: int
    as_of: int
    cursor: int
    summary: str


@dataclass(slots=True)
class LinkColumns:
    """Who brought whom: persons by handle, when, campaign and channel (None: none), value (0: none)."""

    referrer: Ints
    referee: Ints
    at: Ints
    campaign: list[str | None]
    channel: list[str | None]
    value: Floats

    def __len__(self) -> int:
        return len(self.referee)

    def __getitem__(self, rows: slice) -> "LinkColumns":
        return LinkColumns(
            self.referrer[rows], self.referee[rows], self.at[rows], self.campaign[rows], self.channel[rows], self.value[rows]
        )

    def take(self, rows: Ints) -> "LinkColumns":
        """The links at some places."""
        places: list[int] = rows.tolist()
        campaign, channel = ([column[place] for place in places] for column in (self.campaign, self.channel))
        return LinkColumns(self.referrer[rows], self.referee[rows], self.at[rows], campaign, channel, self.value[rows])

    def rows(self) -> list[tuple[int, int, int, str | None, str | None, float]]:
        """Link by link, in the order of the columns."""
        numbers = (column.tolist() for column in (self.referrer, self.referee, self.at))
        return list(zip(*numbers, self.campaign, self.channel, self.value.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Among:
    """Which links are counted: of a campaign, of a channel, from a time until before another."""

    campaign: str | None = None
    channel: str | None = None
    since: int | None = None
    until: int | None = None

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Among()


@dataclass(slots=True)
class ScoredColumns:
    """Persons by handle with their figures, float64[n, len(FIGURES)], NaN where there is none; and how many links were counted
    of each and what those were worth."""

    person: Ints
    figures: Floats
    counted: Ints
    worth: Floats

    def __len__(self) -> int:
        return len(self.person)

    def figure(self, name: str) -> Floats:
        """One column."""
        return self.figures[:, FIGURES.index(name)]


class Scored(Protocol):
    """Reads scorings."""

    async def scoring(self, purpose: str) -> StoredScoring | None:
        """The last finished scoring of a purpose."""
        ...

    async def trace(self, job: int) -> str | None:
        """What a finished scoring left for the next one to compare with; None where there is nothing."""
        ...

    async def top(self, job: int, metric: str, among: Among, offset: int, limit: int) -> ScoredColumns:
        """Persons by a figure, or by `counted` or `worth`, the highest first, equal ones by handle; from the `offset`-th on.

        Only those who brought somebody among the links that `among` counts.
        """
        ...

    async def scored(self, job: int, persons: Ints) -> ScoredColumns:
        """The figures of persons (sorted) that have some, by handle; all links are counted."""
        ...

    async def brought(self, job: int, referrers: Ints) -> LinkColumns:
        """Links from these persons (sorted), by referrer, then by time, then by referee."""
        ...

    async def inviters(self, job: int, referees: Ints) -> LinkColumns:
        """Links to these persons (sorted), by referee."""
        ...


class Scoring(Protocol):
    """Writes scorings."""

    async def begin_scoring(self, purpose: str, made: int) -> int:
        """Begin a scoring; what others began of the purpose and never finished is given up."""
        ...

    async def keep_scores(self, job: int, persons: Ints, figures: Floats) -> None:
        """Keep figures of persons, none of whom has any."""
        ...

    async def keep_links(self, job: int, links: LinkColumns) -> None:
        """Keep links to persons to whom there is none: a person has one inviter at most."""
        ...

    async def finish_scoring(self, job: int, as_of: int, cursor: int, summary: str, trace: str) -> bool:
        """Let a scoring count in place of the one before, which is given up; False where another one was begun meanwhile.

        `trace` is for the next scoring only: large, and read by `trace` alone.
        """
        ...

    async def amend_scoring(self, before: StoredScoring, after: StoredScoring, trace: str) -> bool:
        """Let the scoring that counts tell what is `after`, `made` later; False where it isn't that of `before` any more."""
        ...

    async def drop_scores(self, job: int, persons: Ints) -> None:
        """Forget the figures of persons (sorted)."""
        ...

    async def drop_links(self, job: int, referees: Ints) -> None:
        """Forget the links to persons (sorted)."""
        ...

    async def clear_scorings(self, most: int) -> bool:
        """Remove rows of scorings that were given up, at most so many; whether there may be more of them."""
        ...
