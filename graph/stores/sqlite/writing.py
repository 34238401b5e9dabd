"""Writes within one immediate transaction: sightings, membership, findings, changes. Holds no rule."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import numpy as np
import orjson

from graph.access import ApiKey
from graph.errors import StoreMismatchError
from graph.ownids import to_bytes
from graph.stores.columns import Changing, Members, NewSightings, Pieces, StoredChange, StoredFinding
from graph.stores.moved import UNFINISHED, UNFINISHED_TEXT
from graph.stores.protocol import Flight, Place
from graph.stores.sqlite.callers import api_keys, keep_api_key
from graph.stores.sqlite.covering import SqliteCovering
from graph.stores.sqlite.reading import as_columns, as_json
from graph.tables import Bools, Ints

_DISTANCE_BITS: Final = 20
"""Stamps of one write follow each other, so that a distance of 20 bits covers a million sightings."""

_LAST: Final = (
    "SELECT max(id) FROM (SELECT max(id) AS id FROM identifier UNION ALL SELECT value FROM meta WHERE name = 'last handle')"
)
"""The last handle that is not to be given out again."""


class SqliteWriting(SqliteCovering):
    """One write transaction."""

    flight: Flight | None = None

    async def charter(self, fingerprint: str) -> str | None:
        """The policy on record (JSON). Raises StoreMismatchError where the store was made with another HMAC key."""
        held = dict(self._all("SELECT name, value FROM meta WHERE name IN ('fingerprint', 'policy')"))  # type: ignore[arg-type]  # rows are pairs
        if held.get("fingerprint") == UNFINISHED:
            raise StoreMismatchError(UNFINISHED_TEXT)
        if held.get("fingerprint", fingerprint) != fingerprint:
            raise StoreMismatchError("the store was made with another HMAC key: no identifier would be found under this one")
        rows = self._all("SELECT body FROM policy WHERE version = ?", held.get("policy"))
        return rows[0][0] if rows else None

    async def adopt(self, fingerprint: str, version: str, body: str, now: int) -> None:
        """Put key fingerprint and policy on record."""
        self._db.execute("INSERT OR IGNORE INTO policy VALUES (?, ?, ?)", (version, now, body))
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [("fingerprint", fingerprint), ("policy", version)])

    async def api_keys(self) -> list[ApiKey]:
        return api_keys(self._db)

    async def keep_api_key(self, key: ApiKey) -> None:
        keep_api_key(self._db, key)

    async def change(self, changing: Changing | None) -> None:
        if changing is None:
            self._db.execute("DELETE FROM meta WHERE name = 'changing'")
        else:
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('changing', ?)", (changing.text(),))

    async def refold(self, ids: Ints, pieces: Pieces) -> None:
        self._db.execute("DELETE FROM piece WHERE a IN (SELECT value FROM json_each(?))", (as_json(ids),))
        self._fold(pieces)

    async def tick(self, clock: int, stamp: int) -> None:
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [("clock", clock), ("stamp", stamp)])

    async def place(self, place: Place) -> int:
        self._db.execute("INSERT OR IGNORE INTO place (namespace, scope) VALUES (?, ?)", place)
        return self._all("SELECT id FROM place WHERE namespace = ? AND scope = ?", *place)[0][0]

    async def intern(
        self, keys: Sequence[bytes], place: Ints, named: Ints, describe: Callable[[int], tuple[str, str | None]]
    ) -> tuple[Ints, Bools]:
        found = self._handles(keys)
        following = (self._all(_LAST)[0][0] or 0) + 1
        ids = np.array([found.get(key, 0) for key in keys], np.int64)
        absent = np.flatnonzero(ids == 0)
        ids[absent] = np.arange(following, following + len(absent))
        new = np.zeros(len(keys), np.bool_)
        new[absent] = named[absent] > 0
        picked = absent.tolist()
        masks, clears = zip(*map(describe, picked), strict=True) if picked else ((), ())
        rows = zip(
            ids[absent].tolist(),
            np.frombuffer(b"".join(keys[index][:8] for index in picked), ">i8").tolist(),
            [keys[index] for index in picked],
            place[absent].tolist(),
            masks,
            clears,
            [stamp or None for stamp in named[absent].tolist()],
            strict=True,
        )
        self._db.executemany(
            "INSERT INTO identifier (id, head, key, place, mask, clear, named) VALUES (?, ?, ?, ?, ?, ?, ?)", rows
        )
        first = np.isin(ids, self._unnamed(ids[~new & (named > 0)])) & (named > 0)
        self._db.executemany(
            "UPDATE identifier SET named = ? WHERE id = ?", zip(named[first].tolist(), ids[first].tolist(), strict=True)
        )
        return ids, new | first

    def _unnamed(self, ids: Ints) -> Ints:
        """Those of them that no event has named yet; there are few, so that their own index comes first."""
        if not self._all("SELECT 1 FROM identifier INDEXED BY identifier_unnamed WHERE named IS NULL LIMIT 1"):
            return ids[:0]
        wanted = "SELECT i.id FROM json_each(?) w CROSS JOIN identifier i ON i.id = w.value WHERE i.named IS NULL"
        return as_columns(self._all(wanted, as_json(ids)), 1)[0]

    async def known_events(self, sources: Sequence[str], event_ids: Sequence[str]) -> Bools:
        known = np.zeros(len(sources), np.bool_)
        by_source: dict[str, list[int]] = {}
        for index, source in enumerate(sources):
            by_source.setdefault(source, []).append(index)
        for source, indexes in by_source.items():
            wanted = orjson.dumps([event_ids[index] for index in indexes]).decode()
            rows = self._all(
                "SELECT w.key FROM json_each(?) w CROSS JOIN sighting s ON s.source = ? AND s.event_id = w.value",
                wanted,
                source,
            )
            known[[indexes[row[0]] for row in rows]] = True
        return known

    async def backing(self, rows: Sequence[tuple[str | None, str | None, float]]) -> list[int]:
        consents = {name: await self.consent(name) for name in {row[0] for row in rows} if name is not None}
        wanted = [(consents.get(consent or "", 0) if consent else 0, basis or "", weight) for consent, basis, weight in rows]
        self._db.executemany("INSERT OR IGNORE INTO backing (consent, basis, weight) VALUES (?, ?, ?)", wanted)
        select = "SELECT id FROM backing WHERE consent = ? AND basis = ? AND weight = ?"
        return [self._db.execute(select, row).fetchone()[0] for row in wanted]

    async def arm(self, rows: Iterable[tuple[int, int, int]]) -> None:
        """Remember when a link (a, b), or with b = -1 a consent a, may change by itself; the earlier time stays."""
        self._db.executemany(
            "INSERT INTO due (a, b, at) VALUES (?, ?, ?) ON CONFLICT (a, b) DO UPDATE SET at = min(at, excluded.at)", rows
        )

    async def fired(self, now: int, most: int) -> list[tuple[int, int]]:
        """Take what is due by now, the earliest first."""
        rows = self._all("SELECT a, b FROM due WHERE at <= ? ORDER BY at, a, b LIMIT ?", now, most)
        self._db.executemany("DELETE FROM due WHERE a = ? AND b = ?", rows)
        return [(a, b) for a, b in rows]

    async def count_hits(self, what: str, counts: Mapping[str, int]) -> None:
        """Count blocked or parked values by namespace."""
        self._db.executemany(
            "INSERT INTO hit VALUES (?, ?, ?) ON CONFLICT (what, namespace) DO UPDATE SET count = count + excluded.count",
            [(what, namespace, count) for namespace, count in counts.items()],
        )

    async def append(self, sightings: NewSightings, pieces: Pieces) -> None:
        starts = np.searchsorted(sightings.mention_row, np.arange(len(sightings.stamp) + 1)) * 8
        packed = sightings.mention_of.astype("<i8").tobytes()
        members = [packed[start:end] for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)]
        self._db.executemany(
            "INSERT INTO sighting (stamp, at, source, event_id, session, backing, members) VALUES (?, ?, ?, ?, ?, ?, ?)",
            zip(
                sightings.stamp.tolist(),
                sightings.at.tolist(),
                sightings.source,
                sightings.event_id,
                sightings.session,
                sightings.backing.tolist(),
                members,
                strict=True,
            ),
        )
        self._mention(sightings)
        self._fold(pieces)

    def _mention(self, sightings: NewSightings) -> None:
        """File each sighting under its identifiers.

        Both numbers travel in one (the stamp as its distance from the first), so that one statement unfolds a list: half the
        time of a row at a time.
        """
        for start in range(0, len(sightings.stamp), 1 << _DISTANCE_BITS):
            first = int(sightings.stamp[start])
            rows = (sightings.mention_row >= start) & (sightings.mention_row < start + (1 << _DISTANCE_BITS))
            distance = sightings.stamp[sightings.mention_row[rows]] - first
            packed = np.sort(sightings.mention_of[rows] << _DISTANCE_BITS | distance)
            self._db.execute(
                f"INSERT INTO mention SELECT value >> {_DISTANCE_BITS}, ?2 + (value & {(1 << _DISTANCE_BITS) - 1}) "
                "FROM json_each(?1)",
                (as_json(packed), first),
            )

    def _fold(self, pieces: Pieces) -> None:
        self._db.executemany(
            "INSERT INTO piece (a, b, backing, moment, closed, first, last, count) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (a, b, backing, moment, closed) DO UPDATE SET first = min(first, excluded.first), "
            "last = max(last, excluded.last), count = count + excluded.count",
            zip(*(column.tolist() for column in pieces.columns()), strict=True),
        )

    def _made(self, purpose: str) -> int:
        """Handle of a purpose, made where new."""
        self._db.execute("INSERT OR IGNORE INTO purpose (name) VALUES (?)", (purpose,))
        return self._purpose(purpose)

    async def assign(self, purpose: str, members: Members) -> None:
        self._db.executemany(
            "INSERT INTO membership (purpose, identifier, place, own, leader, settled, contested) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (purpose, identifier) DO UPDATE SET own = excluded.own, leader = excluded.leader, "
            "settled = excluded.settled, contested = excluded.contested",
            zip(
                [self._made(purpose)] * len(members),
                members.ids.tolist(),
                members.place.tolist(),
                to_bytes(members.own),
                members.leader.tolist(),
                members.settled.tolist(),
                members.contested.tolist(),
                strict=True,
            ),
        )

    async def refile(self, purpose: str, gone: Iterable[tuple[int, int]], found: Iterable[StoredFinding]) -> None:
        handle = self._made(purpose)
        self._db.executemany("DELETE FROM finding WHERE purpose = ? AND a = ? AND b = ?", ((handle, *pair) for pair in gone))
        self._db.executemany(
            "INSERT OR REPLACE INTO finding (purpose, a, b, verdict, reason, clash_a, clash_b) VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((handle, f.a, f.b, f.verdict, f.reason, *(f.clash or (None, None))) for f in found),
        )

    async def publish(self, changes: Sequence[StoredChange]) -> int:
        last = self._all("SELECT max(seq) FROM change")[0][0] or 0
        rows = [
            (last + number, c.at, c.purpose, c.kind, c.root, b"".join(c.others), c.policy, c.cause)
            for number, c in enumerate(changes, 1)
        ]
        self._db.executemany("INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        named = ((own, seq) for seq, c in enumerate(changes, last + 1) if c.kind != "join" for own in {c.root, *c.others})
        self._db.executemany("INSERT INTO lineage VALUES (?, ?)", named)
        return last + len(rows)
