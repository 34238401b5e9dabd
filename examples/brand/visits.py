"""What people do, and which identifiers it shows: the kinds of visits, and one row for each visit. Must not write a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from examples.brand.hardships import Demand
from examples.brand.identifiers import ABSENT, HASHED, HEADERS, STAFF_PHONE, Bools, Floats, Ints, is_junk, junk_number
from examples.brand.people import END, People

DEVICE: Final = "device"
"""In a kind: the person's phone or tablet, whatever its platform calls its id."""

_PLATFORMS: Final = (("idfa",), ("gaid",), ("oaid", "android_id"))
_AFTER_REGISTERING: Final = ("crm", "member_card", "openid@wxClub")
MOST_A_ROW: Final = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of visit: how often it is made by those who carry all of `needs`, and how often it shows which identifiers.

    A `guest` kind is made before registering, too. A row of a `contract` kind has this legal basis. Where a kind shows both a
    value and its hash, the hash wins.
    """

    source: str
    needs: tuple[str, ...]
    shows: Mapping[str, float]
    often: float = 0.0
    guest: bool = False
    contract: bool = True


KINDS: Final[dict[str, Kind]] = {
    "shop": Kind(
        "wechat", ("openid@wxShop",), {"openid@wxShop": 1, "unionid@P1": 0.85, "phone": 0.3, DEVICE: 0.1}, 3.0, guest=True
    ),
    "club": Kind(
        "wechat", ("openid@wxClub", "crm"), {"openid@wxClub": 1, "unionid@P1": 0.8, "crm": 0.6, "member_card": 0.3}, 2.0
    ),
    "store": Kind("store", ("crm",), {"crm": 1, "member_card": 0.7, "phone": 0.6}, 2.5),
    "tmall": Kind("tmall", ("tmall",), {"tmall": 1, "phone": 0.8, "phone_sha256": 0.5}, 2.0, guest=True),
    "jd": Kind("jd", ("jd",), {"jd": 1, "phone": 0.7, "phone_sha256": 0.6}, 1.5, guest=True),
    "douyin": Kind("douyin", ("douyin",), {"douyin": 1, "phone": 0.6, "phone_sha256": 0.7}, 1.5, guest=True),
    "app": Kind("app", ("crm", DEVICE), {"crm": 1, DEVICE: 0.95, "unionid@P1": 0.2, "phone": 0.2}, 3.0),
    "tablet": Kind("app", ("crm", "tablet"), {"crm": 1, "phone": 0.1}, 2.0),
    "view": Kind("web", ("cookie",), {"cookie": 1}, 1.5, guest=True, contract=False),
    "login": Kind("web", ("cookie", "crm"), {"cookie": 1, "crm": 1, "email": 0.3}, 1.5),
    "letter": Kind(
        "mail", ("email",), {"email": 1, "email_sha256": 0.6, "crm": 0.6, "cookie": 0.5}, 0.7, guest=True, contract=False
    ),
    "scan": Kind("qr", ("qr_scan", "openid@wxShop"), {"qr_scan": 1, "openid@wxShop": 1, "unionid@P1": 0.7}, 0.7, guest=True),
    "call": Kind("hotline", ("phone",), {"phone": 1, "crm": 0.4}, 0.3, guest=True),
    "register": Kind(
        "club",
        ("crm",),
        {"crm": 1, "phone": 0.95, "member_card": 0.9, "openid@wxClub": 0.6, "unionid@P1": 0.6, "tmall": 0.1, "email": 0.4},
    ),
    "guest": Kind("club", ("crm",), {"crm": 1, "phone": 0.9, "openid@wxShop": 1, "unionid@P1": 0.9, "tmall": 0.5, "cookie": 1}),
    "second": Kind("store", ("crm",), {"crm": 1, "phone": 1, "openid@wxShop": 0.5}),
    "number": Kind("hotline", ("crm", "phone"), {"crm": 1, "phone": 1}),
    "handset": Kind("app", ("crm", DEVICE), {"crm": 1, DEVICE: 1}),
    "staff": Kind("store", ("crm",), {"crm": 1, "member_card": 0.7, "phone": 1}),
    "signup": Kind("web", ("cookie", "email"), {"cookie": 1, "email": 1}),
}
"""The last ones have no frequency: they are made on demand. `guest` is the registration of one who was known before."""

_NAMES: Final = tuple(KINDS)
_TYPED: Final = tuple(_NAMES.index(name) for name in ("store", "register", "login"))
_STORE_TABLET: Final = 0.3
_JUNK_TYPED: Final = 0.015
_JUNK_DEVICE: Final = 0.01
_IN_ONE_SESSION: Final = 0.5


@dataclass(slots=True)
class Rows:
    """Sightings in the order of time. `cells[header]` has the number of the identifier in each row, or ABSENT.

    `kind` is a place in KINDS, `session` a number or ABSENT; `at` is in Unix seconds.
    """

    person: Ints
    at: Ints
    kind: Ints
    session: Ints
    cells: dict[str, Ints] = field(default_factory=dict[str, Ints])

    def __len__(self) -> int:
        return len(self.at)

    def identifiers(self) -> Ints:
        """How many each row shows."""
        return np.array([cells >= 0 for cells in self.cells.values()]).sum(axis=0)

    def of(self, name: str) -> Bools:
        """Which rows are of a kind."""
        return self.kind == _NAMES.index(name)


def fewest(people: People, demands: Sequence[Demand]) -> int:
    """How many rows there are at least: everybody's first visit, every registration, and what is demanded."""
    return len(people) + int(people.members.sum()) + sum(len(demand.person) for demand in demands)


