"""Who brought whom under a purpose, as people, and which referrals may be used. Reads a view of a store, writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.evidence import ConsentKey, ConsentRecord, Usability, Verdict
from graph.gathering import distinct, isin
from graph.instants import LATEST
from graph.plain import PERSON, Rules
from graph.policy import Policy
from graph.statements import STATUSES
from graph.stores.columns import OrderColumns, OwnIds, ReferralColumns, StoredMark
from graph.stores.protocol import Place, Reading
from graph.tables import Bools, Floats, Ints

ACCEPTED: Final = STATUSES.index("accepted")


@dataclass(slots=True)
class Referrals:
    """One row a referral, by the time it was first told; `of` is its number, the same in every reading of a store.

    Persons are places in `Network.persons`, -1 for nobody.

    `referrer_id` and `referee_id` are the handles of the identifiers named. `at` is when it was first told, `since` when it came
    to its `status` (a place in graph.statements.STATUSES); `value` is NaN where none was told. `referrer_usable` says that this
    end is somebody, may be used for the purpose, and didn't opt out; likewise `referee_usable`.
    """

    of: Ints
    referrer: Ints
    referee: Ints
    referrer_id: Ints
    referee_id: Ints
    at: Ints
    since: Ints
    status: Ints
    campaign: Ints
    channel: Ints
    code: Ints
    value: Floats
    referrer_usable: Bools
    referee_usable: Bools

    def __len__(self) -> int:
        return len(self.at)

    @property
    def counted(self) -> Bools:
        """Accepted, and both ends may be used."""
        return (self.status == ACCEPTED) & self.referrer_usable & self.referee_usable


@dataclass(slots=True)
class Orders:
    """One row an order: whose (a place in `Network.persons`, -1 for nobody), when, and what it was worth after refunds.

    `of` is its number. `usable` says that the person may be used for the purpose and didn't opt out.
    """

    of: Ints
    person: Ints
    at: Ints
    campaign: Ints
    amount: Floats
    refunded: Floats
    usable: Bools

    def __len__(self) -> int:
        return len(self.at)


@dataclass(slots=True)
class Network:
    """The referrals and orders of a purpose at a time, as people.

    `persons` are the leaders' handles (sorted), `own` their own ids, so today's root-IDs. `first_seen` is when a sighting first
    named any of a person's person identifiers, other than as a referee (LATEST: never), and `seen_person` was seen at `seen_at`:
    the first time of each day and identifier. `held_person` used the device or means of payment with the handle `held_thing`,
    by any evidence that may be used, also where it is shared and joins nobody. `recruited` tells programmes by person.
    `words` are campaigns and channels by handle. `cursor` is the last record of the change feed in this state, `stamp` the
    moment of its last recording, and `policy` the version that people were resolved by.
    """

    purpose: str
    as_of: int
    cursor: int
    stamp: int
    policy: str
    persons: Ints
    own: OwnIds
    first_seen: Ints
    seen_person: Ints
    seen_at: Ints
    held_person: Ints
    held_thing: Ints
    opted_out: Bools
    recruited: Mapping[int, tuple[str, ...]]
    referrals: Referrals
    orders: Orders
    words: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.persons)


async def read_network(reading: Reading, policy: Policy, purpose: str, as_of: int, among: Ints | None = None) -> Network:
    """The network of a purpose by what was told up to `as_of`; people, and what may be used, as they are now.

    `among` are leaders (sorted) of people who hang together with nobody else (graph.touched): then it is their part of it.
    """
    named = None if among is None else distinct((await reading.led(purpose, among))[1])
    told = await reading.referrals(purpose, as_of, named)
    bought = await reading.orders(purpose, as_of, named)
    marks = [mark for mark in await reading.marks(purpose, as_of) if mark.leader and (mark.until is None or as_of < mark.until)]
    if among is not None:
        marks = [mark for mark, here in zip(marks, isin(_leaders(marks), among).tolist(), strict=True) if here]
    persons = distinct(np.r_[told.referrer_leader, told.referee_leader, bought.leader, _leaders(marks)])
    persons = persons[persons > 0]
    leader, identifier, place = await reading.led(purpose, persons)
    usable = await _usable(reading, policy, purpose, as_of, told, bought, (leader, identifier))
    rules = Rules.at(policy, dict(await reading.places()))
    own = rules.kind[place] == PERSON
    leader, identifier = _by_identifier(leader[own], identifier[own])
    ids, seen_at = await reading.seen_on(identifier)
    seen_person = np.searchsorted(persons, leader[np.searchsorted(identifier, ids)])
    held_person, held_thing = await _held(reading, policy, purpose, as_of, identifier)
    held_person = np.searchsorted(persons, leader[np.searchsorted(identifier, held_person)])
    first = np.full(len(persons), LATEST, np.int64)
    np.minimum.at(first, seen_person, seen_at)
    out = np.zeros(len(persons), np.bool_)
    out[np.searchsorted(persons, [mark.leader for mark in marks if mark.kind == "opted_out"])] = True
    return Network(
        purpose,
        as_of,
        await reading.cursor(),
        (await reading.clock())[1],
        policy.version,
        persons,
        (await reading.members(purpose, persons)).own,
        first,
        seen_person,
        seen_at,
        held_person,
        held_thing,
        out,
        _recruited(persons, marks),
        _referrals(told, persons, usable, out),
        _orders(bought, persons, usable, out),
        {**told.words, **bought.words},
    )


def _leaders(marks: Sequence[StoredMark]) -> Ints:
    return np.array([mark.leader for mark in marks], np.int64)


async def _usable(
    reading: Reading,
    policy: Policy,
    purpose: str,
    now: int,
    told: ReferralColumns,
    bought: OrderColumns,
    parts: tuple[Ints, Ints],
) -> Ints:
    """Identifiers (sorted) that some evidence names which counts for the purpose.

    One in a part with others is linked to them by such evidence. One alone has to be asked for.
    """
    leader, identifier = parts
    _, first, size = np.unique(leader, return_index=True, return_counts=True)
    linked = distinct(identifier[~isin(leader, distinct(leader[first[size == 1]]))])
    named = distinct(np.r_[told.referrer, told.referee, bought.subject])
    alone = named[isin(named, distinct(identifier)) & ~isin(named, linked)]
    if not len(alone):
        return linked
    if not policy.require_consent and policy.min_weight <= 1:
        return distinct(np.r_[linked, alone])
    of, backing = await reading.backed_by(alone)
    good = await good_backings(reading, policy, purpose, now, distinct(backing))
    return distinct(np.r_[linked, of[isin(backing, good)]])


async def good_backings(reading: Reading, policy: Policy, purpose: str, now: int, ids: Ints) -> Ints:
    """Of some backings those (sorted) under which evidence counts for the purpose now."""
    rows = await reading.backings(ids)
    records = await reading.consents(sorted({consent for consent in rows.consent.tolist() if consent}))
    known: dict[ConsentKey, ConsentRecord] = dict(records.items())
    usability = Usability(policy, known, purpose, now)
    good = [
        usability.backing(consent or None, basis or None) is Verdict.ACCEPTED and weight >= policy.min_weight
        for consent, basis, weight in zip(rows.consent.tolist(), rows.basis, rows.weight.tolist(), strict=True)
    ]
    return np.sort(rows.ids[np.array(good, np.bool_)])


def _by_identifier(leader: Ints, identifier: Ints) -> tuple[Ints, Ints]:
    order = np.argsort(identifier)
    return leader[order], identifier[order]


def things_of(policy: Policy, places: Mapping[int, Place]) -> Ints:
    """The namespaces and scopes (by handle) of what people may use together: devices and means of payment."""
    return np.array([handle for handle, (name, _) in places.items() if policy.space(name).thing], np.int64)


def first_told(told: ReferralColumns, until: int) -> tuple[Ints, Ints, list[str | None], list[str | None]]:
    """Of each referral by what was recorded until a stamp: its number, when it was first told, its campaign and its channel."""
    known = told.recorded <= until
    of, at = told.of[known], told.at[known]
    begins, _ = _groups(of)
    words = [_first_told(column[known], begins).tolist() for column in (told.campaign, told.channel)]
    campaign, channel = ([told.words.get(word) for word in column] for column in words)
    return of[begins], at[begins], campaign, channel


async def _held(reading: Reading, policy: Policy, purpose: str, now: int, identifier: Ints) -> tuple[Ints, Ints]:
    """Identifiers (of those given, sorted) with the devices and means of payment that they were seen with, each pair once."""
    one, other, backing = await reading.used(identifier, things_of(policy, await reading.places()))
    rows = isin(backing, await good_backings(reading, policy, purpose, now, distinct(backing)))
    pairs = np.unique(np.stack([one[rows], other[rows]], 1), axis=0).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _recruited(persons: Ints, marks: Sequence[StoredMark]) -> dict[int, tuple[str, ...]]:
    found: dict[int, set[str]] = {}
    for mark in marks:
        if mark.kind == "recruited":
            found.setdefault(int(np.searchsorted(persons, mark.leader)), set()).add(mark.name)
    return {person: tuple(sorted(names)) for person, names in found.items()}


def _referrals(told: ReferralColumns, persons: Ints, usable: Ints, out: Bools) -> Referrals:
    begins, ends = _groups(told.of)
    referrer, referee = _places(persons, told.referrer_leader[begins]), _places(persons, told.referee_leader[begins])
    one, other = told.referrer[begins], told.referee[begins]
    since = np.ones(len(told), np.bool_)
    since[1:] = (told.status[1:] != told.status[:-1]) | (told.of[1:] != told.of[:-1])
    changed = np.maximum.accumulate(np.where(since, np.arange(len(told)), 0))
    rows = Referrals(
        told.of[begins],
        referrer,
        referee,
        one,
        other,
        told.at[begins],
        told.at[changed[ends]],
        told.status[ends],
        _first_told(told.campaign, begins),
        _first_told(told.channel, begins),
        _first_told(told.code, begins),
        _last_number(told.value, begins),
        isin(one, usable) & (referrer >= 0) & ~_any(out, referrer),
        isin(other, usable) & (referee >= 0) & ~_any(out, referee),
    )
    order = np.lexsort((rows.of, rows.at))
    return Referrals(*(getattr(rows, name)[order] for name in Referrals.__slots__))


def _orders(bought: OrderColumns, persons: Ints, usable: Ints, out: Bools) -> Orders:
    begins, _ = _groups(bought.of)
    person = _places(persons, bought.leader[begins])
    may = isin(bought.subject[begins], usable) & (person >= 0) & ~_any(out, person)
    amount, refunded = (np.nan_to_num(_last_number(column, begins)) for column in (bought.amount, bought.refunded))
    return Orders(
        bought.of[begins], person, bought.at[begins], _first_told(bought.campaign, begins), amount - refunded, refunded, may
    )


def _groups(of: Ints) -> tuple[Ints, Ints]:
    """First and last row of each run of equal numbers."""
    begins = np.flatnonzero(np.r_[True, of[1:] != of[:-1]]) if len(of) else np.empty(0, np.int64)
    return begins, np.r_[begins[1:], len(of)][: len(begins)] - 1


def _first_told(column: Ints, begins: Ints) -> Ints:
    """Of each run the first number that isn't 0."""
    if not len(begins):
        return column[:0]
    first = np.minimum.reduceat(np.where(column > 0, np.arange(len(column)), len(column)), begins)
    return np.r_[column, 0][first]


def _last_number(column: Floats, begins: Ints) -> Floats:
    """Of each run the last number that is one."""
    if not len(begins):
        return column[:0]
    last = np.maximum.reduceat(np.where(np.isnan(column), -1, np.arange(len(column))), begins)
    return np.r_[column, np.nan][last]


def _places(persons: Ints, leader: Ints) -> Ints:
    return np.where(leader > 0, np.searchsorted(persons, leader), -1)


def _any(of: Bools, person: Ints) -> Bools:
    """What holds of each person; of nobody nothing."""
    return np.r_[of, False][person]
