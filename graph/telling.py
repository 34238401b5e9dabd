"""Recording of what is told of referrals and orders: statements are filed with those on record. Only graph.recording calls it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import numpy as np

from graph.answers import Outcome
from graph.errors import ContradictionError
from graph.intents import Telling
from graph.keys import Keyring, content_digest
from graph.model import Identifier, Order, Referral
from graph.statements import order_told, referral_told
from graph.stores.columns import StoredOrder, StoredReferral
from graph.stores.protocol import Writing
from graph.writing import Write

Told = tuple[int, Telling, str]
"""Number of an event, what it tells, and its event id."""


def event_id(fact: Telling, keyring: Keyring) -> str:
    """The event's own id, or a digest of what it says; an order is named by its order id."""
    if isinstance(fact, Order):
        return f"order:{fact.order_id}"
    keys = (keyring.key(end).hex() for end in (fact.referrer, fact.referee))
    return fact.event_id or content_digest("|".join(map(str, (fact.at, *keys, fact.campaign, fact.status, fact.code))))


class Teller:
    """Files statements within a write under way."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def tell(self, write: Write, told: Sequence[Told]) -> dict[int, Outcome]:
        """Record statements; answers outcomes by number of those that told nothing new or contradict what is on record."""
        if not told:
            return {}
        handles = await self._handles(write, chain.from_iterable(_named(fact) for _, fact, _ in told))
        stamps = iter(write.stamps(2 * len(told)).tolist())
        outcomes: dict[int, Outcome] = {}
        referrals = [
            (number, _referral(fact, event_id, [handles[self._keyring.key(end)] for end in _named(fact)], next(stamps)))
            for number, fact, event_id in told
            if isinstance(fact, Referral)
        ]
        orders = [
            (number, statement)
            for number, fact, _ in told
            if isinstance(fact, Order)
            for statement in _order(fact, handles[self._keyring.key(fact.subject)], stamps)
        ]
        await _file_referrals(write.tx, referrals, outcomes)
        await _file_orders(write.tx, orders, outcomes)
        return outcomes

    async def _handles(self, write: Write, named: Iterable[Identifier]) -> dict[bytes, int]:
        """Handles by key."""
        distinct = {self._keyring.key(identifier): identifier for identifier in named}
        places = {place: await write.tx.place(place) for place in {identifier.place for identifier in distinct.values()}}
        listed = list(distinct.values())
        ids, _ = await write.tx.intern(
            list(distinct),
            np.array([places[identifier.place] for identifier in listed], np.int64),
            np.zeros(len(listed), np.int64),
            lambda at: (listed[at].mask, listed[at].clear),
        )
        return dict(zip(distinct, ids.tolist(), strict=True))


def _named(fact: Telling) -> tuple[Identifier, ...]:
    return (fact.referrer, fact.referee) if isinstance(fact, Referral) else (fact.subject,)


def _referral(fact: Referral, event_id: str, ends: Sequence[int], stamp: int) -> StoredReferral:
    referrer, referee = ends
    about = fact.campaign, fact.channel, fact.code, fact.status, fact.value, fact.source
    return StoredReferral(stamp, referrer, referee, fact.at, *about, event_id, stamp)


def _order(fact: Order, subject: int, stamps: Iterator[int]) -> Iterator[StoredOrder]:
    """One statement, or two where a refund is told with a time of its own."""
    about = fact.currency, fact.campaign, fact.channel, fact.code, fact.source, fact.order_id
    later = fact.refunded is not None and fact.refunded_at not in (None, fact.at)
    if not later or fact.amount is not None:
        stamp = next(stamps)
        yield StoredOrder(stamp, subject, fact.at, fact.amount, None if later else fact.refunded, *about, stamp)
    if later:
        stamp = next(stamps)
        yield StoredOrder(stamp, subject, fact.refunded_at or fact.at, None, fact.refunded, *about, stamp)


async def _file_referrals(tx: Writing, told: Sequence[tuple[int, StoredReferral]], outcomes: dict[int, Outcome]) -> None:
    if not told:
        return
    events = [(s.source, s.event_id) for _, s in told]
    codes = [(s.referrer, s.referee, s.code) for _, s in told if s.code is not None]
    by_event: dict[tuple[str, str], set[int]] = defaultdict(set)
    by_code: dict[tuple[int, int, str | None], set[int]] = defaultdict(set)
    histories: dict[int, list[StoredReferral]] = defaultdict(list)

    def remember(statement: StoredReferral) -> None:
        histories[statement.of].append(statement)
        by_event[statement.source, statement.event_id].add(statement.of)
        by_code[statement.referrer, statement.referee, statement.code].add(statement.of)

    for statement in await tx.stated(events, codes):
        remember(statement)
    filed: list[StoredReferral] = []
    for number, new in told:
        about = set(by_event.get((new.source, new.event_id), ()))
        if new.code is not None:
            about |= by_code.get((new.referrer, new.referee, new.code), set())
        try:
            statement = referral_told(new, chain.from_iterable(histories[of] for of in about))
        except ContradictionError as error:
            outcomes[number] = Outcome("rejected", error.code, error.message)
            continue
        if statement is None:
            outcomes[number] = Outcome("duplicate")
        else:
            filed.append(statement)
            remember(statement)
    await tx.refer(filed)


async def _file_orders(tx: Writing, told: Sequence[tuple[int, StoredOrder]], outcomes: dict[int, Outcome]) -> None:
    if not told:
        return
    histories: dict[tuple[str, str], list[StoredOrder]] = defaultdict(list)
    for known in await tx.bought(list(dict.fromkeys((s.source, s.order_id) for _, s in told))):
        histories[known.source, known.order_id].append(known)
    filed: list[StoredOrder] = []
    news: dict[int, bool] = {}
    for number, new in told:
        history = histories[new.source, new.order_id]
        try:
            statement = order_told(new, history)
        except ContradictionError as error:
            outcomes[number] = Outcome("rejected", error.code, error.message)
            continue
        news[number] = news.get(number, False) or statement is not None
        if statement is not None:
            filed.append(statement)
            history.append(statement)
    outcomes.update((number, Outcome("duplicate")) for number, new in news.items() if not new)
    await tx.buy(filed)
