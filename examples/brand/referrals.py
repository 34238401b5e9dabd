"""Who brought whom: a few bring very many, most bring nobody. Must not change who is seen with what."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from examples.brand.identifiers import ABSENT, Ints
from examples.brand.people import DAY, END, People
from examples.brand.visits import Rows, seen

_REFERRED: Final = 0.4
_BY_GROUP_OWNER: Final = 0.12
_COPIED: Final = 0.45
_RECENT: Final = 4_000
_CYCLE: Final = 12 * DAY
_CYCLE_SPREAD: Final = 1.1
_SELF: Final = 0.012
_RING_SIZES: Final = (3, 6)

_NAMED_BY: Final = ("crm", "unionid@P1", "openid@wxShop", "tmall", "jd", "douyin")
_MARKETS: Final = ("tmall", "jd", "douyin")
CAMPAIGNS: Final = ("autumn-24", "new-year-25", "spring-25", "summer-25", "autumn-25", "new-year-26", "spring-26", "summer-26")
CHANNELS: Final = ("wechat-group", "moments", "mini-program", "store", "douyin-live")
STATUSES: Final = ("accepted", "pending", "rejected", "refunded")


@dataclass(slots=True)
class Referrals:
    """One row a referral in the order of time (Unix seconds). Ends are (header, number); `value` is in fen, ABSENT for none.

    `self_referrals`, `rings` and `group_owners` say what is hidden among them.
    """

    at: Ints
    by: Ints
    referrer: list[tuple[str, int]]
    referee: list[tuple[str, int]]
    campaign: Ints
    channel: Ints
    status: Ints
    value: Ints
    self_referrals: int
    rings: int
    group_owners: int

    def __len__(self) -> int:
        return len(self.at)


def refer(rng: np.random.Generator, people: People, rows: Rows) -> Referrals:
    """Referrals over the whole time: a growing network, self-referrals to second accounts, and rings.

    They name people by identifiers that some sighting shows.
    """
    called = {header: _seen_only(people, rows, header) for header in _NAMED_BY}
    owners = _group_owners(rng, people)
    referrer, referee, at = _growth(rng, people, called, owners)
    ring_of, ring_to, ring_at, rings = _rings(rng, people, max(1, len(referee) // 1_500))
    myself, second, self_at = _second_accounts(rng, people, called, max(2, int(len(referee) * _SELF)))
    by = np.concatenate([referrer, ring_of, myself])
    to = np.concatenate([referee, ring_to, myself])
    when = np.concatenate([at, ring_at, self_at])
    order = np.argsort(when, kind="stable")
    first = _names(rng, people, called, by, when)
    last = _names(rng, people, called, to, when)
    last[len(last) - len(second) :] = second
    count = len(order)
    status = rng.choice(len(STATUSES), count, p=[0.84, 0.06, 0.06, 0.04])
    status[len(referrer) : len(referrer) + len(ring_of)] = 0
    value = np.where(np.isin(status, (0, 3)), (rng.lognormal(9.6, 0.7, count) // 10 * 10).astype(np.int64), ABSENT)
    season = np.clip((when - (END - 730 * DAY)) * len(CAMPAIGNS) // (730 * DAY), 0, len(CAMPAIGNS) - 1)
    return Referrals(
        when[order],
        by[order],
        [first[place] for place in order.tolist()],
        [last[place] for place in order.tolist()],
        season[order],
        rng.choice(len(CHANNELS), count, p=[0.45, 0.2, 0.2, 0.1, 0.05])[order],
        status[order],
        value[order],
        len(second),
        rings,
        len(owners),
    )


def _seen_only(people: People, rows: Rows, header: str) -> Ints:
    """What each person carries, where some row shows it."""
    numbers = people.carries[header]
    return np.where(np.isin(numbers, seen(rows, header)), numbers, ABSENT)


def _group_owners(rng: np.random.Generator, people: People) -> Ints:
    """Early members who run large chat groups (大C)."""
    early = np.flatnonzero(people.members & people.has("unionid@P1", "openid@wxShop"))
    early = early[np.argsort(people.registered[early], kind="stable")][: max(2, len(early) // 4)]
    return rng.permutation(early)[: max(2, len(people) // 500)]


def _growth(rng: np.random.Generator, people: People, called: dict[str, Ints], owners: Ints) -> tuple[Ints, Ints, Ints]:
    """Referrer, referee and time of people who came because somebody told them.

    The referrer is a group owner; or whoever referred somebody else lately (so that success breeds success: the copying
    form of preferential attachment, Price 1976); or somebody who had come one cycle before, the length of a cycle being
    log-normal with median _CYCLE.
    """
    by_account = np.any([called[header] >= 0 for header in _NAMED_BY[1:]], axis=0)
    known = np.where(by_account, people.joined, people.registered)
    order = np.flatnonzero(known < END)
    order = order[np.argsort(known[order], kind="stable")]
    referees = order[rng.random(len(order)) < _REFERRED]
    count = len(referees)
    at = np.minimum(known[referees] + rng.integers(0, 3_600, count), END - 1)
    guess = order[np.searchsorted(known[order], known[referees] - rng.lognormal(np.log(_CYCLE), _CYCLE_SPREAD, count))]
    spin, draw = rng.random(count), rng.random(count)
    following = np.cumsum(rng.pareto(1.5, len(owners)) + 0.5)
    leader = owners[np.searchsorted(following, draw * following[-1], side="right")]
    found: list[int] = []
    kept: list[int] = []
    for row, since in enumerate(known[referees].tolist()):
        who = int(guess[row])
        if spin[row] < _BY_GROUP_OWNER:
            who = int(leader[row])
        elif spin[row] < _BY_GROUP_OWNER + _COPIED and found:
            who = found[len(found) - 1 - int(draw[row] * min(len(found), _RECENT))]
        if known[who] < since:
            found.append(who)
            kept.append(row)
    rows = np.array(kept, np.int64)
    return np.array(found, np.int64), referees[rows], at[rows]


def _rings(rng: np.random.Generator, people: People, count: int) -> tuple[Ints, Ints, Ints, int]:
    """Groups of members who refer each other in a circle within days."""
    members = rng.permutation(np.flatnonzero(people.members & (people.registered < END - 60 * DAY)))
    by: list[Ints] = []
    to: list[Ints] = []
    at: list[Ints] = []
    start = 0
    sizes: list[int] = rng.integers(*_RING_SIZES, count).tolist()
    for size in sizes:
        ring = members[start : start + size]
        start += size
        if len(ring) < size:
            break
        begin = int(people.registered[ring].max()) + int(rng.integers(DAY, 30 * DAY))
        by.append(ring)
        to.append(np.roll(ring, -1))
        at.append(begin + np.sort(rng.integers(0, 5 * DAY, size)))
    none = np.empty(0, np.int64)
    return np.concatenate([none, *by]), np.concatenate([none, *to]), np.concatenate([none, *at]), len(by)


def _second_accounts(
    rng: np.random.Generator, people: People, called: dict[str, Ints], count: int
) -> tuple[Ints, list[tuple[str, int]], Ints]:
    """People who refer an account of their own: a second CRM id, or one of a market place."""
    account = np.full(len(people), ABSENT, np.int64)
    for place in range(len(_MARKETS)):
        account[(account == ABSENT) & (called[_MARKETS[place]] >= 0)] = place
    able = people.members & (people.registered < END - DAY)
    twice = rng.permutation(np.flatnonzero(able & (people.second_crm >= 0)))
    others = rng.permutation(np.flatnonzero(able & (people.second_crm < 0) & (account >= 0)))
    chosen = np.concatenate([twice[: (count + 1) // 2], others])[:count]
    accounts: list[tuple[str, int]] = []
    for who in chosen.tolist():
        header = _MARKETS[int(account[who])]
        second = int(people.second_crm[who])
        accounts.append(("crm", second) if second >= 0 else (header, int(called[header][who])))
    first = people.registered[chosen]
    return chosen, accounts, first + ((END - first) * rng.random(len(chosen))).astype(np.int64)


def _names(rng: np.random.Generator, people: People, called: dict[str, Ints], person: Ints, at: Ints) -> list[tuple[str, int]]:
    """One of the identifiers that each person carries at that time."""
    numbers = np.array([called[header][person] for header in _NAMED_BY])
    able = numbers >= 0
    able[0] &= at >= people.registered[person]
    chosen = np.argmax((rng.random(numbers.shape) + 0.01) * able, axis=0)
    picked = numbers[chosen, np.arange(len(person))]
    return [(_NAMED_BY[place], number) for place, number in zip(chosen.tolist(), picked.tolist(), strict=True)]
