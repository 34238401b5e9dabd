"""What a change did to the figures, and by what: the same referrals read twice, told in a sentence. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from algorithms.csr import Pointers
from algorithms.fission import WINDOW, Figures, overall
from algorithms.projection import BECAME, INVITER, Projection
from algorithms.referrals import Codes

_COUNT: Final = BECAME[INVITER]

_LOST: Final = {
    "other_inviter": "{some} {have} another inviter now",
    "no_consent": "{some} may no longer be used",
    "self_referral": "{some} {were} the inviter{s_own} own second account{s}",
    "pending": "{some} {were} pending again",
    "rejected": "{some} {were} rejected",
    "refunded": "{some} {were} refunded",
    "mutual": "{some} brought the inviter{s} as well",
    "ring": "{some} {were} brought on a ring",
    "referrer_newer": "{some} came before the inviter{s} did",
    "known_before": "{some} had been known before",
    "farmed": "{some} {were} second accounts of others",
    "repeated": "{some} had been told before",
    "closes_ring": "{some} stood above the inviter{s}",
}
"""Why invitees count no more, by what their rows became."""

_GONE: Final = "{some} {are} on record no more"

_NOWHERE: Final = len(BECAME)
"""Stands for a row that isn't there."""


@dataclass(frozen=True, slots=True)
class Cause:
    """So many rows that were `before` became `after`: places in BECAME by name; None for rows that are new, or gone."""

    before: str | None
    after: str | None
    rows: int


@dataclass(frozen=True, slots=True)
class Difference:
    """The figures before and after, and every way in which rows changed, the most frequent first."""

    before: Figures
    after: Figures
    causes: tuple[Cause, ...]

    @property
    def sentence(self) -> str:
        """Such as: K fell from 0.81 to 0.74: 312 invitees were the inviters' own second accounts; 2 invitees count again."""
        return sentence(self.before.k, self.after.k, self.causes)


def difference(before: Projection, after: Projection, *, now: int, window: int | None = WINDOW) -> Difference:
    """Compare two projections at the same moment, so that only who is who, or what is on record, makes a difference.

    The rows of `before` are the first ones of `after`; ValueError where those are fewer. A row that kept its word is no cause,
    though it may have another referrer: then the person was merged.
    """
    old, new = before.became, after.became
    if len(new) < len(old):
        raise ValueError("the rows of before must be the first ones of after")
    one, other = (overall(projection, now=now, window=window) for projection in (before, after))
    return Difference(one, other, causes(np.arange(len(old)), old, np.arange(len(new)), new))


def causes(old: Pointers, before: Codes, new: Pointers, after: Codes) -> tuple[Cause, ...]:
    """Every way in which rows changed, the most frequent first: rows by number (sorted), and what they became."""
    rows = np.union1d(old, new)
    kinds = _NOWHERE + 1
    became = np.full((2, len(rows)), _NOWHERE, np.int64)
    became[0, np.searchsorted(rows, old)] = before
    became[1, np.searchsorted(rows, new)] = after
    table = np.bincount(became[0] * kinds + became[1], minlength=kinds * kinds).reshape(kinds, kinds)
    np.fill_diagonal(table, 0)
    word = [*BECAME, None]
    found = [Cause(word[one], word[other], int(table[one, other])) for one, other in np.argwhere(table).tolist()]
    return tuple(sorted(found, key=lambda cause: (-cause.rows, cause.before or "", cause.after or "")))


def sentence(before: float | None, after: float | None, found: tuple[Cause, ...]) -> str:
    """How K moved, and why, where invitees count that didn't or no more."""
    moved = _moved(before, after)
    reasons = [reason for cause in found if (reason := _reason(cause))]
    return f"{moved}: {'; '.join(reasons)}" if reasons else moved


def _reason(cause: Cause) -> str | None:
    """Why so many invitees count no more, or now do; None where they didn't before either."""
    if cause.before == _COUNT:
        template = _GONE if cause.after is None else _LOST[cause.after]
    elif cause.after == _COUNT:
        template = "{some} {are} new" if cause.before is None else "{some} that {were} set apart count{s_verb}"
    else:
        return None
    if cause.rows == 1:
        words = {"were": "was", "have": "has", "are": "is", "s": "", "s_own": "'s", "s_verb": "s"}
    else:
        words = {"were": "were", "have": "have", "are": "are", "s": "s", "s_own": "s'", "s_verb": ""}
    return template.format(some=f"{cause.rows:,} invitee{words['s']}", **words)


def _moved(before: float | None, after: float | None) -> str:
    if before is None or after is None or before == after:
        return f"K stayed {_told(after)}" if before == after else f"K went from {_told(before)} to {_told(after)}"
    digits = next(digits for digits in range(2, 17) if digits == 16 or f"{before:.{digits}f}" != f"{after:.{digits}f}")
    return f"K {'fell' if after < before else 'rose'} from {before:.{digits}f} to {after:.{digits}f}"


def _told(k: float | None) -> str:
    return "unknown" if k is None else f"{k:.2f}"
