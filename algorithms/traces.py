"""What a scoring leaves behind so that the next one can tell what changed. Pure; must not name a person."""

import base64
import zlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from algorithms.csr import Pointers
from algorithms.differences import Cause, causes, sentence
from algorithms.fission import overall
from algorithms.projection import BECAME, INVITER, Projection
from algorithms.referrals import Codes

_FORM: Final = f"1-{zlib.crc32(' '.join(BECAME).encode()):08x}:"
"""Begins a trace, so that one that was written with other words isn't compared."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of each referral (by number, sorted) in a scoring as of a moment, and K as it was found then."""

    as_of: int
    k: float | None
    of: Pointers
    became: Codes


def written(of: Pointers, became: Codes) -> str:
    """Referrals by number, and what became of each, as a text."""
    order = np.argsort(of)
    steps = np.diff(of[order], prepend=0).astype("<i8")
    return _FORM + base64.b85encode(zlib.compress(steps.tobytes() + became[order].astype("<i1").tobytes(), 1)).decode()


def read(text: str | None, as_of: int, k: float | None) -> Trace | None:
    """The trace that was written as a text; None for none, and for one in another form."""
    if text is None or not text.startswith(_FORM):
        return None
    packed = zlib.decompress(base64.b85decode(text.removeprefix(_FORM)))
    rows = len(packed) // 9
    of = np.cumsum(np.frombuffer(packed, "<i8", rows)).astype(np.int64)
    return Trace(as_of, k, of, np.frombuffer(packed, "<i1", rows, rows * 8).astype(np.int8))


def compared(before: Trace, of: Pointers, projection: Projection) -> dict[str, Any]:
    """What changed since a trace, for the summary.

    K is told of the same moment twice, as it was known then and as it is known now: people who have come since, and time itself,
    change nothing in it. So only rows count as new that were told late. `difference` is None where nothing changed.
    """
    late = (projection.rows.at <= before.as_of) | np.isin(of, before.of)
    order = np.flatnonzero(late)[np.argsort(of[late])]
    found = causes(before.of, before.became, of[order], projection.became[order])
    k = overall(projection, now=before.as_of).k
    told = k != before.k or any(_counts(cause) for cause in found)
    return {
        "difference": sentence(before.k, k, found) if told else None,
        "since": {
            "as_of": before.as_of,
            "k_before": before.k,
            "k_after": k,
            "causes": [{"before": cause.before, "after": cause.after, "referrals": cause.rows} for cause in found],
        },
    }


def _counts(cause: Cause) -> bool:
    return BECAME[INVITER] in (cause.before, cause.after)
