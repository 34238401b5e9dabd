"""Whether the trees of a campaign look otherwise than in the period before. Pure; random draws have a seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from algorithms.csr import Labels, Pointers
from algorithms.patterns import PATTERNS
from algorithms.referrals import Codes

DRAWS: Final = 9_999


@dataclass(frozen=True, slots=True)
class Alarm:
    """When a shift is told: at least `trees` trees in both periods, shares that differ by `distance` in all (half the sum of the
    differences), and a probability by chance of at most `chance` divided by the number of comparisons (Bonferroni)."""

    trees: int = 10
    distance: float = 0.2
    chance: float = 0.01


@dataclass(frozen=True, slots=True)
class Shift:
    """The trees of a group by pattern in a period and in the one before, both in the order of PATTERNS.

    `chance` is how often periods that differ by chance only differ as much: the chi-square of the table against tables with the
    same sums, drawn at random. `alarmed` says whether the alarm went off.
    """

    group: str
    before: str
    after: str
    trees_before: tuple[int, ...]
    trees_after: tuple[int, ...]
    distance: float
    chance: float
    alarmed: bool

    @property
    def most_grown(self) -> str:
        """The pattern whose share grew most."""
        before, after = np.array(self.trees_before), np.array(self.trees_after)
        return PATTERNS[int(np.argmax(after / after.sum() - before / before.sum()))]


def shifts(
    pattern: Codes,
    group: Labels,
    period: Labels,
    groups: Sequence[str],
    periods: Sequence[str],
    alarm: Alarm | None = None,
    *,
    seed: int = 0,
) -> tuple[Shift, ...]:
    """Of each group every period with trees enough against the one with trees enough before it; periods are in order of time.

    `pattern`, `group` and `period` are those of each tree; a period below 0 is not known.
    """
    alarm = alarm or Alarm()
    known = period >= 0
    table = np.zeros((len(groups), len(periods), len(PATTERNS)), np.int64)
    np.add.at(table, (group[known], period[known], pattern[known]), 1)
    enough = table.sum(axis=2) >= alarm.trees
    pairs = [(one, *two) for one in range(len(groups)) for two in pairwise(np.flatnonzero(enough[one]).tolist())]
    rng = np.random.default_rng(seed)
    found: list[Shift] = []
    for one, earlier, later in pairs:
        before, after = table[one, earlier], table[one, later]
        distance = float(np.abs(after / after.sum() - before / before.sum()).sum() / 2)
        chance = _chance(before, after, rng)
        alarmed = distance >= alarm.distance and chance <= alarm.chance / len(pairs)
        names = groups[one], periods[earlier], periods[later]
        found.append(Shift(*names, tuple(before.tolist()), tuple(after.tolist()), distance, chance, alarmed))
    return tuple(found)


def _chance(before: Pointers, after: Pointers, rng: np.random.Generator) -> float:
    both = before + after
    drawn = rng.multivariate_hypergeometric(both, int(after.sum()), DRAWS)
    expected = both * (after.sum() / both.sum())
    spread = np.divide(1.0, expected, out=np.zeros(len(both)), where=expected > 0)
    # With both sums given, the other period's part of chi-square is proportional to this one.
    seen = ((after - expected) ** 2 * spread).sum()
    as_far = np.count_nonzero(((drawn - expected) ** 2 * spread).sum(axis=1) >= seen - 1e-9)
    return (1 + int(as_far)) / (1 + DRAWS)
