"""Who brings people, from the last scoring: pages of referrers and trees below one of them. Shows masks; computes no score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import orjson

from graph import ownids
from graph.errors import InvalidInputError, NotScoredError, StaleCursorError
from graph.stores.columns import Description
from graph.stores.protocol import Reading
from graph.stores.scored import FIGURES, Among, ScoredColumns, StoredScoring
from graph.tables import Ints

METRICS: Final = (
    *("will_refer", "network_under", "counted", "worth", "direct", "second", "recent", "reach", "pagerank", "bridge"),
    *("distinct_persons", "value", "refunded", "deeds", "trust"),
)
"""What referrers may be ordered by. `counted` and `worth` are those of the links asked for, the rest of the whole network."""

_KEPT_AS: Final = {"pagerank": "mass"}
"""Metrics that are kept in another form, which has the same order."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as people may see them: the root-ID of today and the mask of the leading identifier; None where erased since."""

    root_id: str | None
    namespace: str | None
    scope: str | None
    mask: str | None


NOBODY: Final = Person(None, None, None, None)


@dataclass(frozen=True, slots=True)
class Referrer:
    """One row of a page: how many persons were brought among the links asked for, what those were worth, and all figures."""

    rank: int
    person: Person
    counted: int
    worth: float
    figures: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class ReferrerPage:
    """Some referrers, the highest first. `cursor` asks for the next page, None: there is none."""

    purpose: str
    metric: str
    scored_at: int
    referrers: list[Referrer]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A scoring as a whole; `figures` is what algorithms.summary wrote."""

    purpose: str
    scored_at: int
    job: int
    cursor: int
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One person of a tree. `parent` is a place in the list of nodes, None for the first; `hidden` referees aren't shown."""

    person: Person
    parent: int | None
    depth: int
    at: int | None
    campaign: str | None
    direct: int
    reach: int
    hidden: int
    recruited: bool


@dataclass(frozen=True, slots=True)
class Tree:
    """A person and those below, breadth first; of each one's referees those with most below first. `whole`: nobody is hidden."""

    purpose: str
    scored_at: int
    nodes: list[TreeNode]
    whole: bool


