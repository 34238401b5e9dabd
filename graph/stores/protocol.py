"""What the service asks of a store: domain verbs, the same for every engine. Must not know any engine.

A store is dumb: it keeps facts and the current state and answers by key. All rules are elsewhere.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from graph.access import ApiKey
from graph.evidence import ConsentRecord, Facts, Seen
from graph.model import Close, Consent, Decision, Withdrawal
from graph.stores.accounts import Accounts, Ledger
from graph.stores.columns import (
    Alone,
    Backings,
    Changing,
    Description,
    Looked,
    Members,
    NewSightings,
    Pieces,
    StoredChange,
    StoredFinding,
)
from graph.stores.moved import Dumping, Restoring
from graph.stores.scored import Scored, Scoring
from graph.stores.standing import Covered, Covering, Standing
from graph.stores.told import Telling, Told
from graph.tables import Bools, Ints

Place = tuple[str, str]


class Reading(Accounts, Told, Scored, Dumping, Covered, Protocol):
    """A consistent view: everything read through it belongs to one state."""

    async def clock(self) -> tuple[int, int]:
        """The time of the state on record, and the last stamp given."""
        ...

    async def changing(self) -> Changing | None:
        """The change of the policy that is under way, None where there is none."""
        ...

    async def newest(self) -> int:
        """The highest handle of an identifier, 0 where there is none."""
        ...

    async def places(self) -> Mapping[int, Place]:
        """Every namespace and scope on record, by handle."""
        ...

    async def handles(self, keys: Sequence[bytes]) -> Ints:
        """Handles of keys, 0 for one not on record."""
        ...

    async def everybody(self) -> Ints:
        """Handles of all identifiers, in any order."""
        ...

    async def keys(self, ids: Ints) -> list[bytes]:
        """Keys of handles, in the same order."""
        ...

    async def members(self, purpose: str, ids: Ints) -> Members:
        """What is on record of identifiers, in the order of `ids` (sorted); those that belong to nobody yet are left out."""
        ...

    async def led(self, purpose: str, leaders: Ints) -> tuple[Ints, Ints, Ints]:
        """Leader, identifier and place of every member of the parts that `leaders` lead."""
        ...

    async def carrier(self, own: bytes) -> tuple[str, int] | None:
        """Purpose and handle of the identifier that carries an own id, or that answers for the erased one that did.

        The handle is 0 where the identifier was erased and nobody answers for it.
        """
        ...

    async def pieces(self, ids: Ints) -> Pieces:
        """All evidence with at least one end in `ids` (sorted); a piece may come twice."""
        ...

    async def backings(self, ids: Ints) -> Backings:
        """What carries evidence, in the order of `ids`."""
        ...

    async def consents(self, ids: Iterable[int]) -> dict[int, ConsentRecord]:
        """Grants and withdrawals of consents."""
        ...

    async def moments(self, stamps: Ints) -> list[tuple[str | None, str]]:
        """Session and source of single pieces, in the order of `stamps`."""
        ...

    async def seen(self, ids: Ints, as_of: int, known_at: int) -> list[Seen]:
        """Sightings that name one of `ids` (sorted), up to an event time and a stamp; each once, in the order of recording."""
        ...

    async def judgements(self, ids: Ints) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Rulings (ruling, a, b, at, consent, basis, recorded) and closings (a, b, at, source, recorded) with an end in `ids`."""
        ...

    async def findings(self, purpose: str, ids: Ints) -> list[StoredFinding]:
        """Refused and past links with an end in `ids`."""
        ...

    async def describe(self, purpose: str, ids: Ints) -> list[Description]:
        """What people may see of identifiers."""
        ...

    async def facts(self) -> Facts:
        """All facts on record."""
        ...

    async def changes(self, after: int, limit: int, *, joins: bool) -> list[tuple[int, StoredChange]]:
        """Change records with a sequence number above `after`, in order; `joins`: also those of kind `join`."""
        ...

    async def cursor(self) -> int:
        """The last sequence number of the change feed, 0 for none."""
        ...

    async def stats(self) -> dict[str, Any]:
        """Counts of what is on record, by the names of graph.answers.Stats."""
        ...

    async def kept_answer(self, key: bytes) -> tuple[bytes, bytes] | None:
        """Digest of the request and body of the answer that are kept under a key."""
        ...

    async def sizes(self) -> dict[str, dict[int, int]]:
        """By purpose, how many parts have how many members (those in no part are left out)."""
        ...

    async def largest(self, purpose: str, limit: int) -> tuple[Ints, Ints]:
        """Leaders of the parts with the most members under a purpose, and their sizes: the largest first, then by handle."""
        ...

    async def alone(self, purpose: str) -> Alone:
        """Mass values and shared devices under a purpose, the most linked first, then by handle."""
        ...

    async def backlog(self, now: int) -> tuple[int, int | None]:
        """How many links and consents were due by now and aren't taken yet, and the earliest time of them."""
        ...

    def export_sightings(self) -> AsyncIterator[dict[str, Any]]:
        """Sightings in the order of recording, identifiers by key and mask."""
        ...

    def export_roots(self, purpose: str) -> AsyncIterator[dict[str, Any]]:
        """Every identifier under a purpose with its own id and root, by own id."""
        ...