def visit(rng: np.random.Generator, people: People, demands: Sequence[Demand], count: int, tablets: int) -> Rows:
    """So many rows in the order of time. Raises ValueError where `count` is less than `fewest`."""
    more = count - fewest(people, demands)
    if more < 0:
        raise ValueError(f"{len(people)} persons make at least {fewest(people, demands)} sightings, not {count}")
    person, at = _moments(rng, people, more)
    rows = Rows(person, at, _choose(rng, people, person, at), np.full(len(at), ABSENT, np.int64))
    rows = _in_sessions(rng, people, rows)
    members = np.flatnonzero(people.members)
    late = people.registered[members] > people.joined[members]
    asked = [
        Demand("register", members[~late], people.registered[members[~late]]),
        Demand("guest", members[late], people.registered[members[late]]),
        *demands,
    ]
    extra = sum(len(demand.person) for demand in asked)
    rows = Rows(
        np.concatenate([rows.person, *(demand.person for demand in asked)]),
        np.concatenate([rows.at, *(demand.at for demand in asked)]),
        np.concatenate([rows.kind, *(np.full(len(d.person), _NAMES.index(d.kind), np.int64) for d in asked)]),
        np.concatenate([rows.session, np.full(extra, ABSENT, np.int64)]),
    )
    order = np.argsort(rows.at, kind="stable")
    rows = Rows(rows.person[order], rows.at[order], rows.kind[order], rows.session[order])
    _show(rng, people, rows, tablets)
    _spoil(rng, rows)
    return rows


def _moments(rng: np.random.Generator, people: People, more: int) -> tuple[Ints, Ints]:
    """Everybody's first visit, and `more` by people who come more or less often."""
    eager = np.cumsum(rng.lognormal(0.0, 0.8, len(people)))
    aim: Floats = rng.random(more) * eager[-1]
    again = np.searchsorted(eager, aim, side="right")
    first = people.joined[again]
    at = first + ((END - 1 - first) * rng.random(more) ** 1.2).astype(np.int64)
    return np.concatenate([np.arange(len(people)), again]), np.concatenate([people.joined, at])


def _choose(rng: np.random.Generator, people: People, person: Ints, at: Ints) -> Ints:
    """A kind for each visit, of those that are open to the person at that time."""
    offered = [name for name in KINDS if KINDS[name].often]
    carried = {need: _carries(people, need) for name in offered for need in KINDS[name].needs}
    open_to = np.array([np.all([carried[need] for need in KINDS[name].needs], axis=0) for name in offered])
    often = np.array([KINDS[name].often for name in offered])
    as_guest = np.array([KINDS[name].guest for name in offered])
    guest = at < people.registered[person]
    spin, kind = rng.random(len(at)), np.zeros(len(at), np.int64)
    for phase, allowed in ((guest, as_guest), (~guest, np.ones(len(offered), np.bool_))):
        upto = np.cumsum(open_to * (often * allowed)[:, None], axis=0)
        who = person[phase]
        aim = spin[phase] * upto[-1][who]
        place = np.zeros(len(who), np.int64)
        for edge in upto[:-1]:
            place += aim >= edge[who]
        kind[phase] = np.array([_NAMES.index(name) for name in offered])[place]
    return kind


def _carries(people: People, need: str) -> Bools:
    if need == "tablet":
        return people.family_tablet >= 0
    return people.has(*(header for headers in _PLATFORMS for header in headers)) if need == DEVICE else people.has(need)


