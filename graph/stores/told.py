"""What a store keeps of who brought whom: referrals, orders, marks. Must not know any engine, holds no rule."""

from collections.abc import Sequence
from typing import Protocol

from graph.model import Mark
from graph.stores.columns import OrderColumns, ReferralColumns, StoredMark, StoredOrder, StoredReferral
from graph.tables import Ints


class Told(Protocol):
    """Reads of who brought whom."""

    async def referrals(self, purpose: str, as_of: int, among: Ints | None = None) -> ReferralColumns:
        """Statements on referrals up to a time, ordered by `of`, `at`, status.

        Only those with an end `among` some identifiers (sorted), where these are given.
        """
        ...

    async def orders(self, purpose: str, as_of: int, among: Ints | None = None) -> OrderColumns:
        """Statements on orders up to a time, ordered by `of`, `at`, stamp; only those of `among` (sorted), where given."""
        ...

    async def marks(self, purpose: str, as_of: int) -> list[StoredMark]:
        """Marks up to a time, of each identifier, kind and name the newest (by `at`, then by stamp)."""
        ...

    async def seen_on(self, ids: Ints) -> tuple[Ints, Ints]:
        """Identifiers of `ids` (sorted) with the time of the first sighting of each on every day (UTC) that it was seen on.

        Sightings as the referee of a referral are passed over: being invited is no deed.
        """
        ...

    async def used(self, ids: Ints, places: Ints) -> tuple[Ints, Ints, Ints]:
        """Identifiers of `ids` (sorted), those of some places that they were seen with, and the backing: each once, by number.

        By evidence that no close has ended.
        """
        ...

    async def concerned(self, stamp: int, after: int, until: int) -> Ints:
        """Identifiers (sorted) whom anything is about that was recorded after a stamp.

        What was seen, told, decided, marked or closed names them; a consent that was granted or withdrawn carries evidence of
        them, and so does one that expired `after` a time `until` another; likewise a mark that ended.
        """
        ...

    async def backed_by(self, ids: Ints) -> tuple[Ints, Ints]:
        """Identifiers of `ids` (sorted) with the backings of the sightings that name them, each pair once."""
        ...


class Telling(Protocol):
    """Records what is told; the caller knows which referral or order it is about (graph.statements)."""

    async def stated(self, events: Sequence[tuple[str, str]], codes: Sequence[tuple[int, int, str]]) -> list[StoredReferral]:
        """All statements of those referrals that have one with this (source, event id), or of (referrer, referee, code)."""
        ...

    async def refer(self, statements: Sequence[StoredReferral]) -> None:
        """Record statements on referrals."""
        ...

    async def bought(self, orders: Sequence[tuple[str, str]]) -> list[StoredOrder]:
        """All statements on orders by (source, order id)."""
        ...

    async def buy(self, statements: Sequence[StoredOrder]) -> None:
        """Record statements on orders."""
        ...

    async def mark(self, mark: Mark, identifier: int, recorded: int) -> None:
        """Record what is said of a person."""
        ...