class Deeds(Reading, Telling, Scoring, Protocol):
    """Records facts other than sightings."""

    async def grant(self, consent: Consent, subject: int | None, recorded: int) -> int:
        """Record a granting; answers the consent's handle."""
        ...

    async def withdraw(self, withdrawal: Withdrawal, subject: int | None, recorded: int) -> list[int]:
        """Record a withdrawal; answers the consents it touches. Raises UnknownConsentError."""
        ...

    async def carried_by(self, consents: Sequence[int]) -> Ints:
        """Identifiers that evidence or a decision under these consents names."""
        ...

    async def rule(self, decision: Decision, a: int, b: int, recorded: int) -> None:
        """Record a decision."""
        ...

    async def end(self, close: Close, a: int, b: int | None, recorded: int) -> Ints:
        """Record a close and fold the evidence it ends as closed; answers the identifiers whose links changed."""
        ...

    async def closings_of(self, ids: Ints) -> list[tuple[int, int | None, int, str | None]]:
        """Closings (a, b, at, source) that may end evidence between these identifiers."""
        ...


class Erasing(Deeds, Protocol):
    """Takes identifiers off the record."""

    async def erase(self, ids: Ints, recorded: int) -> Ints:
        """Take identifiers off the record, with their evidence, closes, decisions, referrals, membership and findings.

        They vanish from the sightings that named them; a sighting that names nobody else goes. Consents and withdrawals of
        theirs stay and hang together, under a subject that has no name. Answers those (sorted) that evidence or a decision
        linked them with. Parts that they led still name them as leader: whoever erases writes the difference. Kept answers
        go, all of them: each may be about anybody.
        """
        ...

    async def succeed(self, purpose: str, heirs: Iterable[tuple[int, bytes, int]]) -> None:
        """Remember who answers for erased identifiers: (handle, own id, handle of the heir or 0).

        What would be answered by one of them, is answered by its heir from now on.
        """
        ...

    async def bury(self, marks: Sequence[bytes], at: int) -> None:
        """Put tombstones; the later time stays."""
        ...

    async def tombstones(self, marks: Callable[[], Sequence[bytes]]) -> Mapping[bytes, int]:
        """Those of `marks()` that have a tombstone, with its time; they are made only where there is any tombstone."""
        ...


class Flight(Protocol):
    """A write under way to a server."""

    async def known(self) -> bool:
        """Wait until all that it does is known, or it has ended; whether another may follow it before its commit."""
        ...


