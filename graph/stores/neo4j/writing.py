"""Writes within one transaction that holds the turn: sightings, membership, findings, changes. Holds no rule."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from graph.access import ApiKey
from graph.errors import StoreMismatchError
from graph.stores.columns import Changing, Members, NewSightings, Pieces, StoredChange, StoredFinding
from graph.stores.moved import UNFINISHED, UNFINISHED_TEXT
from graph.stores.neo4j.callers import api_key, told
from graph.stores.neo4j.connection import Row, Transaction
from graph.stores.neo4j.covering import Neo4jCovering
from graph.stores.neo4j.reading import Neo4jReading
from graph.stores.neo4j.values import ints, piece_rows, uuid_text, uuid_texts
from graph.stores.protocol import Flight, Place
from graph.tables import Bools, Ints


class Neo4jWriting(Neo4jCovering):
    """One write transaction.

    Handles above `_newest` were given out by it, so nothing else is on record of them. They, and those in `_entered` that were
    only mentioned before, belong to nobody until they are assigned, `_assigned` says under which purpose. Under a purpose that
    is new in the policy, others belong to nobody, too: that was seen when they were asked for.
    """

    def __init__(self, tx: Transaction, turn: Mapping[str, Any], before: Neo4jReading | None = None) -> None:
        super().__init__(tx, turn, before)
        self._newest = self._state["identifiers"]
        self._changes: list[list[Any]] = []
        self._linked = False
        self._entered: set[int] = set()
        self._assigned: dict[str, set[int]] = {}
        self._fired = False
        self._ground = None if before is None else before._changed
        self.flight: Flight | None = None
        """Itself, for one that follows it."""

    @property
    def kinds(self) -> AbstractSet[str]:
        """What is changed, as graph/stores/neo4j/effects.py tells it apart."""
        return self._tx.changed

    def left(self) -> dict[str, Any] | None:
        """How the turn will find the store after the commit; None where not all that was changed is accounted for."""
        if self._fired or self._restored or not self._tx.accountable:
            return None
        return dict(self._turn) | {
            "turns": self._turn["turns"] + 1,
            "state": dict(self._state),
            "audit": [list(self._audit)] if self._seal else [],
            "seal": self._seal or None,
            "places": sorted([handle, *place] for handle, place in self._places.items()),
            "due": self._due,
        }

    def forget_before(self) -> None:
        """Let go of the write before."""
        self._tx.forget_before()
        self._nodes.forget_before()
        self._laid = (self._changed,)
        self._ground = None

    async def finish(self) -> None:
        """Remember clock and counters, append to the change feed and the audit log: the last thing before the commit.

        What was restored has clock and counters of its own.
        """
        state: dict[str, Any] = {} if self._restored else dict(self._state)
        if self._entries:
            state["seal"] = self._seal
        if state or self._changes:
            await self._tx.send("write/tick", state=state, entries=self._entries, changes=self._changes)

    async def api_keys(self) -> list[ApiKey]:
        return [api_key(row["key"]) for row in await self._all("read/api_keys")]

    async def keep_api_key(self, key: ApiKey) -> None:
        await self._tx.send("write/api_key", id=key.id, key=told(key))

    async def charter(self, fingerprint: str) -> str | None:
        if self._fingerprint == UNFINISHED:
            raise StoreMismatchError(UNFINISHED_TEXT)
        if self._fingerprint not in (None, fingerprint):
            raise StoreMismatchError("the store was made with another HMAC key: no identifier would be found under this one")
        return self._policy

    async def adopt(self, fingerprint: str, version: str, body: str, now: int) -> None:
        await self._tx.send("write/adopt", fingerprint=fingerprint, version=version, body=body, now=now)
        self._fingerprint, self._policy = fingerprint, body

    async def change(self, changing: Changing | None) -> None:
        await self._tx.send("write/change", changing=changing.text() if changing else None)
        self._changing = changing

    async def refold(self, ids: Ints, pieces: Pieces) -> None:
        await self._tx.send("write/unfold_all", ids=ids.tolist())
        if len(pieces):
            await self._send_ends("write/link", piece_rows(pieces))

    async def tick(self, clock: int, stamp: int) -> None:
        self._state["clock"], self._state["stamp"] = clock, stamp

    async def place(self, place: Place) -> int:
        for handle, known in self._places.items():
            if known == place:
                return handle
        handle = self._next("places")
        await self._tx.send("write/place", handle=handle, namespace=place[0], scope=place[1])
        self._places[handle] = place
        return handle

    async def intern(
        self, keys: Sequence[bytes], place: Ints, named: Ints, describe: Callable[[int], tuple[str, str | None]]
    ) -> tuple[Ints, Bools]:
        texts = [key.hex() for key in keys]
        ids, unnamed = await self._found(texts)
        absent = np.flatnonzero(ids == 0)
        following = self._state["identifiers"] + 1
        ids[absent] = np.arange(following, following + len(absent))
        self._state["identifiers"] += len(absent)
        new = np.zeros(len(keys), np.bool_)
        new[absent] = named[absent] > 0
        rows: list[tuple[Any, ...]] = []
        for index, handle, where, stamp in zip(
            absent.tolist(), ids[absent].tolist(), place[absent].tolist(), named[absent].tolist(), strict=True
        ):
            rows.append((handle, texts[index], where, *self._places[where], *describe(index), stamp or None))
            self._changed.made(handle, texts[index], named=stamp > 0)
        if rows:
            await self._make("write/intern", rows, partial(self._learn, ids[absent].tolist()))
        first = np.flatnonzero(unnamed & (named > 0))
        if len(first):
            await self._tx.send("write/name", rows=list(zip(ids[first].tolist(), named[first].tolist(), strict=True)))
            new[first] = True
            self._changed.name(ids[first].tolist())
            self._entered.update(ids[first].tolist())
        return ids, new

    def _learn(self, handles: list[int], made: Row) -> None:
        self._nodes.learn(handles, made["node"])

    async def _make(self, statement: str, rows: list[tuple[Any, ...]], then: Callable[[Row], None] | None = None) -> None:
        """Have something put on record that is new, and touches nothing that was there."""

        async def given() -> dict[str, Any]:
            return {"rows": rows}

        await self._tx.send_later(statement, given, then, early=True)

    async def known_events(self, sources: Sequence[str], event_ids: Sequence[str]) -> Bools:
        known = np.zeros(len(sources), np.bool_)
        if sources:
            row, under = await self._tx.under("read/events", sources=list(sources), event_ids=list(event_ids))
            known[ints(row["at"])] = True
            for changed in self._laid if under else ():
                known |= changed.events(sources, event_ids)
        return known

    async def backing(self, rows: Sequence[tuple[str | None, str | None, float]]) -> list[int]:
        names = [name for name in dict.fromkeys(row[0] for row in rows) if name is not None]
        consents = await self._consents(names) if names else {}
        wanted = [(consents[consent] if consent else 0, basis or "", float(weight)) for consent, basis, weight in rows]
        row, under = await self._tx.under("read/terms", rows=wanted)
        places: list[int] = row["at"]
        found: dict[tuple[int, str, float], int] = {wanted[at]: handle for at, handle in zip(places, row["id"], strict=True)}
        for changed in self._laid if under else ():
            found |= {terms: handle for handle, terms in changed.backings.items()}
        new = {terms: self._next("backings") for terms in dict.fromkeys(wanted) if terms not in found}
        if new:
            await self._make("write/back", [(handle, *terms) for terms, handle in new.items()])
            self._changed.backings.update((handle, terms) for terms, handle in new.items())
        found |= new
        return [found[terms] for terms in wanted]

    async def arm(self, rows: Iterable[tuple[int, int, int]]) -> None:
        links: list[tuple[int, int, int]] = []
        consents: list[tuple[int, int]] = []
        for a, b, at in rows:
            if b == -1:
                consents.append((a, at))
            else:
                links.append((a, b, at))
            self._due = at if self._due is None else min(self._due, at)
        if links:
            await self._send_ends("write/arm_links", links)
        if consents:
            await self._tx.send("write/arm_consents", rows=consents)

    async def fired(self, now: int, most: int) -> list[tuple[int, int]]:
        if self._due is None or self._due > now:
            return []
        self._fired = True
        row = await self._tx.one("read/fired", now=now, most=most)
        taken = [(a, b) for _, a, b in sorted(tuple(found) for found in row["rows"])[:most]]
        await self._tx.send("write/disarm_links", rows=[pair for pair in taken if pair[1] != -1])
        await self._tx.send("write/disarm_consents", ids=[a for a, b in taken if b == -1])
        return taken

    async def count_hits(self, what: str, counts: Mapping[str, int]) -> None:
        if counts:
            await self._tx.send("write/hit", what=what, rows=list(counts.items()))

    async def append(self, sightings: NewSightings, pieces: Pieces) -> None:
        self._changed.append(sightings, pieces)
        new = (pieces.b > self._newest) & (not self._linked)
        self._linked = True
        met = self._ground.touched() if self._ground is not None else None
        if met is None:
            await self._append(sightings, pieces[new], pieces[~new], early=False)
            return
        meets = np.zeros(len(sightings.stamp), np.bool_)
        meets[sightings.mention_row[np.isin(sightings.mention_of, met)]] = True
        meet = np.isin(pieces.a, met) | np.isin(pieces.b, met)
        await self._append(sightings[~meets], pieces[new & ~meet], pieces[~new & ~meet], early=True)
        await self._append(sightings[meets], pieces[new & meet], pieces[~new & meet], early=False)

    async def _append(self, sightings: NewSightings, links: Pieces, folds: Pieces, *, early: bool) -> None:
        """Have sightings written, evidence of new links, and such as may fold into what is there."""

        async def given() -> dict[str, Any]:
            bounds = np.searchsorted(sightings.mention_row, np.arange(len(sightings.stamp) + 1)).tolist()
            members: list[int] = sightings.mention_of.tolist()
            nodes = await self._nodes.of(members)
            rows = zip(
                sightings.stamp.tolist(),
                sightings.at.tolist(),
                sightings.source,
                sightings.event_id,
                sightings.session,
                [None if backing == 1 else backing for backing in sightings.backing.tolist()],
                [members[start:end] for start, end in pairwise(bounds)],
                [nodes[start:end] for start, end in pairwise(bounds)],
                strict=True,
            )
            ends = [await self._nodes.ends(piece_rows(some)) for some in (links, folds)]
            return {"sightings": list(rows), "links": ends[0], "folds": ends[1]}

        await self._tx.send_later("write/append", given, early=early)

    async def assign(self, purpose: str, members: Members) -> None:
        self._changed.assign(purpose, members)
        rows = list(
            zip(
                members.ids.tolist(),
                uuid_texts(members.own),
                members.leader.tolist(),
                members.settled.tolist(),
                members.contested.tolist(),
                strict=True,
            )
        )
        done = self._assigned.setdefault(purpose, set())
        entered = self._entered | self._apart.get(purpose, set())
        joining, standing, moving = (list[tuple[Any, ...]]() for _ in range(3))
        for row in rows:
            handle, _, leader, *_ = row
            if handle in done or (handle <= self._newest and handle not in entered):
                moving.append(row)
            else:
                (joining if leader else standing).append(row)
                done.add(handle)
        roots = await self._lead(purpose, [row[:2] for row in rows if row[0] == row[2]])
        for statement, some in (("write/join", joining), ("write/stand", standing), ("write/move", moving)):
            if some:
                await self._put(statement, purpose, some, roots)

    async def _lead(self, purpose: str, leads: list[tuple[Any, ...]]) -> dict[int, str]:
        """Have the roots made or kept that identifiers lead. Answers where roots are, filled in when that is known."""
        roots = self._nodes.take_roots(purpose)

        async def given() -> dict[str, Any]:
            return {"purpose": purpose, "rows": leads}

        if leads:
            led = [handle for handle, _ in leads]
            await self._tx.send_later("write/lead", given, lambda row: roots.update(zip(led, row["root"], strict=True)))
        return roots

    async def _put(self, statement: str, purpose: str, rows: list[tuple[Any, ...]], roots: dict[int, str]) -> None:
        """Have membership written."""

        async def given() -> dict[str, Any]:
            nodes = await self._nodes.of([row[0] for row in rows])
            roots.update(await self._nodes.roots(purpose, {row[2] for row in rows if row[2]}, roots))
            return {
                "purpose": purpose,
                "rows": [
                    (node, own, roots[leader] if leader else None, settled, contested)
                    for node, (_, own, leader, settled, contested) in zip(nodes, rows, strict=True)
                ],
            }

        await self._tx.send_later(statement, given)

    async def refile(self, purpose: str, gone: Iterable[tuple[int, int]], found: Iterable[StoredFinding]) -> None:
        gone, found = list(gone), list(found)
        self._changed.refile(purpose, gone, found)
        if gone:
            await self._tx.send("write/reinstate", purpose=purpose, rows=gone)
        if rows := [(f.a, f.b, f.verdict, f.reason, *(f.clash or (None, None))) for f in found]:
            await self._send_ends("write/set_aside", rows, purpose=purpose)

    async def publish(self, changes: Sequence[StoredChange]) -> int:
        rows: list[list[Any]] = []
        for c in changes:
            others = [*map(uuid_text, c.others)]
            named = [] if c.kind == "join" else list({uuid_text(c.root), *others})
            rows.append([self._next("changes"), c.at, c.purpose, c.kind, uuid_text(c.root), others, c.policy, c.cause, named])
        self._changes += rows
        return self._state["changes"]
