"""Which statements are about one referral or order, and what they tell that is new. Pure: no store, no clock.

A referral and an order are told more than once: accepted after it was pending, refunded after it was accepted. Each telling
is a fact of its own with its own time, and only one that says the same of the same moment is no news: so what holds at a time,
which is what the last statement up to then says, doesn't depend on the order of telling.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from graph.errors import ContradictionError
from graph.stores.columns import StoredOrder, StoredReferral

STATUSES: Final = ("pending", "accepted", "rejected", "refunded")
"""In the order in which a referral may go through them; of two told for one moment the later one holds."""


def referral_told(new: StoredReferral, known: Iterable[StoredReferral]) -> StoredReferral | None:
    """The statement as it goes on record, with the referral it is `of`; None where it tells nothing new.

    `known` are the statements on record of every referral that it may be about: with the same source and event id, or the
    same two and the same code. Raises ContradictionError where its event id is on record with other people.
    """
    held = list(known)
    own = [s for s in held if (s.source, s.event_id) == (new.source, new.event_id)]
    if any((s.referrer, s.referee) != (new.referrer, new.referee) for s in own):
        raise ContradictionError("a referral with this event id is on record, of other people")
    about = own or [s for s in held if _same_code(s, new)]
    of = min((s.of for s in about), default=new.recorded)
    if any((s.of, s.at, s.status) == (of, new.at, new.status) and new.value in (None, s.value) for s in held):
        return None
    return replace(new, of=of)


def _same_code(one: StoredReferral, other: StoredReferral) -> bool:
    ends = one.referrer, one.referee, one.code
    return other.code is not None and ends == (other.referrer, other.referee, other.code)


def order_told(new: StoredOrder, known: Iterable[StoredOrder]) -> StoredOrder | None:
    """The same of an order; `known` are the statements on record with its source and order id.

    Raises ContradictionError where they are of somebody else.
    """
    held = list(known)
    if any(s.subject != new.subject for s in held):
        raise ContradictionError("an order with this id is on record, of somebody else")
    if any(s.at == new.at and new.amount in (None, s.amount) and new.refunded in (None, s.refunded) for s in held):
        return None
    return replace(new, of=min((s.of for s in held), default=new.recorded))
