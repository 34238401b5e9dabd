"""What must hold of a store after anything that went wrong, looked at from outside. Must not mend anything."""

from collections.abc import Iterable

import numpy as np

from graph.answers import Change, Stats
from graph.evidence import Verdict
from graph.service import Service


async def faults(service: Service, acknowledged: Iterable[tuple[str, str]] = (), purpose: str = "default") -> list[str]:
    """What is wrong: facts (source and event id) that were acknowledged and aren't there or are there twice, parts and findings
    that aren't those of the rules on all facts, gaps or doubles of the feed, a broken audit log. Empty where all is well.
    """
    kept = [(row["source"], row["event_id"]) async for row in service.export_sightings()]
    missing = set(acknowledged) - set(kept)
    told = [f"{len(missing)} acknowledged facts are missing"] if missing else []
    if len(kept) != len(set(kept)):
        told.append(f"{len(kept) - len(set(kept))} facts are on record twice")
    told += await _torn(service, purpose)
    changes: list[Change] = []
    while page := await service.changes(changes[-1].seq if changes else 0, joins=True):
        changes += page
    if [change.seq for change in changes] != list(range(1, len(changes) + 1)):
        told.append("the feed has gaps or doubles")
    rows = [row async for row in service.export_roots(purpose)]
    if replayed(changes).get(purpose, {}) != {row["own_id"]: row["root_id"] for row in rows if row["root_id"] is not None}:
        told.append("the feed, replayed, gives other roots than those on record")
    if not (await service.audit.verify()).whole:
        told.append("the audit log is broken")
    return told


Picture = tuple[Stats, set[frozenset[bytes]], set[tuple[frozenset[bytes], Verdict, str]]]
"""Counts, parts and refused links by keys: what two stores with the same facts have in common."""


async def picture(service: Service, purpose: str = "default") -> Picture:
    """What is on record, without what differs between two stores: handles and root-IDs."""
    counts = await service.stats()
    async with service.store.reading() as reading:
        ids = np.arange(1, sum(counts.identifiers.values()) + 1)
        keys = dict(zip(ids.tolist(), await reading.keys(ids), strict=True))
        members = await reading.members(purpose, ids)
        found = await reading.findings(purpose, ids)
    parts: dict[int, set[bytes]] = {}
    for handle, leader in zip(members.ids.tolist(), members.leader.tolist(), strict=True):
        parts.setdefault(leader, set()).add(keys[handle])
    links = {(frozenset((keys[f.a], keys[f.b])), f.verdict, f.reason) for f in found}
    return counts, {frozenset(part) for part in parts.values()}, links


async def _torn(service: Service, purpose: str) -> list[str]:
    resolution = await service.partition(purpose)
    ids = np.array(sorted(node for part in resolution.parts for node in part), np.int64)
    async with service.store.reading() as reading:
        members = await reading.members(purpose, ids)
        found = {(f.a, f.b) for f in await reading.findings(purpose, ids)}
    parts: dict[int, set[int]] = {}
    for handle, leader in zip(members.ids.tolist(), members.leader.tolist(), strict=True):
        parts.setdefault(leader, set()).add(handle)
    told: list[str] = []
    if {frozenset(part) for part in parts.values()} != set(resolution.parts):
        told.append("parts on record aren't those that the rules give on all facts")
    if found != {pair for pair, f in resolution.findings.items() if f.verdict in (Verdict.REFUSED, Verdict.PAST)}:
        told.append("refused links on record aren't those that the rules give on all facts")
    return told


def replayed(changes: Iterable[Change]) -> dict[str, dict[str, str]]:
    """Root-ID by own id, by purpose, of nothing but the feed."""
    purposes: dict[str, dict[str, str]] = {}
    for change in changes:
        answers = purposes.setdefault(change.purpose, {})
        answers.update(change.joined)
        for other in change.others:
            if change.kind in ("merge", "erase"):
                answers.update({own: change.root_id or "" for own, root in answers.items() if root == other})
            if change.kind == "erase":
                answers.pop(other, None)
            else:
                answers[other] = other if change.kind == "split" else change.root_id or ""
    return purposes
