"""Who allowed what and when, and which sightings say so. Must not change who is seen with what."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from examples.brand.identifiers import ABSENT, Bools, Ints
from examples.brand.people import DAY, END, People
from examples.brand.visits import KINDS, Rows

_SECOND_NOTICE: Final = END - 365 * DAY
"""When the brand changed the text that people consent to."""

_GIVEN: Final = 0.62
_WITHDRAWN: Final = 0.06
_EXPIRES: Final = 0.12
_SAID: Final = 0.9
_MARKETING_ONLY: Final = 0.25
_NO_BASIS: Final = 0.02
_SUBJECTS: Final = ("crm", "openid@wxShop", "tmall", "jd", "douyin")


@dataclass(slots=True)
class Consents:
    """One row a consent, in the order of time; times in Unix seconds.

    `subject` are (header, number) of an identifier that the person carried then. `expires` and `withdrawn` are END or later
    where nothing ends it in this world. `only` says which withdrawals take back marketing by subject, not the whole consent.
    """

    person: Ints
    at: Ints
    subject: list[tuple[str, int]]
    marketing_only: Bools
    expires: Ints
    withdrawn: Ints
    only_marketing_withdrawn: Bools

    def __len__(self) -> int:
        return len(self.person)

    def event(self, number: int, at: str, subject: str, expires: str | None) -> dict[str, Any]:
        """One consent as an event, its times and subject as text."""
        purposes = ["marketing"] if self.marketing_only[number] else ["service", "marketing"]
        notice = "v1" if self.at[number] < _SECOND_NOTICE else "v2"
        event = {"consent": consent_id(number), "at": at, "subject": subject, "purposes": purposes, "notice": notice}
        return event | ({"expires": expires} if expires else {})


def consent_id(number: int) -> str:
    """How a consent is called."""
    return f"c-{number + 1:06d}"


def allow(rng: np.random.Generator, people: People) -> Consents:
    """Consents of most people, given when they register or first come, a few of them taken back or limited in time."""
    subject_column = np.full(len(people), ABSENT, np.int64)
    for place, header in reversed(list(enumerate(_SUBJECTS))):
        subject_column[people.has(header)] = place
    person = np.flatnonzero((subject_column >= 0) & (rng.random(len(people)) < _GIVEN))
    at = np.where(people.members[person], people.registered[person], people.joined[person])
    order = np.argsort(at, kind="stable")
    person, at = person[order], at[order]
    count = len(person)
    expires = np.where(rng.random(count) < _EXPIRES, at + 365 * DAY, END)
    withdrawn = np.where(rng.random(count) < _WITHDRAWN, at + ((END - at) * rng.random(count)).astype(np.int64), END)
    headers: list[str] = [_SUBJECTS[place] for place in subject_column[person].tolist()]
    numbers = [int(people.carries[header][who]) for header, who in zip(headers, person.tolist(), strict=True)]
    return Consents(
        person,
        at,
        list(zip(headers, numbers, strict=True)),
        rng.random(count) < _MARKETING_ONLY,
        expires,
        np.maximum(withdrawn, at + 1),
        rng.random(count) < 0.3,
    )


@dataclass(frozen=True, slots=True)
class Backing:
    """For each row the consent that it names (ABSENT: none), and whether it stands on a contract."""

    consent: Ints
    contract: Bools

    @property
    def lacking(self) -> Bools:
        """Which rows have neither."""
        return (self.consent == ABSENT) & ~self.contract


def backing(rng: np.random.Generator, people: People, rows: Rows, consents: Consents) -> Backing:
    """What each row stands on.

    A row names the person's consent while it is in force, with some forgotten; contracts are the brand's own dealings. A few
    dealings are recorded with neither.
    """
    given = np.full(len(people), ABSENT, np.int64)
    given[consents.person] = np.arange(len(consents))
    named = given[rows.person]
    known = named >= 0
    of = np.where(known, named, 0)
    if len(consents):
        until = np.minimum(consents.expires, consents.withdrawn)
        known &= (rows.at >= consents.at[of]) & (rows.at < until[of])
    contract = np.array([kind.contract for kind in KINDS.values()])[rows.kind]
    lapse = rng.random(len(rows)) < _NO_BASIS
    said = known & ~lapse & (rng.random(len(rows)) < _SAID)
    return Backing(np.where(said, named, ABSENT), contract & ~lapse)