class Growth:
    """Reads the last scoring of a purpose in one view of a store."""

    def __init__(self, reading: Reading, purpose: str, scoring: StoredScoring) -> None:
        self._reading, self._purpose, self._scoring = reading, purpose, scoring

    @classmethod
    async def of(cls, reading: Reading, purpose: str) -> "Growth":
        """Raises NotScoredError where there is no scoring."""
        scoring = await reading.scoring(purpose)
        if scoring is None:
            raise NotScoredError("the network of this purpose was never scored: run 'rootid referrers score'")
        return cls(reading, purpose, scoring)

    def summary(self) -> Summary:
        """The scoring as a whole."""
        held = self._scoring
        return Summary(self._purpose, held.as_of, held.job, held.cursor, orjson.loads(held.summary))

    async def people(self) -> tuple[dict[int, Person], dict[int, Person]]:
        """Everybody whom the summary tells of by handle: the person of today; and identifiers and devices as they are."""
        told = self.summary().figures
        persons: set[int] = {tree["root"] for tree in told.get("trees", [])}
        others: set[int] = set()
        for one in told.get("recruited", []):
            persons.update([one["person"], *(step for found in one["organic"] for step in found["path"])])
        for case in told.get("fraud", {}).get("cases", []):
            persons.update(case["suspects"])
            for what, handle in case["path"]:
                (persons if what == "person" else others).add(handle)
        described = await self._reading.describe(self._purpose, np.array(sorted(others), np.int64))
        return await self.persons(np.array(sorted(persons), np.int64)), {d.handle: _person(d) for d in described}

    async def page(self, metric: str, among: Among, cursor: str | None, limit: int) -> ReferrerPage:
        """Referrers by a metric. Raises InvalidInputError, and StaleCursorError for a cursor of another scoring."""
        if metric not in METRICS:
            raise InvalidInputError(f"no such metric; there are: {', '.join(METRICS)}")
        offset = self._offset(cursor)
        by = _KEPT_AS.get(metric, metric)
        found = await self._reading.top(self._scoring.job, by, among, offset, limit + 1)
        persons, mass = await self.persons(found.person[:limit]), self.summary().figures["mass"]
        rows = [
            Referrer(
                offset + place + 1,
                persons[handle],
                int(found.counted[place]),
                float(found.worth[place]),
                figures(found, place, mass),
            )
            for place, handle in enumerate(found.person[:limit].tolist())
        ]
        following = f"{self._scoring.job}-{self._scoring.made}-{offset + limit}" if len(found) > limit else None
        return ReferrerPage(self._purpose, metric, self._scoring.as_of, rows, following)

    def _offset(self, cursor: str | None) -> int:
        if cursor is None:
            return 0
        parts = cursor.split("-")
        if len(parts) != 3 or not all(part.isdecimal() and part.isascii() and len(part) <= 16 for part in parts):
            raise InvalidInputError("not a cursor: take it from the page before")
        if parts[:2] != [str(self._scoring.job), str(self._scoring.made)]:
            raise StaleCursorError("the network was scored anew meanwhile: begin again without a cursor")
        return int(parts[2])

    async def persons(self, handles: Ints) -> dict[int, Person]:
        """Persons by handle as they are today."""
        ordered = np.unique(handles)
        members = await self._reading.members(self._purpose, ordered)
        leaders = np.unique(members.leader[members.leader > 0])
        known = {d.handle: d for d in await self._reading.describe(self._purpose, leaders)}
        today = dict(zip(members.ids.tolist(), members.leader.tolist(), strict=True))
        return {handle: _person(known.get(today.get(handle, 0))) for handle in ordered.tolist()}

    async def tree(self, starts: Ints, *, depth: int, size: int) -> Tree:
        """The tree below a person, given by all handles that are the person today."""
        reading, job = self._reading, self._scoring.job
        scored = await reading.scored(job, starts)
        above = await reading.inviters(job, starts)
        nodes: list[TreeNode] = []
        handles: list[int] = []
        at, campaign = (int(above.at.min()), above.campaign[int(above.at.argmin())]) if len(above) else (None, None)
        level = [(tuple(starts.tolist()), None, at, campaign)]
        facts = {0: _facts(scored)}
        for step in range(depth + 1):
            known = facts if step == 0 else await self._known([handle for (handle, *_), *_ in level])
            first = len(nodes)
            for ids, parent, when, named in level:
                direct, reach, recruited = known.get(0 if step == 0 else ids[0], (0, 0, False))
                nodes.append(TreeNode(NOBODY, parent, step, when, named, direct, reach, direct, recruited))
                handles.append(ids[0])
            owner = {handle: first + place for place, (ids, *_) in enumerate(level) for handle in ids}
            links = await reading.brought(job, np.unique(np.array(list(owner), np.int64)))
            if step == depth or not len(links) or len(nodes) >= size:
                break
            weight = await self._known(links.referee.tolist())
            heaviest = sorted(range(len(links)), key=lambda row: -weight.get(int(links.referee[row]), (0, 0, False))[1])
            level = [
                (
                    (int(links.referee[row]),),
                    owner[int(links.referrer[row])],
                    int(links.at[row]),
                    links.campaign[row],
                )
                for row in sorted(heaviest[: size - len(nodes)], key=lambda row: owner[int(links.referrer[row])])
            ]
        return await self._shown(nodes, handles)

    async def _shown(self, nodes: Sequence[TreeNode], handles: Sequence[int]) -> Tree:
        persons = await self.persons(np.array(handles, np.int64))
        children = np.bincount([node.parent for node in nodes if node.parent is not None], minlength=len(nodes)).tolist()
        shown = [
            TreeNode(
                persons[handle],
                node.parent,
                node.depth,
                node.at,
                node.campaign,
                node.direct,
                node.reach,
                max(0, node.direct - children[place]),
                node.recruited,
            )
            for place, (node, handle) in enumerate(zip(nodes, handles, strict=True))
        ]
        return Tree(self._purpose, self._scoring.as_of, shown, not any(node.hidden for node in shown))

    async def _known(self, handles: Sequence[int]) -> dict[int, tuple[int, int, bool]]:
        """Direct, reach and whether recruited, of those who have figures."""
        found = await self._reading.scored(self._scoring.job, np.unique(np.array(handles, np.int64)))
        columns = (found.person, found.figure("direct"), found.figure("reach"), found.figure("recruited"))
        return {
            handle: (int(direct), int(reach), recruited > 0)
            for handle, direct, reach, recruited in zip(*(column.tolist() for column in columns), strict=True)
        }


def figures(found: ScoredColumns, place: int, mass: float) -> dict[str, float | None]:
    """Figures of one row by name, None where there is none; `mass` is that of everybody together."""
    known = dict(zip(FIGURES, found.figures[place].tolist(), strict=True))
    known["pagerank"] = known.pop("mass") / mass
    return {name: None if np.isnan(value) else value for name, value in known.items()}


def _facts(found: ScoredColumns) -> tuple[int, int, bool]:
    """Direct, reach and whether recruited, of one person who was several at the scoring."""
    direct, reach = (int(np.nansum(found.figure(name))) for name in ("direct", "reach"))
    return direct, reach, bool((found.figure("recruited") > 0).any())


def _person(known: Description | None) -> Person:
    if known is None:
        return NOBODY
    return Person(ownids.text(known.own), known.namespace, known.scope, known.mask)
