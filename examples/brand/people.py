"""Who lives in the invented world and which identifiers each carries. Must not know what they do with them."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from examples.brand.identifiers import ABSENT, DEVICES, PERSONAL, Bools, Ints, phone_numbers

END: Final = 1_782_777_600
"""2026-06-30T00:00:00Z in Unix seconds: everything happens before."""

DAY: Final = 86_400
START: Final = END - 730 * DAY

MOST_SUB_IDS: Final = 8
OWNED: Final = (*PERSONAL, *DEVICES)


@dataclass(slots=True)
class People:
    """One row a person, by number from 0; times in Unix seconds.

    `carries[header]` is the number of the identifier each uses (ABSENT: none), several persons where they share it.
    `owner[header]` is the person to whom the identifier with that number belongs at the end (ABSENT: nobody, or several).
    `registered` is END for those who never do. The rest is what changes: a first phone number until `phone_changed`, a
    second CRM id, and from when until when a device is in these hands.
    """

    joined: Ints
    registered: Ints
    carries: dict[str, Ints]
    owner: dict[str, Ints]
    old_phone: Ints
    phone_changed: Ints
    second_crm: Ints
    device_from: Ints
    device_until: Ints
    family: Ints
    family_tablet: Ints
    store: Ints

    def __len__(self) -> int:
        return len(self.joined)

    @property
    def members(self) -> Bools:
        """Who has a CRM id."""
        return self.carries["crm"] >= 0

    def has(self, *headers: str) -> Bools:
        """Who has any of these."""
        return np.any([self.carries[header] >= 0 for header in headers], axis=0)

    def add_number(self, header: str, owners: Ints) -> Ints:
        """New numbers of a column for these owners (ABSENT for what several share)."""
        first = len(self.owner[header])
        self.owner[header] = np.concatenate([self.owner[header], owners])
        return np.arange(first, first + len(owners), dtype=np.int64)


_CIRCLES: Final = {"member": 0.62, "chat": 0.17, "market": 0.12, "cookie": 0.09}
"""Shares of people by how the brand knows them: CRM, WeChat only, market places only, and a cookie only."""

_CARRIES: Final[dict[str, dict[str, float]]] = {
    "member": {
        "crm": 1.0,
        "member_card": 0.7,
        "phone": 0.92,
        "email": 0.3,
        "unionid@P1": 0.75,
        "openid@wxShop": 0.6,
        "openid@wxClub": 0.55,
        "tmall": 0.3,
        "jd": 0.18,
        "douyin": 0.15,
        "idfa": 0.18,
        "gaid": 0.05,
        "oaid": 0.2,
        "cookie": 0.4,
        "qr_scan": 0.2,
    },
    "chat": {"unionid@P1": 0.9, "openid@wxShop": 1.0, "phone": 0.35, "cookie": 0.1, "qr_scan": 0.25, "tmall": 0.1},
    "market": {"tmall": 0.5, "jd": 0.35, "douyin": 0.35, "phone": 0.8, "email": 0.05},
    "cookie": {"cookie": 1.0},
}
"""How likely somebody of a circle carries an identifier. An `android_id` comes with each `oaid`; a mini programme knows
the `unionid` or nothing of it."""

_GUESTS: Final = 0.3
"""Of the members who were known by another identifier before they registered."""


def populate(rng: np.random.Generator, count: int, stores: int) -> People:
    """People with what each carries, all their own; nothing is shared and nothing changes hands yet."""
    circle = rng.choice(len(_CIRCLES), count, p=list(_CIRCLES.values()))
    carried = _carried(rng, circle)
    joined = (START + (END - DAY - START) * rng.random(count) ** 0.85).astype(np.int64)
    guest_kinds = np.any([carried[h] for h in ("openid@wxShop", "tmall", "jd", "douyin", "cookie")], axis=0)
    guest = carried["crm"] & guest_kinds & (rng.random(count) < _GUESTS) & (joined < END - 90 * DAY)
    delay = np.where(guest, rng.integers(DAY // 24, 60 * DAY, count), 0)
    registered = np.where(carried["crm"], joined + delay, END)
    nobody = np.full(count, ABSENT, np.int64)
    people = People(
        joined,
        registered,
        carries={},
        owner={header: np.empty(0, np.int64) for header in OWNED},
        old_phone=nobody.copy(),
        phone_changed=np.zeros(count, np.int64),
        second_crm=nobody.copy(),
        device_from=np.zeros(count, np.int64),
        device_until=np.full(count, END, np.int64),
        family=nobody.copy(),
        family_tablet=nobody.copy(),
        store=rng.integers(0, stores, count),
    )
    people.owner["phone"] = np.full(int(phone_numbers(1)[0]), ABSENT, np.int64)
    for header in OWNED:
        owners = rng.permutation(np.flatnonzero(carried[header]))
        people.carries[header] = nobody.copy()
        people.carries[header][owners] = people.add_number(header, owners)
    return people


def _carried(rng: np.random.Generator, circle: Ints) -> dict[str, Bools]:
    """What each person carries: at least one identifier, at most so many."""
    chances = np.array([[_CARRIES[name].get(header, 0.0) for header in OWNED] for name in _CIRCLES])
    carried = rng.random((len(circle), len(OWNED))) < chances[circle]
    column = {header: number for number, header in enumerate(OWNED)}
    market = [column[header] for header in ("tmall", "jd", "douyin")]
    lost = (circle == list(_CIRCLES).index("market")) & ~carried[:, market].any(axis=1)
    carried[lost, market[0]] = True
    carried[:, column["android_id"]] = carried[:, column["oaid"]]
    worth = np.where(carried, rng.random(carried.shape), -1.0)
    worth[:, column["crm"]] += 2.0 * carried[:, column["crm"]]
    place = np.argsort(np.argsort(-worth, axis=1, kind="stable"), axis=1, kind="stable")
    carried &= place < MOST_SUB_IDS
    return {header: carried[:, number] for header, number in column.items()}


def sub_ids(people: People) -> Ints:
    """How many identifiers belong to each person."""
    counts = np.zeros(len(people), np.int64)
    for header in OWNED:
        owners = people.owner[header]
        counts += np.bincount(owners[owners >= 0], minlength=len(people))
    return counts
