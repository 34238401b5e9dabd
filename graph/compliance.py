"""The compliance report: people, consents, withdrawals, erasures, decisions, receipts, the audit log. Counts only, of nobody."""

import math
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from graph import instants
from graph.audit import Finding
from graph.evidence import Verdict
from graph.stores.protocol import Reading

CONSENTS_A_STEP: Final = 5_000
"""Consents whose records are held at once."""

_COUNTED: Final = {
    Verdict.ACCEPTED: "live",
    Verdict.EXPIRED: "expired",
    Verdict.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How the consents to one version of the notice stand for a purpose; those that begin later are left out."""

    purpose: str
    notice: str | None
    live: int
    expired: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class Delays:
    """Withdrawals, and how long each took from its event time to being worked in: median, 95th percentile, the longest."""

    count: int
    p50: int | None
    p95: int | None
    longest: int | None


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until before `until`; None: without an end on that side."""

    since: int | None = None
    until: int | None = None

    def holds(self, at: int) -> bool:
        """Whether a time lies in it."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Compliance:
    """What there is to answer for. Roots and consents are those of now, everything else is of the period.

    `tombstones` counts erased identifiers, `decisions` rulings and closes by their kind, `receipts` the deeds that receipts
    were given for.
    """

    at: int
    period: Period
    policy: str
    roots: Mapping[str, int]
    consents: tuple[Standing, ...]
    withdrawals: Delays
    tombstones: int
    decisions: Mapping[str, int]
    receipts: Mapping[str, int]
    audit: Finding


async def report(reading: Reading, now: int, policy: str, period: Period, audit: Finding) -> Compliance:
    """The report on one state. Its work follows the number of consents, withdrawals, decisions and receipts."""
    taken = [max(row["recorded"] - row["at"], 0) async for row in _within(reading, "withdrawal", period)]
    return Compliance(
        now,
        period,
        policy,
        (await reading.stats())["roots"],
        await _standings(reading, now),
        delays(taken),
        sum([1 async for row in reading.dump("tombstone") if period.holds(row["at"])]),
        await _decisions(reading, period),
        await _receipts(reading, period),
        audit,
    )


def delays(taken: Sequence[int]) -> Delays:
    """The figures of how long each took."""
    ordered = sorted(taken)
    if not ordered:
        return Delays(0, None, None, None)

    def rank(share: float) -> int:
        return ordered[math.ceil(share * len(ordered)) - 1]

    return Delays(len(ordered), rank(0.5), rank(0.95), ordered[-1])


async def _within(reading: Reading, kind: str, period: Period) -> AsyncIterator[dict[str, Any]]:
    """Rows of a kind that were recorded in the period."""
    async for row in reading.dump(kind):
        if period.holds(row["recorded"]):
            yield row


async def _standings(reading: Reading, now: int) -> tuple[Standing, ...]:
    found: dict[tuple[str, str | None], Standing] = {}
    handles = [row["handle"] async for row in reading.dump("consent")]
    for start in range(0, len(handles), CONSENTS_A_STEP):
        some = handles[start : start + CONSENTS_A_STEP]
        records = await reading.consents(some)
        agreed: dict[tuple[int, str], str | None] = {}
        for grant in sorted((await reading.consent_events(some))[0], key=lambda one: (one.at, one.recorded)):
            agreed.update({(grant.consent, purpose): grant.notice for purpose in grant.purposes})
        for (consent, purpose), notice in agreed.items():
            name = _COUNTED.get(records[consent].standing(purpose, now))
            if name is not None:
                held = found.setdefault((purpose, notice), Standing(purpose, notice, 0, 0, 0))
                found[purpose, notice] = replace(held, **{name: getattr(held, name) + 1})
    return tuple(found[key] for key in sorted(found, key=lambda key: (key[0], key[1] or "")))


async def _decisions(reading: Reading, period: Period) -> dict[str, int]:
    counts = Counter([row["ruling"] async for row in _within(reading, "decision", period)])
    counts["close"] = sum([1 async for _ in _within(reading, "close", period)])
    return {name: counts[name] for name in sorted(counts) if counts[name]}


async def _receipts(reading: Reading, period: Period) -> dict[str, int]:
    counts: Counter[str] = Counter()
    async for row in reading.dump("receipt"):
        said = orjson.loads(row["body"])["receipt"]
        if period.holds(instants.parse(said["at"])):
            counts.update(deed["what"] for deed in said["deeds"])
    return dict(sorted(counts.items()))