def _in_sessions(rng: np.random.Generator, people: People, rows: Rows) -> Rows:
    """Let some people sign up for the letter and then log in, on one cookie in one session; as many views make room."""
    able = rows.of("login") & people.has("email")[rows.person] & (rng.random(len(rows)) < _IN_ONE_SESSION)
    views = np.flatnonzero(rows.of("view") & (np.arange(len(rows)) >= len(people)))
    login = np.flatnonzero(able)[: len(views)]
    signup = rng.permutation(views)[: len(login)]
    rows.person[signup], rows.kind[signup] = rows.person[login], _NAMES.index("signup")
    rows.at[signup] = rows.at[login] - rng.integers(20, 600, len(login))
    rows.session[login] = rows.session[signup] = np.arange(len(login))
    return rows


def _show(rng: np.random.Generator, people: People, rows: Rows, tablets: int) -> None:
    """Fill the cells: what each person carries at that time and the kind of visit shows."""
    chance = {header: np.array([_chance(kind, header) for kind in KINDS.values()], np.float32) for header in HEADERS}
    for header in HEADERS:
        shown = rng.random(len(rows), np.float32) < chance[header][rows.kind]
        numbers = _carried_at(people, header, rows)
        rows.cells[header] = np.where(shown, numbers, ABSENT)
    cells = rows.cells
    for hashed, clear in HASHED.items():
        cells[clear][cells[hashed] >= 0] = ABSENT
    cells["email"][rows.of("login") & (rows.session >= 0)] = ABSENT
    _one_device(rng, rows)
    second = rows.of("second")
    cells["crm"][second] = people.second_crm[rows.person[second]]
    without = second & (cells["phone"] < 0)
    cells["openid@wxShop"][without] = people.carries["openid@wxShop"][rows.person[without]]
    on_family_tablet = rows.of("tablet")
    cells["android_id"][on_family_tablet] = people.family_tablet[rows.person[on_family_tablet]]
    numbers = people.add_number("android_id", np.full(tablets, ABSENT, np.int64))
    in_store = np.flatnonzero(rows.of("store") & (rng.random(len(rows)) < _STORE_TABLET))
    cells["android_id"][in_store] = numbers[people.store[rows.person[in_store]] % tablets]
    cells["phone"][rows.of("staff")] = STAFF_PHONE
    for header in ("email", "tmall", "unionid@P1"):
        cells[header][rows.identifiers() > MOST_A_ROW] = ABSENT


def _chance(kind: Kind, header: str) -> float:
    device = any(header in headers for headers in _PLATFORMS)
    return kind.shows.get(DEVICE if device else header, 0.0)


def _carried_at(people: People, header: str, rows: Rows) -> Ints:
    """The number of the identifier that each row's person carries at its time."""
    person, at = rows.person, rows.at
    numbers = people.carries[HASHED.get(header, header)][person]
    if header in _AFTER_REGISTERING:
        return np.where(at >= people.registered[person], numbers, ABSENT)
    if HASHED.get(header, header) == "phone":
        return np.where(at < people.phone_changed[person], people.old_phone[person], numbers)
    if any(header in headers for headers in _PLATFORMS):
        in_hand = (at >= people.device_from[person]) & (at < people.device_until[person])
        return np.where(in_hand, numbers, ABSENT)
    return numbers


def _one_device(rng: np.random.Generator, rows: Rows) -> None:
    """A row comes from one device: of several platforms, one stays. An `android_id` goes with its `oaid`."""
    there = np.array([rows.cells[headers[0]] >= 0 for headers in _PLATFORMS])
    chosen = np.argmax(rng.random(there.shape) * there, axis=0)
    for number, headers in enumerate(_PLATFORMS):
        keep = there[number] & (chosen == number)
        for header in headers:
            rows.cells[header][~keep] = ABSENT
    rows.cells["android_id"] = np.where(rows.cells["oaid"] >= 0, rows.cells["android_id"], ABSENT)


def _spoil(rng: np.random.Generator, rows: Rows) -> None:
    """Write junk where a value was typed by hand, or a device refused to tell its id."""
    typed = np.isin(rows.kind, _TYPED)
    for header, where, share in (
        ("phone", typed, _JUNK_TYPED),
        ("email", typed, _JUNK_TYPED),
        ("idfa", rows.of("app"), _JUNK_DEVICE),
        ("gaid", rows.of("app"), _JUNK_DEVICE),
    ):
        able = np.flatnonzero(where & (rows.cells[header] >= 0))
        hit = rng.permutation(able)[: max(3, int(len(able) * share))]
        rows.cells[header][hit] = [junk_number(header, which) for which in range(len(hit))]


def seen(rows: Rows, header: str) -> Ints:
    """Numbers of a column that some row shows, junk left out, in order."""
    numbers = np.unique(rows.cells[header])
    return numbers[(numbers >= 0) & ~is_junk(numbers)]
