"""The facts that go in: identifiers, sightings, consents, closes, decisions, erasures, referrals, orders, marks. Values only.

Times are whole microseconds since 1970 (graph.instants). Every fact has an event time `at`; the store adds `recorded`, the
moment from which it was known.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class Kind(StrEnum):
    """What a namespace stands for."""

    PERSON = "person"
    DEVICE = "device"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True)
class Identifier:
    """One sub-ID (子ID): namespace, optional scope, and the token that its key is made of.

    The token is the normalised value, or for a namespace that has a hashed twin the SHA-256 of it, so that clear and hashed
    meet. `clear` is kept only where the policy says so. `repr` and `str` show the mask.
    """

    namespace: str
    scope: str
    token: str = field(repr=False)
    mask: str
    clear: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.namespace}{'@' + self.scope if self.scope else ''}:{self.mask}"

    @property
    def place(self) -> tuple[str, str]:
        """Namespace and scope, for rules that count values in both."""
        return self.namespace, self.scope


@dataclass(frozen=True, slots=True)
class Sighting:
    """These identifiers were seen together at one time, by one source, under a consent or a legal basis."""

    identifiers: tuple[Identifier, ...]
    at: int
    source: str = ""
    event_id: str | None = None
    session: str | None = None
    consent: str | None = None
    basis: str | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Consent:
    """Who allowed what, from `at` until before `expires` or a withdrawal. The same id again renews it.

    The fields are those that ISO/IEC TS 27560 asks of a consent record and W3C DPV has terms for.
    """

    consent_id: str
    purposes: tuple[str, ...]
    at: int
    expires: int | None = None
    subject: Identifier | None = None
    notice: str | None = None
    evidence: str | None = None
    channel: str | None = None
    in_exchange_for: str | None = None
    basis: str | None = None
    controller: str | None = None
    jurisdiction: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Ends a consent given so far, whole; or one purpose in all consents given so far by one identifier."""

    at: int
    consent_id: str | None = None
    subject: Identifier | None = None
    purpose: str | None = None
    channel: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """Ends what was seen up to `at`: of a pair, or (`second` is None) of all links of one identifier; of one source or all."""

    first: Identifier
    second: Identifier | None
    at: int
    source: str | None = None
    by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a human ruled on a pair; the newest counts, on a tie `never_link`, then `reverse`."""

    ruling: Literal["same_person", "never_link", "reverse"]
    first: Identifier
    second: Identifier
    at: int
    by: str | None = None
    reason: str | None = None
    consent: str | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Erasure:
    """Removes an identifier (or its whole part under every purpose) and leaves a tombstone."""

    identifier: Identifier
    at: int
    whole_person: bool = False


@dataclass(frozen=True, slots=True)
class Referral:
    """Referrer brought referee, as it stood at `at`; told again it has another status from then on (graph.statements).

    Statuses other than `accepted` are on record and not counted.
    """

    referrer: Identifier
    referee: Identifier
    at: int
    campaign: str | None = None
    channel: str | None = None
    code: str | None = None
    status: Literal["pending", "accepted", "rejected", "refunded"] = "accepted"
    value: float | None = None
    source: str = ""
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """Somebody bought for `amount`; told again, what had been paid back of it by then (`refunded`, in all).

    A refund is of `refunded_at`, or where that is not told of `at`. Money has no unit but `currency`.
    """

    order_id: str
    subject: Identifier
    at: int
    amount: float | None = None
    refunded: float | None = None
    refunded_at: int | None = None
    currency: str | None = None
    campaign: str | None = None
    channel: str | None = None
    code: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said of a person from `at` until before `until`: recruited for a programme (`name`), or opted out of scoring.

    The newest of a kind and name counts; one that ends when it begins takes back what was said.
    """

    kind: Literal["recruited", "opted_out"]
    identifier: Identifier
    at: int
    until: int | None = None
    name: str = ""


Fact = Sighting | Consent | Withdrawal | Close | Decision | Erasure | Referral | Order | Mark


def named_by(fact: Fact) -> tuple[Identifier, ...]:
    """The identifiers that a fact names."""
    if isinstance(fact, Sighting):
        return fact.identifiers
    if isinstance(fact, (Close, Decision)):
        return (fact.first,) if fact.second is None else (fact.first, fact.second)
    if isinstance(fact, Referral):
        return fact.referrer, fact.referee
    if isinstance(fact, (Erasure, Mark)):
        return (fact.identifier,)
    return () if fact.subject is None else (fact.subject,)