class Writing(Erasing, Ledger, Restoring, Covering, Protocol):
    """One write transaction: all of it happens, or nothing."""

    @property
    def flight(self) -> Flight | None:
        """Itself, for one that follows it; None in a store where all is done when it is told."""
        ...

    async def api_keys(self) -> list[ApiKey]:
        """Every API key on record, by the time it was made, then by id."""
        ...

    async def keep_answer(self, key: bytes, request: bytes, body: bytes, at: int, oldest: int) -> None:
        """Keep an answer, unless one is kept under the key; forget those kept before `oldest`."""
        ...

    async def keep_api_key(self, key: ApiKey) -> None:
        """Put an API key on record, in the place of the one with its id."""
        ...

    async def charter(self, fingerprint: str) -> str | None:
        """The policy on record (JSON). Raises StoreMismatchError where the store was made with another HMAC key."""
        ...

    async def adopt(self, fingerprint: str, version: str, body: str, now: int) -> None:
        """Put key fingerprint and policy on record."""
        ...

    async def change(self, changing: Changing | None) -> None:
        """Remember how far a change of the policy has come; None: to its end."""
        ...

    async def refold(self, ids: Ints, pieces: Pieces) -> None:
        """Put pieces in the place of all evidence whose smaller end is one of `ids` (sorted)."""
        ...

    async def tick(self, clock: int, stamp: int) -> None:
        """Remember the time of this state and the last stamp given."""
        ...

    async def arm(self, rows: Iterable[tuple[int, int, int]]) -> None:
        """Remember when a link (a, b), or with b = -1 a consent a, may change by itself; the earlier time stays."""
        ...

    async def fired(self, now: int, most: int) -> list[tuple[int, int]]:
        """Take what is due by now, the earliest first."""
        ...

    async def count_hits(self, what: str, counts: Mapping[str, int]) -> None:
        """Count blocked or parked values by namespace."""
        ...

    async def place(self, place: Place) -> int:
        """Handle of a namespace and scope, made where new."""
        ...

    async def intern(
        self, keys: Sequence[bytes], place: Ints, named: Ints, describe: Callable[[int], tuple[str, str | None]]
    ) -> tuple[Ints, Bools]:
        """Handles of identifiers, and which of them an event names for the first time now (with stamp `named`, 0: doesn't).

        `describe(n)` tells the mask and, where it is kept, the clear value of the n-th; asked only where it is new.
        """
        ...

    async def known_events(self, sources: Sequence[str], event_ids: Sequence[str]) -> Bools:
        """Which events are on record already."""
        ...

    async def backing(self, rows: Sequence[tuple[str | None, str | None, float]]) -> list[int]:
        """Handles of (consent, basis, weight), made where new."""
        ...

    async def append(self, sightings: NewSightings, pieces: Pieces) -> None:
        """Record sightings and fold their evidence in."""
        ...

    async def assign(self, purpose: str, members: Members) -> None:
        """Write membership; rows that give an own id away come before those that take it."""
        ...

    async def refile(self, purpose: str, gone: Iterable[tuple[int, int]], found: Iterable[StoredFinding]) -> None:
        """Replace findings."""
        ...

    async def publish(self, changes: Sequence[StoredChange]) -> int:
        """Append to the change feed, and file each but a `join` under the ids it names; answers the last sequence number."""
        ...


class Store(Protocol):
    """A store of facts and of the state they resolve to."""

    @property
    def embedded(self) -> bool:
        """Whether its verbs work in the calling thread, so that long work is better done in one of its own."""
        ...

    def reading(self) -> AbstractAsyncContextManager[Reading]:
        """A consistent view."""
        ...

    def writing(self) -> AbstractAsyncContextManager[Writing]:
        """A write transaction; commits at its end, rolls back on any error."""
        ...

    def following(self, before: Flight) -> AbstractAsyncContextManager[Writing]:
        """The same, begun before the commit of another whose doings are known; it waits for that with its own.

        Raises StoreInterruptedError where the other one was given up, or a third came between them: nothing of it was kept, and
        it is done again with `writing`.
        """
        ...

    def trying(self) -> AbstractAsyncContextManager[Writing]:
        """A write transaction that never happened: it is rolled back at its end, and nothing of it reaches a file."""
        ...

    async def lookup(self, purpose: str, keys: Sequence[bytes]) -> Looked:
        """What is on record of keys, in the same order; and where one isn't, how the store stood after that was seen."""
        ...

    async def policy(self) -> tuple[str | None, Changing | None]:
        """The policy on record (JSON), and a change to it that is under way; asked once a second while a process lasts."""
        ...

    async def overdue(self, now: int) -> bool:
        """Whether something has changed by itself that nobody has worked in yet."""
        ...

    async def standing(self) -> Standing:
        """Which cover is in force, and which is being put on."""
        ...

    async def api_keys(self) -> list[ApiKey]:
        """Every API key on record, by the time it was made, then by id; asked once or twice a second while callers come."""
        ...

    async def compact(self) -> None:
        """Give room back, so that nothing of what was taken off the record is left in the files. Raises StoreBusyError."""
        ...

    async def close(self) -> None:
        """Let go of connections and files."""
        ...
