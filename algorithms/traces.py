"""What a scoring leaves behind so that the next one can tell what changed, and score again only whom that touches. Pure."""

import base64
import zlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import orjson

from algorithms.csr import Pointers
from algorithms.differences import Cause, causes, sentence
from algorithms.fission import overall
from algorithms.fraud import SEVERITY, Case
from algorithms.projection import BECAME, DAY, INVITER, Projection
from algorithms.referrals import Codes
from graph.network import Network

_KINDS: Final = tuple(SEVERITY)
_FORM: Final = f"3-{zlib.crc32(repr((BECAME, _KINDS)).encode()):08x}:"
"""Begins a trace, so that one that was written with other words isn't compared."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of each referral (by number, sorted) in a scoring, and of whom it was: `persons` by handle, sorted.

    `stamp` is the moment of the last recording that it saw, `policy` the version that people were resolved by. Of each case of
    evidence `case_kind` is a place in fraud.SEVERITY and `suspect` the handle of the first one in doubt.
    """

    stamp: int
    policy: str
    of: Pointers
    became: Codes
    persons: Pointers
    case_kind: Codes
    suspect: Pointers


def left(network: Network, projection: Projection, cases: tuple[Case, ...]) -> Trace:
    """The trace of a scoring."""
    order = np.argsort(network.referrals.of)
    return Trace(
        network.stamp,
        network.policy,
        network.referrals.of[order],
        projection.became[order],
        network.persons,
        np.array([_KINDS.index((case.kind, case.hint)) for case in cases], np.int8),
        network.persons[np.array([case.suspects[0] for case in cases], np.int64)],
    )


def written(trace: Trace) -> str:
    """A trace as a text."""
    head = {"stamp": trace.stamp, "policy": trace.policy, "rows": len(trace.of), "persons": len(trace.persons)}
    steps = (np.diff(column, prepend=0).astype("<i8").tobytes() for column in (trace.of, trace.persons))
    rest = (trace.suspect.astype("<i8").tobytes(), trace.became.tobytes(), trace.case_kind.tobytes())
    packed = b"".join((orjson.dumps(head), b"\n", *steps, *rest))
    return _FORM + base64.b64encode(zlib.compress(packed, 1)).decode()


def read(text: str | None) -> Trace | None:
    """The trace that was written as a text; None for none, and for one in another form."""
    if text is None or not text.startswith(_FORM):
        return None
    head, _, packed = zlib.decompress(base64.b64decode(text.removeprefix(_FORM))).partition(b"\n")
    told = orjson.loads(head)
    rows, persons = told["rows"], told["persons"]
    cases = (len(packed) - 9 * rows - 8 * persons) // 9
    numbers = np.frombuffer(packed, "<i8", rows + persons + cases).astype(np.int64)
    codes = np.frombuffer(packed, "<i1", rows + cases, 8 * len(numbers)).astype(np.int8)
    of, handles, suspect = np.split(numbers, [rows, rows + persons])
    return Trace(told["stamp"], told["policy"], np.cumsum(of), codes[:rows], np.cumsum(handles), codes[rows:], suspect)


def counts_of_cases(kinds: Codes) -> dict[str, dict[str, int]]:
    """How many cases there are of each kind and hint."""
    counts: dict[str, dict[str, int]] = {}
    for code, number in zip(*np.unique(kinds, return_counts=True), strict=True):
        kind, hint = _KINDS[int(code)]
        counts.setdefault(kind, {})[hint] = int(number)
    return counts


@dataclass(frozen=True, slots=True)
class Last:
    """The scoring before: when it was made, K as it was found then, and what it left."""

    as_of: int
    k: float | None
    trace: Trace


def compared(before: Last, of: Pointers, projection: Projection) -> dict[str, Any]:
    """What changed since a scoring, for the summary; `of` are the numbers of the referrals.

    K is told of the same moment twice, as it was known then and as it is known now: people who have come since, and time itself,
    change nothing in it. So only rows count as new that were told late. `difference` is None where nothing changed.
    """
    k = overall(projection, now=before.as_of // DAY * DAY).k
    return since(before, k, before.trace, of, projection)


def since(before: Last, k: float | None, held: Trace, of: Pointers, projection: Projection) -> dict[str, Any]:
    """The same where K is known, of the referrals of a part of the network and of what was held of these."""
    late = (projection.rows.at <= before.as_of) | np.isin(of, held.of)
    order = np.flatnonzero(late)[np.argsort(of[late])]
    found = causes(held.of, held.became, of[order], projection.became[order])
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
