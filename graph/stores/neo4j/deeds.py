"""Records facts about links and consents: consents, withdrawals, closes, decisions. Holds no rule."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import chain
from typing import Any

import numpy as np

from graph.errors import UnknownConsentError
from graph.model import Close, Consent, Decision, Withdrawal
from graph.stores.columns import FOLDED
from graph.stores.neo4j.scoring import Neo4jScoring
from graph.stores.neo4j.values import ints, pieces_of
from graph.tables import Ints

Seen = tuple[int, int, str, int, list[int]]
"""Stamp, time, source, backing and members of a sighting."""


class Neo4jDeeds(Neo4jScoring):
    """Writes of facts that people and their consents bring about."""

    def _next(self, counter: str) -> int:
        """The next handle of a kind."""
        self._state[counter] += 1
        return self._state[counter]

    async def consent(self, consent_id: str) -> int:
        """Handle of a consent, made where new: evidence may name it before it is recorded."""
        return (await self._consents([consent_id]))[consent_id]

    async def _consents(self, names: Sequence[str]) -> dict[str, int]:
        """Handles of consents by their ids, made where new."""
        row, under = await self._tx.under("read/consent_handles", consent_ids=list(names))
        found = dict(zip(row["consent_id"], row["id"], strict=True))
        for changed in self._laid if under else ():
            found |= {name: changed.consents[name] for name in names if name in changed.consents}
        new = {name: self._next("consents") for name in names if name not in found}
        if new:
            await self._tx.send("write/consent", rows=[(handle, name) for name, handle in new.items()])
            self._changed.consents.update(new)
        return found | new

    async def grant(self, consent: Consent, subject: int | None, recorded: int) -> int:
        handle = await self.consent(consent.consent_id)
        told = asdict(consent) | {"purposes": list(consent.purposes), "recorded": recorded}
        grant = {name: told[name] for name in told.keys() - {"consent_id", "subject"}}
        await self._tx.send("write/grant", consent=handle, subject=subject, grant=grant)
        return handle

    async def withdraw(self, withdrawal: Withdrawal, subject: int | None, recorded: int) -> list[int]:
        kept = ("at", "purpose", "channel", "reason")
        told = {name: getattr(withdrawal, name) for name in kept} | {"recorded": recorded}
        if withdrawal.consent_id is not None:
            row = await self._tx.maybe("read/consent", consent_id=withdrawal.consent_id)
            if row is None:
                raise UnknownConsentError("no consent on record has this id")
            await self._tx.send("write/withdraw", consent=row["id"], withdrawal=told)
            return [row["id"]]
        await self._tx.send("write/withdraw_purpose", subject=subject, withdrawal=told)
        return await self.given_by(ints([] if subject is None else [subject]))

    async def carried_by(self, consents: Sequence[int]) -> Ints:
        row = await self._tx.one("read/carried", consents=list(consents))
        return np.unique(ints(chain.from_iterable(row["members"])))

    async def rule(self, decision: Decision, a: int, b: int, recorded: int) -> None:
        consent = await self.consent(decision.consent) if decision.consent else None
        told = {
            "ruling": decision.ruling,
            "a": a,
            "b": b,
            "at": decision.at,
            "consent": consent,
            "basis": decision.basis,
            "by": decision.by,
            "reason": decision.reason,
            "recorded": recorded,
        }
        await self._tx.send("write/rule", a=a, b=b, decision=told)
        self._decided = True

    async def end(self, close: Close, a: int, b: int | None, recorded: int) -> Ints:
        kept = ("at", "source", "by", "reason")
        told = {name: getattr(close, name) for name in kept} | {"a": a, "b": b, "recorded": recorded}
        await self._tx.send("write/close", a=a, b=b, close=told)
        self._closed = True
        row = await self._tx.one("read/seen", a=a, b=b)
        seen: list[Seen] = list(zip(*(row[name] for name in ("stamp", "at", "source", "backing", "members")), strict=True))
        ended = [s for s in seen if s[1] <= close.at and close.source in (None, s[2])]
        links = {(a, other, backing) for _, _, _, backing, members in ended for other in _others(members, a, b)}
        held = pieces_of(await self._tx.one("read/pieces", ids=[a]))
        single = {(*pair, moment) for *pair, moment in zip(held.a.tolist(), held.b.tolist(), held.moment.tolist(), strict=True)}
        changed = {a, *(other for _, other, _ in links)} | ({b} if b is not None else {a})
        _, closings = await self.judgements(ints(sorted(changed)))
        ends = [
            (*sorted((a, other)), backing, stamp)
            for stamp, _, _, backing, members in ended
            for other in _others(members, a, b)
            if (*sorted((a, other)), stamp) in single
        ]
        await self._tx.send("write/close_single", rows=ends)
        await self._refold(links, seen, single, closings)
        return ints(sorted(changed))

    async def _refold(
        self, links: set[tuple[int, int, int]], seen: list[Seen], single: set[tuple[int, ...]], closings: list[tuple[Any, ...]]
    ) -> None:
        """Fold the evidence of links anew from all sightings of their first end."""
        folded: dict[tuple[int, int, int, bool], list[int]] = {}
        for stamp, at, source, backing, members in seen:
            for a, other, of in links:
                low, high = min(a, other), max(a, other)
                if of == backing and other in members and (low, high, stamp) not in single:
                    folded.setdefault((low, high, backing, _ended(closings, low, high, at, source)), []).append(at)
        rows = [
            (low, high, backing, FOLDED, closed, min(times), max(times), len(times))
            for (low, high, backing, closed), times in sorted(folded.items())
        ]
        await self._tx.send("write/unfold", rows=[(min(a, o), max(a, o), backing) for a, o, backing in sorted(links)])
        await self._send_ends("write/link", rows)

    async def _send_ends(self, statement: str, rows: Sequence[tuple[Any, ...]], **values: Any) -> None:
        """Have rows written that begin with two handles, in the place of which nodes are named."""

        async def named() -> dict[str, Any]:
            return {**values, "rows": await self._nodes.ends(rows)}

        await self._tx.send_later(statement, named)

    async def closings_of(self, ids: Ints) -> list[tuple[int, int | None, int, str | None]]:
        if not self._closed:
            return []
        row = await self._tx.one("read/closes", ids=ids.tolist())
        return [(a, b, at, source) for a, b, at, source, _ in row["rows"]]


def _others(members: list[int], a: int, b: int | None) -> Iterator[int]:
    """The other ends of links of `a` that a close of `a`, or of `a` and `b`, ends."""
    return (member for member in members if member != a and b in (None, member))


def _ended(closings: list[tuple[Any, ...]], a: int, b: int, at: int, source: str) -> bool:
    """Whether a close ends what was seen of a pair at a time by a source."""
    return any(
        at <= until and of in (None, source) and (one in (a, b) if other is None else {one, other} == {a, b})
        for one, other, until, of, _ in closings
    )
