"""What makes people hard to tell apart: things shared, handed on, or had twice. Must not write a row; says what must be seen."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from examples.brand.identifiers import ABSENT, Bools, Ints
from examples.brand.people import DAY, END, MOST_SUB_IDS, START, People, sub_ids

_FAMILY_SIZES: Final = {2: 0.45, 3: 0.3, 4: 0.18, 5: 0.07}
_IN_FAMILIES: Final = 0.12
_SHARE_PHONE: Final = 0.4
_SHARE_TABLET: Final = 0.35
_PLATFORMS: Final = (("idfa",), ("gaid",), ("oaid", "android_id"))

RECYCLED_AFTER: Final = 90 * DAY
"""A number rests at least so long before somebody else gets it."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Rows that must be there for a hardship to show: who is seen when, with what (a kind of examples.brand.visits)."""

    kind: str
    person: Ints
    at: Ints


def share_in_families(rng: np.random.Generator, people: People) -> dict[str, int]:
    """Put members into families, some of which share a phone number or a tablet."""
    members = rng.permutation(np.flatnonzero(people.members))
    sizes = rng.choice(list(_FAMILY_SIZES), len(members), p=list(_FAMILY_SIZES.values()))
    ends = np.cumsum(sizes)
    families = max(4, int(np.searchsorted(ends, _IN_FAMILIES * len(members))))
    sizes, ends = sizes[:families], ends[:families]
    of = np.repeat(np.arange(families), sizes)
    insiders = members[: len(of)]
    people.family[insiders] = of
    head = members[ends - sizes]
    phone = people.carries["phone"]
    with_phone = (phone[head] >= 0) & _some(rng, families, _SHARE_PHONE)
    sharing = insiders[with_phone[of]]
    own = phone[sharing]
    people.owner["phone"][own[own >= 0]] = ABSENT
    phone[sharing] = phone[head[of]][with_phone[of]]
    with_tablet = _some(rng, families, _SHARE_TABLET)
    tablets = np.full(families, ABSENT, np.int64)
    tablets[with_tablet] = people.add_number("android_id", np.full(int(with_tablet.sum()), ABSENT, np.int64))
    people.family_tablet[insiders] = tablets[of]
    return {"families": families, "family_phones": int(with_phone.sum()), "family_tablets": int(with_tablet.sum())}


def _some(rng: np.random.Generator, count: int, share: float) -> Bools:
    """Which ones, at random; the first and, of more than one, not the last."""
    chosen = rng.random(count) < share
    chosen[0], chosen[-1] = True, count == 1
    return chosen


def register_twice(rng: np.random.Generator, people: People) -> Demand:
    """Give some members a second CRM id, seen with a phone or openid that they have anyway."""
    able = people.members & (people.family == ABSENT) & people.has("phone", "openid@wxShop") & (sub_ids(people) < MOST_SUB_IDS)
    twice = _pick(rng, able, len(people) // 100)
    people.second_crm[twice] = people.add_number("crm", twice)
    return Demand("second", twice, _between(rng, people.registered[twice], np.full(len(twice), END, np.int64)))


def recycle_numbers(rng: np.random.Generator, people: People) -> list[Demand]:
    """Let early members give up their phone number, and late ones get it after RECYCLED_AFTER."""
    settled = people.members & people.has("phone") & (people.family == ABSENT) & (people.registered == people.joined)
    settled &= people.second_crm == ABSENT
    count = len(people) // 250
    before = _pick(rng, settled & (people.joined < START + 240 * DAY), count)
    after = _pick(rng, settled & (people.joined > START + 540 * DAY), count)
    count = min(len(before), len(after))
    before, after = before[:count], after[:count]
    phone, owner = people.carries["phone"], people.owner["phone"]
    number = phone[before]
    owner[phone[after]] = ABSENT
    owner[number] = after
    people.old_phone[before] = number
    people.phone_changed[before] = people.joined[before] + rng.integers(10 * DAY, 90 * DAY, count)
    phone[before] = people.add_number("phone", before)
    phone[after] = number
    return [
        Demand("number", before, _between(rng, people.registered[before], people.phone_changed[before])),
        Demand("number", after, _between(rng, people.registered[after], np.full(count, END, np.int64))),
    ]


def hand_over_devices(rng: np.random.Generator, people: People) -> list[Demand]:
    """Let members hand their device over to other members, who use it from then on."""
    platforms = np.sum([people.carries[headers[0]] >= 0 for headers in _PLATFORMS], axis=0)
    demands: list[Demand] = []
    for headers in _PLATFORMS:
        able = people.members & (platforms == 1)
        able &= np.all([people.carries[header] >= 0 for header in headers], axis=0)
        chosen = _pick(rng, able, 2 * max(1, len(people) // 400))
        giver, taker = chosen[0::2], chosen[1::2]
        giver = giver[: len(taker)]
        known = np.maximum(people.registered[giver], people.registered[taker])
        fits = known + 4 * DAY < END
        giver, taker, known = giver[fits], taker[fits], known[fits]
        moment = _between(rng, known + DAY, np.full(len(known), END - DAY, np.int64))
        for header in headers:
            carries, owner = people.carries[header], people.owner[header]
            owner[carries[taker]] = ABSENT
            carries[taker] = carries[giver]
            owner[carries[giver]] = taker
        people.device_until[giver] = moment
        people.device_from[taker] = moment
        demands.append(Demand("handset", giver, _between(rng, people.registered[giver], moment)))
        demands.append(Demand("handset", taker, _between(rng, moment, np.full(len(moment), END, np.int64))))
    return demands


def type_staff_phone(rng: np.random.Generator, people: People) -> Demand:
    """Customers for whom shop staff type the shop's own number: hundreds, or most members of a small world."""
    customers = _pick(rng, people.members, max(60, len(people) // 100))
    return Demand("staff", customers, _between(rng, people.registered[customers], np.full(len(customers), END, np.int64)))


def _pick(rng: np.random.Generator, able: Bools, count: int) -> Ints:
    found = rng.permutation(np.flatnonzero(able))
    return found[: max(2, count)]


def _between(rng: np.random.Generator, first: Ints, end: Ints) -> Ints:
    """A moment for each, not before `first` and before `end`."""
    return (first + (end - first) * rng.random(len(first))).astype(np.int64)
