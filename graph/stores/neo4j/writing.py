"""Writes within one transaction that holds the turn: sightings, membership, findings, changes. Holds no rule."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
from graph.stores.neo4j.values import ints, piece_rows, uuid_text, uuid_texts
from graph.stores.protocol import Place
from graph.tables import Bools, Ints


class Neo4jWriting(Neo4jCovering):
    """One write transaction.

    Handles above `_newest` were given out by it, so nothing else is on record of them. They, and those in `_entered` that were
    only mentioned before, belong to nobody until they are assigned, `_assigned` says under which purpose. Under a purpose that
    is new in the policy, others belong to nobody, too: that was seen when they were asked for.
    """

    def __init__(self, tx: Transaction, turn: Row) -> None:
        super().__init__(tx, turn)
        self._newest = self._state["identifiers"]
        self._changes: list[list[Any]] = []
        self._linked = False
        self._entered: set[int] = set()
        self._assigned: dict[str, set[int]] = {}

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
            await self._tx.send("write/link", rows=await self._nodes.ends(piece_rows(pieces)))

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
        ids, known = await self._found(keys)
        self._nodes.learn(known["handle"], known["node"])
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
            rows.append((handle, keys[index].hex(), where, *self._places[where], *describe(index), stamp or None))
        if rows:
            made = await self._tx.one("write/intern", rows=rows)
            self._nodes.learn(ids[absent].tolist(), made["node"])
            self._keys.update((row[0], row[1]) for row in rows)
        unnamed = ints(known["at"])[np.array(known["unnamed"], np.bool_)]
        first = unnamed[named[unnamed] > 0]
        if len(first):
            await self._tx.send("write/name", rows=list(zip(ids[first].tolist(), named[first].tolist(), strict=True)))
            new[first] = True
            self._entered.update(ids[first].tolist())
        return ids, new

    async def known_events(self, sources: Sequence[str], event_ids: Sequence[str]) -> Bools:
        known = np.zeros(len(sources), np.bool_)
        if sources:
            row = await self._tx.one("read/events", sources=list(sources), event_ids=list(event_ids))
            known[ints(row["at"])] = True
        return known

    async def backing(self, rows: Sequence[tuple[str | None, str | None, float]]) -> list[int]:
        consents = {name: await self.consent(name) for name in dict.fromkeys(row[0] for row in rows) if name is not None}
        wanted = [(consents[consent] if consent else 0, basis or "", float(weight)) for consent, basis, weight in rows]
        row = await self._tx.one("read/terms", rows=wanted)
        found = dict(zip(row["at"], row["id"], strict=True))
        new = [(self._next("backings"), *wanted[at]) for at in range(len(rows)) if at not in found]
        if new:
            await self._tx.send("write/back", rows=new)
        made = iter(new)
        return [found[at] if at in found else next(made)[0] for at in range(len(rows))]

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
            await self._tx.send("write/arm_links", rows=await self._nodes.ends(links))
        if consents:
            await self._tx.send("write/arm_consents", rows=consents)

    async def fired(self, now: int, most: int) -> list[tuple[int, int]]:
        if self._due is None or self._due > now:
            return []
        row = await self._tx.one("read/fired", now=now, most=most)
        taken = [(a, b) for _, a, b in sorted(tuple(found) for found in row["rows"])[:most]]
        await self._tx.send("write/disarm_links", rows=[pair for pair in taken if pair[1] != -1])
        await self._tx.send("write/disarm_consents", ids=[a for a, b in taken if b == -1])
        return taken

    async def count_hits(self, what: str, counts: Mapping[str, int]) -> None:
        if counts:
            await self._tx.send("write/hit", what=what, rows=list(counts.items()))

    async def append(self, sightings: NewSightings, pieces: Pieces) -> None:
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
        new = (pieces.b > self._newest) if not self._linked else np.zeros(len(pieces), np.bool_)
        self._linked = True
        links, folds = [await self._nodes.ends(piece_rows(some)) for some in (pieces[new], pieces[~new])]
        await self._tx.send("write/append", sightings=list(rows), links=links, folds=folds)

    async def assign(self, purpose: str, members: Members) -> None:
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
        roots = await self._roots(purpose, rows)
        self._nodes.forget_roots(purpose)
        nodes = await self._nodes.of([row[0] for row in rows])
        joining, standing, moving = (list[tuple[Any, ...]]() for _ in range(3))
        for node, (handle, own, leader, settled, contested) in zip(nodes, rows, strict=True):
            row = (node, own, roots[leader] if leader else None, settled, contested)
            if handle in done or (handle <= self._newest and handle not in entered):
                moving.append(row)
            else:
                (joining if leader else standing).append(row)
                done.add(handle)
        for statement, some in (("write/join", joining), ("write/stand", standing), ("write/move", moving)):
            if some:
                await self._tx.send(statement, purpose=purpose, rows=some)

    async def _roots(self, purpose: str, rows: Sequence[tuple[Any, ...]]) -> dict[int, str]:
        """Where the roots of those are that belong to a leader, made where there is none yet."""
        leads = [(handle, own) for handle, own, leader, *_ in rows if handle == leader]
        roots: dict[int, str] = {}
        if leads:
            made = await self._tx.one("write/lead", purpose=purpose, rows=leads)
            roots = dict(zip((handle for handle, _ in leads), made["root"], strict=True))
        others = {row[2] for row in rows if row[2]} - roots.keys()
        return roots | await self._nodes.roots(purpose, others)

    async def refile(self, purpose: str, gone: Iterable[tuple[int, int]], found: Iterable[StoredFinding]) -> None:
        if taken := list(gone):
            await self._tx.send("write/reinstate", purpose=purpose, rows=taken)
        if rows := [(f.a, f.b, f.verdict, f.reason, *(f.clash or (None, None))) for f in found]:
            await self._tx.send("write/set_aside", purpose=purpose, rows=await self._nodes.ends(rows))

    async def publish(self, changes: Sequence[StoredChange]) -> int:
        rows: list[list[Any]] = []
        for c in changes:
            others = [*map(uuid_text, c.others)]
            named = [] if c.kind == "join" else list({uuid_text(c.root), *others})
            rows.append([self._next("changes"), c.at, c.purpose, c.kind, uuid_text(c.root), others, c.policy, c.cause, named])
        self._changes += rows
        return self._state["changes"]
