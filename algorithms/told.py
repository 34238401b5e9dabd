"""The network of a store as the arrays that algorithms take. Pure: must not read a store, nor judge a referral."""

from collections.abc import Mapping

import numpy as np

from algorithms.csr import Labels, Pointers
from algorithms.edges import NO_TIME
from algorithms.fraud import Holdings
from algorithms.referrals import NOBODY, ReferralRows, referral_rows
from graph.instants import LATEST
from graph.network import Network
from graph.tables import Ints


def rows_of(network: Network) -> ReferralRows:
    """All referrals told; person n is `network.persons[n]`, an end that may not be used is NOBODY."""
    told = network.referrals
    campaign, campaigns = _numbered(told.campaign, network.words)
    channel, channels = _numbered(told.channel, network.words)
    return referral_rows(
        len(network),
        np.where(told.referrer_usable, told.referrer, NOBODY).astype(np.int32),
        np.where(told.referee_usable, told.referee, NOBODY).astype(np.int32),
        referrer_id=told.referrer_id,
        referee_id=told.referee_id,
        at=told.at,
        status=told.status.astype(np.int8),
        campaign=campaign,
        channel=channel,
        code=np.where(told.code > 0, told.code, NOBODY).astype(np.int32),
        value=np.nan_to_num(told.value),
        first_seen=np.where(network.first_seen == LATEST, NO_TIME, network.first_seen),
        campaigns=campaigns,
        channels=channels,
    )


def deeds_of(network: Network) -> tuple[Labels, Pointers]:
    """Who did something and when: days on which they were seen, and orders."""
    orders = network.orders
    person = np.r_[network.seen_person, orders.person[orders.usable]]
    at = np.r_[network.seen_at, orders.at[orders.usable]]
    allowed = ~network.opted_out[person]
    return person[allowed].astype(np.int32), at[allowed]


def holdings_of(network: Network) -> Holdings:
    """Who used which device."""
    allowed = ~network.opted_out[network.held_person]
    return Holdings(network.held_person[allowed].astype(np.int32), network.held_thing[allowed])


def _numbered(handle: Ints, words: Mapping[int, str]) -> tuple[Labels, tuple[str, ...]]:
    """Words as numbers in the order of their text, and the words; NOBODY for none."""
    known = {int(number): words[int(number)] for number in np.unique(handle) if number}
    names = tuple(sorted(known.values()))
    place = {name: number for number, name in enumerate(names)}
    table = np.full(max(known, default=0) + 1, NOBODY, np.int32)
    for number, name in known.items():
        table[number] = place[name]
    return table[handle], names
