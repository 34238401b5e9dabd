"""Plays a scenario on a store through the ordinary service and compares what came out with what was expected. Holds no rule."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from graph import ownids
from graph.answers import Answer, Outcome
from graph.scenario import Expectation, Grouping, Lineage, Scenario, ScenarioEvent
from graph.service import Service

Roots = dict[str, str | None]
"""Root-ID by written name; None for one that has none."""


class Rehearsal:
    """One scenario being played."""

    def __init__(self, scenario: Scenario, service: Service, clock: Callable[[int], None]) -> None:
        self._scenario = scenario
        self._service = service
        self._clock = clock
        self._names = list(dict.fromkeys(name for event in scenario.events for name in names_of(event)))
        self._outcomes: list[Outcome] = []
        self._roots: list[Roots] = []
        self._stamps: list[int] = []
        self._merges = self._splits = 0
        self._problems: list[str] = []

    async def run(self) -> list[str]:
        """Play all events; answers what differed, one line each."""
        latest = 0
        for event in self._scenario.events:
            latest = max(latest, event.at)
            self._clock(latest)
            receipt = await self._service.record([event])
            self._outcomes += receipt.outcomes
            self._merges += receipt.merges
            self._splits += receipt.splits
            self._roots.append(await self._lookup(self._purpose))
            self._stamps.append(await self._service.stamp())
        await self._judge(self._scenario.expect)
        return self._problems

    @property
    def _purpose(self) -> str | None:
        return self._scenario.expect.purpose

    async def _lookup(self, purpose: str | None, names: Iterable[str] | None = None) -> Roots:
        asked = self._names if names is None else list(names)
        answers = await self._service.lookup([[name] for name in asked], purpose)
        return {name: answer.root_id for name, answer in zip(asked, answers, strict=True)}

    def _differ(self, what: str, expected: object, got: object) -> None:
        self._problems.append(f"{what}: expected {expected}, got {got}")

    # ---- expectations

    async def _judge(self, expect: Expectation) -> None:
        rejected = [number for number, outcome in enumerate(self._outcomes, 1) if outcome.status == "rejected"]
        if sorted(expect.rejected) != rejected:
            why = "".join(f" ({n}: {self._outcomes[n - 1].message})" for n in rejected)
            self._differ("rejected", sorted(expect.rejected), f"{rejected}{why}")
        await self._grouping(expect, self._purpose, "")
        for purpose, grouping in expect.by_purpose.items():
            await self._grouping(grouping, purpose, f"{purpose}: ")
        for name, count in (("merges", self._merges), ("splits", self._splits)):
            wanted = getattr(expect, name)
            if wanted is not None and wanted != count:
                self._differ(name, wanted, count)
        self._lineage(expect)
        await self._verdicts(expect)
        await self._statuses(expect)
        await self._as_of(expect)
        await self._referrals(expect)
        await self._on_device(expect)
        await self._path(expect)
        await self._what_if(expect)

    async def _grouping(self, grouping: Grouping, purpose: str | None, where: str) -> None:
        roots = self._roots[-1] if purpose == self._purpose and self._roots else await self._lookup(purpose)
        if grouping.groups is not None:
            found: dict[str, set[str]] = {}
            async for row in self._service.export_roots(purpose):
                if row["root_id"] is not None:
                    found.setdefault(row["root_id"], set()).add(row["key"])
            self._compare_groups(grouping.groups, {frozenset(group) for group in found.values()}, self._hex_key, where)
        self._compare_pairs(grouping, roots.get, where)

    def _hex_key(self, name: str) -> str:
        return (self._service.key_of(name) or b"").hex()

    def _compare_groups(
        self, groups: Sequence[Sequence[str]], found: set[frozenset[Any]], key: Callable[[str], Any], where: str
    ) -> None:
        wanted = {frozenset(key(name) for name in group) for group in groups}
        if wanted == found:
            return
        names = {key(name): name for name in [*self._names, *(name for group in groups for name in group)]}
        got = sorted(sorted(names.get(key, "?") for key in group) for group in found)
        self._differ(f"{where}groups", sorted(sorted(group) for group in groups), got)

    def _compare_pairs(self, grouping: Grouping, root: Callable[[str], object], where: str) -> None:
        for a, b in grouping.together:
            if root(a) is None or root(a) != root(b):
                self._differ(f"{where}{a} and {b}", "together", "apart")
        for a, b in grouping.apart:
            if root(a) is not None and root(a) == root(b):
                self._differ(f"{where}{a} and {b}", "apart", "together")

    def _lineage(self, expect: Expectation) -> None:
        def same(line: Lineage) -> bool:
            before = self._roots[line.after - 1].get(line.was)
            return before is not None and before == self._roots[-1].get(line.now)

        for line in expect.kept:
            if not same(line):
                self._differ(f"root of {line.now}", f"that of {line.was} after event {line.after}", "another")
        for line in expect.not_kept:
            if same(line):
                self._differ(f"root of {line.now}", f"not that of {line.was} after event {line.after}", "the same")
        if expect.unchanged_after is not None:
            before = self._roots[expect.unchanged_after - 1]
            for name, root in before.items():
                if root is not None and root != self._roots[-1][name]:
                    self._differ(f"root of {name}", f"unchanged since event {expect.unchanged_after}", "another")

    async def _verdicts(self, expect: Expectation) -> None:
        if not (expect.refused or expect.verdicts):
            return
        links: dict[frozenset[str], tuple[str, str | None]] = {}
        answers = {name: (await self._service.lookup([[name]], self._purpose))[0] for name in self._names}
        for answer in answers.values():
            if answer.own_id is None:
                continue
            for link in (await self._service.root(answer.own_id)).links:
                links[frozenset((link.a, link.b))] = link.verdict, link.reason

        def found(pair: Iterable[str]) -> tuple[str, str | None]:
            own = [answers[name].own_id if name in answers else None for name in pair]
            return links.get(frozenset(o or "" for o in own), ("no link", None))

        for refusal in expect.refused:
            if found(refusal.link) != ("refused", refusal.reason):
                self._differ(" – ".join(refusal.link), f"refused ({refusal.reason})", _say(found(refusal.link)))
        for wanted in expect.verdicts:
            if found(wanted.link)[0] != wanted.verdict:
                self._differ(" – ".join(wanted.link), wanted.verdict, _say(found(wanted.link)))

    async def _statuses(self, expect: Expectation) -> None:
        async def status(name: str) -> Answer:
            return (await self._service.lookup([[name]], self._purpose))[0]

        for names, wanted in ((expect.shared, "shared"), (expect.mass, "mass_value"), (expect.blocked, "blocked")):
            for name in names:
                if (got := (await status(name)).status) != wanted:
                    self._differ(f"status of {name}", wanted, got)
        hits = sum(outcome.blocked for outcome in self._outcomes)
        if hits < len(expect.blocked):
            self._differ("blocked hits counted", f"at least {len(expect.blocked)}", hits)

    async def _referrals(self, expect: Expectation) -> None:
        """Persons referred by the whole person, each once, and accepted referrals to oneself."""
        if not expect.referrals:
            return
        network = await self._service.fission.network(self._purpose)
        rows = network.referrals
        counted = rows.counted
        own = [ownids.text(own) for own in ownids.to_bytes(network.own)]
        roots = await self._lookup(self._purpose, expect.referrals)
        for name, wanted in expect.referrals.items():
            person = own.index(root) if (root := roots[name]) in own else -1
            mine = counted & (rows.referrer == person) & (person >= 0)
            brought = set(rows.referee[mine].tolist()) - {person}
            got = len(brought), int((rows.referee[mine] == person).sum())
            if got != (wanted.accepted, wanted.self_):
                self._differ(
                    f"referrals of {name}",
                    f"accepted {wanted.accepted}, self {wanted.self_}",
                    "accepted {}, self {}".format(*got),
                )

    async def _as_of(self, expect: Expectation) -> None:
        for wanted in expect.as_of:
            known = None if wanted.known_after is None else self._stamps[wanted.known_after - 1]
            resolution = await self._service.partition(self._purpose, wanted.at, known)
            names = list(dict.fromkeys([*self._names, *(name for group in wanted.groups or () for name in group)]))
            handles = dict(zip(names, await self._service.handles(names), strict=True))
            part = {handle: number for number, part in enumerate(resolution.parts) for handle in part}
            where = f"as of {wanted.at}: "
            if wanted.groups is not None:
                self._compare_groups(wanted.groups, set(resolution.parts), handles.__getitem__, where)
            parts = {name: part.get(handle) for name, handle in handles.items()}
            self._compare_pairs(wanted, parts.get, where)

    async def _on_device(self, expect: Expectation) -> None:
        for wanted in expect.on_device:
            found = await self._service.at().on_device(wanted.device, wanted.at, self._purpose)
            (whose,) = await self._service.at(wanted.at).lookup([[wanted.root_of]], self._purpose)
            where = f"on {wanted.device} at {wanted.at}"
            if found.root_id is None or found.root_id != whose.root_id:
                self._differ(where, wanted.root_of, found.root_id or found.status)
            if found.proven != wanted.proven:
                self._differ(where, *("proven" if proven else "not proven" for proven in (wanted.proven, found.proven)))

    async def _path(self, expect: Expectation) -> None:
        wanted = expect.path
        if wanted is None:
            return
        found = await self._service.explain((wanted.start, wanted.to), self._purpose)
        own = {name: (await self._service.lookup([[name]], self._purpose))[0].own_id for name in self._names}
        names = {own_id: name for name, own_id in own.items()}
        hops = [names.get(named.own_id, "?") for named in found.identifiers[: len(found.hops) + 1]] if found.together else []
        if hops != list(wanted.hops):
            self._differ("path", list(wanted.hops), hops)
        if wanted.bridges is not None:
            bridges = {frozenset((names[hop.a], names[hop.b])) for hop in found.hops if hop.bridge}
            if bridges != {frozenset(pair) for pair in wanted.bridges}:
                self._differ("bridges", sorted(map(sorted, wanted.bridges)), sorted(map(sorted, bridges)))

    async def _what_if(self, expect: Expectation) -> None:
        wanted = expect.what_if
        if wanted is None:
            return
        self._clock(max(wanted.event.at, *(event.at for event in self._scenario.events)))
        before = await self._lookup(self._purpose)
        found = await self._service.what_if([wanted.event])
        for name in ("merges", "splits"):
            if getattr(wanted, name) not in (None, getattr(found, name)):
                self._differ(f"what if: {name}", getattr(wanted, name), getattr(found, name))
        own = {name: (await self._service.lookup([[name]], self._purpose))[0].own_id for name in self._names}
        refused = {(frozenset((conflict.a.own_id, conflict.b.own_id)), conflict.reason) for conflict in found.conflicts}
        for refusal in wanted.refused:
            if (frozenset(own[name] or "" for name in refusal.link), refusal.reason) not in refused:
                self._differ(f"what if: {' – '.join(refusal.link)}", f"refused ({refusal.reason})", "not refused")
        if await self._lookup(self._purpose) != before:
            self._differ("after what if", "nothing changed", "another state")


def _say(finding: tuple[str, str | None]) -> str:
    return finding[0] if finding[1] is None else f"{finding[0]} ({finding[1]})"


def names_of(event: ScenarioEvent) -> list[str]:
    """All identifiers that an event names."""
    found: list[str] = list(event.see or ())
    for pair in (event.close, event.never_link, event.same_person, event.reverse, event.refer):
        found += [pair] if isinstance(pair, str) else list(pair or ())
    found += [
        name for name in (event.erase, event.erase_person, event.subject, event.recruit, event.opt_out, event.opt_in) if name
    ]
    if event.withdraw is not None and not isinstance(event.withdraw, str):
        found.append(event.withdraw.subject)
    return found


async def rehearse(scenario: Scenario, url: str) -> list[str]:
    """Play a scenario on a fresh store; answers what differed from what was expected, one line each (none: it passed)."""
    now = [0]

    def set_clock(at: int) -> None:
        now[0] = at

    service = await Service.open(url, scenario.policy, clock=lambda: now[0])
    try:
        return await Rehearsal(scenario, service, set_clock).run()
    finally:
        await service.close()
