"""The change feed: waiting for it, following it, and the lineage of one root in words. Holds no rule of what changes."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from graph import ownids
from graph.answers import Change
from graph.stores import Store
from graph.stores.columns import StoredChange

if TYPE_CHECKING:
    from graph.service import Service

PAGE: Final = 500
PAUSE: Final = 0.2
"""Seconds between two looks for what other processes wrote, while somebody waits."""

CAUSES: Final = {
    "record": "by what was seen",
    "expiry": "since links expired",
    "consent": "by a consent",
    "withdrawal": "by a withdrawal",
    "close": "by a close",
    "never_link": "by a decision",
    "same_person": "by a decision",
    "reverse": "since a decision was taken back",
    "erasure": "by an erasure",
    "policy": "by another policy",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the lineage of a root: `text` says it in words. `seq` is None for its beginning."""

    seq: int | None
    at: int
    kind: str
    others: tuple[str, ...]
    cause: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """What became of an id: the root that it answers with today (None: nobody is left), and the steps to there."""

    own_id: str
    root_id: str | None
    purpose: str
    steps: tuple[Step, ...]


def told(seq: int, stored: StoredChange) -> Change:
    """A change record as it is answered."""
    others = tuple(map(ownids.text, stored.others))
    joined = dict(zip(others[::2], others[1::2], strict=True)) if stored.kind == "join" else {}
    return Change(
        seq,
        stored.at,
        stored.purpose,
        stored.kind,  # type: ignore[arg-type]  # one of the kinds of the feed
        ownids.root_text(stored.root),
        () if joined else others,
        stored.policy,
        stored.cause,
        joined,
    )


class Pulse:
    """The end of the feed as this process last saw it: however many wait, one looks."""

    __slots__ = ("_end", "_seen_at", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen_at, self._end = -PAUSE, 0

    async def end(self) -> int:
        """The last sequence number, at most PAUSE seconds old."""
        now = asyncio.get_running_loop().time()
        if now - self._seen_at >= PAUSE:
            self._seen_at = now
            async with self._store.reading() as reading:
                self._end = max(self._end, await reading.cursor())
        return self._end


def _never() -> bool:
    return False


class Feed:
    """The change feed of a service."""

    def __init__(self, service: "Service", pulse: Pulse) -> None:
        self._service = service
        self._pulse = pulse

    async def wait(
        self, after: int, limit: int, seconds: float, *, joins: bool = False, enough: Callable[[], bool] = _never
    ) -> list[Change]:
        """Records above `after`, as soon as there is any; none where none came within the time, or `enough` says so."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        found = await self._service.changes(after, limit, joins=joins)
        looked = 0
        while not found and loop.time() < until and not enough():
            end = await self._pulse.end()
            if end > max(after, looked):
                found, looked = await self._service.changes(after, limit, joins=joins), end
            else:
                await asyncio.sleep(min(PAUSE, until - loop.time()))
        return found

    async def follow(
        self, after: int, beat: float, *, joins: bool = False, enough: Callable[[], bool] = _never
    ) -> AsyncGenerator[list[Change]]:
        """Page after page of records above `after`, until `enough`; an empty page whenever none came for `beat` seconds."""
        while not enough():
            page = await self.wait(after, PAGE, beat, joins=joins, enough=enough)
            after = page[-1].seq if page else after
            yield page

    async def place(self, name: str) -> int:
        """The number of the last record that a receiver was given, 0 for none."""
        async with self._service.store.reading() as reading:
            return await reading.bookmark(name)

    async def keep_place(self, name: str, seq: int) -> None:
        """Remember the last record that a receiver was given."""
        async with self._service.store.writing() as tx:
            await tx.keep_bookmark(name, seq)

    async def history(self, own_id: str, limit: int = 1000) -> Lineage:
        """What became of a root-ID or own id; of a long story the last `limit` steps. Raises UnknownRootError."""
        own = ownids.parse(own_id)
        purpose, root = await self._service.root_of(own_id)
        async with self._service.store.reading() as reading:
            rows = await reading.lineage(own, limit)
        began = Step(None, _minted(own), "began", (), None, "an identifier was named for the first time")
        steps = (_step(ownids.text(own), told(seq, stored)) for seq, stored in rows)
        return Lineage(ownids.text(own), root, purpose, (began, *steps))


def _minted(own: bytes) -> int:
    """The moment that an own id was made at, to the millisecond (UUIDv7)."""
    return (UUID(bytes=own).int >> 80) * 1000


def _step(own_id: str, change: Change) -> Step:
    cause = CAUSES.get(change.cause, f"by {change.cause}")
    mine = change.root_id == own_id
    names = (change.root_id, *change.others)
    others = tuple(name for name in names if name is not None and name != own_id)
    who = ", ".join(others) if len(others) <= 3 else f"{len(others):,} ids"
    said = {
        ("merge", True): f"took in {who}",
        ("merge", False): f"went into {change.root_id}",
        ("split", True): f"{who} became a root of its own" if len(others) == 1 else f"{who} became roots of their own",
        ("split", False): f"became a root of its own, apart from {change.root_id}",
        ("move", True): f"identifiers came over: {who}",
        ("move", False): f"went over to {change.root_id}",
        ("erase", True): f"answers for what was erased: {who}",
        ("erase", False): f"was erased; {change.root_id or 'nobody'} answers for it",
    }[change.kind, mine]
    return Step(change.seq, change.at, change.kind, others, change.cause, f"{said}, {cause}")
