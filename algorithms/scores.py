"""Two scores, for two questions: who will bring people next, and under whom the network grows. Pure.

Neither is shown as more than experimental on a brand's data before algorithms.gate has said so.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from algorithms import betweenness, pagerank
from algorithms.csr import Floats, Labels, Pointers
from algorithms.edges import NO_TIME
from algorithms.forest import Forest
from algorithms.history import History
from algorithms.projection import DAY

HORIZON: Final = 180 * DAY
"""How far ahead a score looks."""

STEP: Final = 90 * DAY
"""How far apart the past moments are that weights are fitted to."""

FARTHEST: Final = 40
"""Past moments at most, ten years of them: one wrong date long ago must not cost a thousand."""

RECENT: Final = 90 * DAY
"""What counts as recent in the evidence."""

_ROUNDS: Final = 300


@dataclass(frozen=True, slots=True)
class Weights:
    """What a recent referral and a recent deed are worth, in referrals expected within the horizon.

    Each counts half as much for every half-life it is old. `rest` is what everybody is expected to bring without either; it
    moves nobody in a ranking. `moments` are how many past ones the weights were fitted to; 0: not fitted, too little is known.
    """

    referral: float = 1.0
    deed: float = 0.1
    rest: float = 0.0
    referral_half_life: int = 60 * DAY
    deed_half_life: int = 30 * DAY
    moments: int = 0


@dataclass(frozen=True, slots=True)
class Scores:
    """Of n persons both scores, the parts they are made of, and how much evidence there is; each float64[n] or int32[n].

    `will_refer` = trust · (`by_referrals` + `by_deeds`): how many the person is expected to bring within the horizon.
    `network_under` = trust · (the same of the person itself + `below`): how many the person and all below are expected to bring.
    `pagerank`, `reach` and `bridge` (betweenness with a campaign above the roots) tell of the position as it is;
    `weighted_pagerank` too, but its walks restart where `restarts` says: who came lately and is worth much lifts those above.
    Evidence: `direct` persons brought, `recent` of them and `deeds` in the last 90 days.
    """

    will_refer: Floats
    by_referrals: Floats
    by_deeds: Floats
    network_under: Floats
    below: Floats
    pagerank: Floats
    weighted_pagerank: Floats
    reach: Labels
    bridge: Floats
    trust: Floats
    direct: Labels
    recent: Labels
    deeds: Labels


@dataclass(frozen=True, slots=True)
class Intervals:
    """Bounds of both scores of some persons, beside `persons`: float64."""

    persons: Labels
    will_refer_low: Floats
    will_refer_high: Floats
    network_under_low: Floats
    network_under_high: Floats


def fitted(history: History, now: int, *, horizon: int = HORIZON, shape: Weights | None = None) -> Weights:
    """Weights by what was known at `now`, and nothing later.

    At moments `horizon`, `horizon + STEP`, … ago, as far back as there was anybody, the referrals of the horizon after each are
    explained by recent referrals and deeds at it: Poisson regression with identity link and weights of 0 or more, by the
    multiplicative steps of Richardson (1972) and Lucy (1974), which are its maximum likelihood. Unfitted weights where fewer
    than 20 referrals can be explained. The half-lives are those of `shape`.
    """
    shape = shape or Weights()
    begin = int(history.seen[history.seen >= 0].min(initial=now))
    features: list[Floats] = []
    truths: list[Floats] = []
    sums = np.zeros(3)
    count = 0
    for moment in range(now - horizon, max(begin, now - horizon - FARTHEST * STEP), -STEP):
        x = np.stack([_recent_referrals(history, moment, shape), _recent_deeds(history, moment, shape)], 1)
        truth = history.brings(moment, moment + horizon)
        there = history.seen <= moment
        # Who brought nobody only adds to the sums, so it needs no row.
        brought = there & (truth > 0)
        features.append(x[brought])
        truths.append(truth[brought])
        sums += [*x[there].sum(axis=0), np.count_nonzero(there)]
        count += 1
    if sum(float(truth.sum()) for truth in truths) < 20:
        return shape
    referral, deed, rest = _poisson(np.concatenate(features), np.concatenate(truths), sums)
    return Weights(referral, deed, rest, shape.referral_half_life, shape.deed_half_life, count)


def restarts(history: History, now: int, worth: Floats | None = None, half_life: int = RECENT) -> Floats:
    """How likely a walk of PageRank begins again at each person: worth · 2^(-age / half-life), not scaled.

    Where everybody has one inviter a weight of the link to it changes nothing, so value and recency of a referral can only be
    told by where walks begin. Age is the time since the person was brought, or else first seen; who isn't there yet weighs
    nothing, and of whom no time is known as little as the oldest. `worth` is 0 or more a person, 1 without it.
    """
    came = np.where(history.brought_at == NO_TIME, history.seen, history.brought_at)
    came = np.where(came == NO_TIME, came[came != NO_TIME].min(initial=now), came)
    fresh = np.where(came <= now, 2.0 ** (-((now - np.minimum(came, now)) / half_life)), 0.0)
    return fresh if worth is None else fresh * worth


def scores(history: History, now: int, weights: Weights, trust: Floats | None = None, *, worth: Floats | None = None) -> Scores:
    """Both scores of everybody as known at `now`. `trust` is 0 to 1 a person, everybody's 1 without it; `worth` see `restarts`.

    The trust of those below counts too: what a farm is expected to bring lifts nobody above it.
    """
    forest = history.forest(now)
    trust = np.ones(history.persons) if trust is None else trust
    by_referrals = weights.referral * _recent_referrals(history, now, weights)
    by_deeds = weights.deed * _recent_deeds(history, now, weights)
    own = trust * (by_referrals + by_deeds)
    below = forest.summed_up(own, 1.0) - own
    lately = (history.parent >= 0) & (history.brought_at > now - RECENT) & (history.brought_at <= now)
    did = (history.acted > now - RECENT) & (history.acted <= now)
    return Scores(
        will_refer=own,
        by_referrals=by_referrals,
        by_deeds=by_deeds,
        network_under=own + trust * below,
        below=below,
        pagerank=pagerank.of_forest(forest),
        weighted_pagerank=_weighted(forest, trust * restarts(history, now, worth)),
        reach=forest.reach,
        bridge=betweenness.forest(forest, virtual_root=True),
        trust=trust,
        direct=forest.direct,
        recent=_count(history.parent[lately], history.persons),
        deeds=_count(history.actor[did], history.persons),
    )


def intervals(
    history: History,
    now: int,
    weights: Weights,
    found: Scores,
    persons: Labels,
    *,
    keys: Pointers | None = None,
    draws: int = 1_000,
    level: float = 0.95,
    seed: int = 0,
) -> Intervals:
    """How far the scores of some persons would go if they had brought others like those whom they brought.

    Bootstrap over invitees: as many as there were are drawn again, each with all that came of it (Efron, 1979), and the middle
    `level` of the outcomes is the interval. A score on one large invitee has a wide one; where nobody was brought it has none.
    Everybody's draws are their own, by `keys` (the persons' numbers without it): they don't depend on who else is asked about.
    """
    forest = history.forest(now)
    order = np.argsort(forest.parent, kind="stable")
    begin = np.searchsorted(forest.parent[order], persons, "left")
    end = np.searchsorted(forest.parent[order], persons, "right")
    dated = history.brought_at >= 0
    worth = weights.referral * np.where(dated, 2.0 ** (-((now - history.brought_at) / weights.referral_half_life)), 0.0)
    brings = found.will_refer + found.below
    bounds = np.empty((4, len(persons)))
    tails = [(1 - level) / 2, (1 + level) / 2]
    for place, (person, key) in enumerate(zip(persons.tolist(), (persons if keys is None else keys).tolist(), strict=True)):
        rng = np.random.default_rng((seed, key))
        invitees = order[begin[place] : end[place]]
        own, trust = found.by_deeds[person], found.trust[person]
        times = (
            rng.multinomial(len(invitees), np.full(len(invitees), 1 / max(1, len(invitees))), draws)
            if len(invitees)
            else np.zeros((1, 0))
        )
        will = own + times @ worth[invitees]
        bounds[:2, place] = np.quantile(trust * will, tails)
        bounds[2:, place] = np.quantile(trust * (will + times @ brings[invitees]), tails)
    return Intervals(persons, *bounds)


def _weighted(forest: Forest, restart: Floats) -> Floats:
    """PageRank with these restarts; as without them where nobody is left to begin at."""
    return pagerank.of_forest(forest, personalisation=restart if restart.any() else None)


def _recent_referrals(history: History, at: int, weights: Weights) -> Floats:
    return history.recency(at, weights.referral_half_life)


def _recent_deeds(history: History, at: int, weights: Weights) -> Floats:
    return history.activity(at, weights.deed_half_life)


def _poisson(features: Floats, truth: Floats, sums: Floats) -> tuple[float, float, float]:
    """Weights of two features and a constant; `sums` are those of all rows, also of those with a truth of 0."""
    rows = np.column_stack([features, np.ones(len(features))])
    total = truth.sum()
    weights = np.divide(total / 3, sums, out=np.zeros(3), where=sums > 0)
    for _ in range(_ROUNDS):
        weights = np.divide(weights * (rows.T @ (truth / (rows @ weights))), sums, out=np.zeros(3), where=sums > 0)
    return float(weights[0]), float(weights[1]), float(weights[2])


def _count(persons: Labels, many: int) -> Labels:
    return np.bincount(persons, minlength=many).astype(np.int32)
