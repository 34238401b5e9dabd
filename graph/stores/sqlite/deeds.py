"""Records facts about links and consents: consents, withdrawals, closes, decisions. Holds no rule."""

from collections.abc import Sequence

import numpy as np
import orjson

from graph.errors import UnknownConsentError
from graph.model import Close, Consent, Decision, Withdrawal
from graph.stores.sqlite.reading import as_json
from graph.stores.sqlite.scoring import SqliteScoring
from graph.tables import Ints


class SqliteDeeds(SqliteScoring):
    """Writes of facts that people and their consents bring about."""

    async def consent(self, consent_id: str) -> int:
        """Handle of a consent, made where new: evidence may name it before it is recorded."""
        self._db.execute("INSERT OR IGNORE INTO consent (consent_id) VALUES (?)", (consent_id,))
        return self._all("SELECT id FROM consent WHERE consent_id = ?", consent_id)[0][0]

    async def grant(self, consent: Consent, subject: int | None, recorded: int) -> int:
        """Record a granting; answers the consent's handle."""
        handle = await self.consent(consent.consent_id)
        self._db.execute(
            "INSERT INTO granting (consent, at, expires, purposes, subject, notice, evidence, channel, in_exchange_for, "
            "basis, controller, jurisdiction, language, recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                handle,
                consent.at,
                consent.expires,
                orjson.dumps(consent.purposes).decode(),
                subject,
                consent.notice,
                consent.evidence,
                consent.channel,
                consent.in_exchange_for,
                consent.basis,
                consent.controller,
                consent.jurisdiction,
                consent.language,
                recorded,
            ),
        )
        return handle

    async def withdraw(self, withdrawal: Withdrawal, subject: int | None, recorded: int) -> list[int]:
        """Record a withdrawal; answers the consents that it touches. Raises UnknownConsentError for an unknown consent."""
        consent = None
        if withdrawal.consent_id is not None:
            rows = self._all("SELECT id FROM consent WHERE consent_id = ?", withdrawal.consent_id)
            if not rows:
                raise UnknownConsentError("no consent on record has this id")
            consent = rows[0][0]
        self._db.execute(
            "INSERT INTO withdrawal (consent, subject, purpose, at, channel, reason, recorded) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (consent, subject, withdrawal.purpose, withdrawal.at, withdrawal.channel, withdrawal.reason, recorded),
        )
        if consent is not None:
            return [consent]
        return [row[0] for row in self._all("SELECT DISTINCT consent FROM granting WHERE subject = ?", subject)]

    async def carried_by(self, consents: Sequence[int]) -> Ints:
        """Identifiers that evidence or a decision under these consents names."""
        wanted = orjson.dumps(list(consents)).decode()
        rows = self._all(
            "SELECT s.members FROM json_each(?) w CROSS JOIN backing b ON b.consent = w.value "
            "CROSS JOIN sighting s INDEXED BY sighting_backing ON s.backing = b.id AND s.backing > 1",
            wanted,
        )
        packed = np.frombuffer(b"".join(row[0] for row in rows), "<i8").astype(np.int64)
        ruled = self._all("SELECT a, b FROM ruling WHERE consent IN (SELECT value FROM json_each(?))", wanted)
        return np.unique(np.r_[packed, np.array(ruled, np.int64).reshape(-1)])

    async def rule(self, decision: Decision, a: int, b: int, recorded: int) -> None:
        """Record a decision."""
        consent = await self.consent(decision.consent) if decision.consent else None
        self._db.execute(
            "INSERT INTO ruling (ruling, a, b, at, consent, basis, by, reason, recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (decision.ruling, a, b, decision.at, consent, decision.basis, decision.by, decision.reason, recorded),
        )

    async def end(self, close: Close, a: int, b: int | None, recorded: int) -> Ints:
        """Record a close and fold the evidence it ends as closed; answers the identifiers whose links changed."""
        self._db.execute(
            "INSERT INTO closing (a, b, at, source, by, reason, recorded) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (a, b, close.at, close.source, close.by, close.reason, recorded),
        )
        both = "" if b is None else "AND EXISTS (SELECT 1 FROM mention o WHERE o.identifier = ?4 AND o.stamp = m.stamp)"
        rows = self._all(
            "SELECT s.stamp, s.backing, s.members FROM mention m JOIN sighting s ON s.stamp = m.stamp "
            f"WHERE m.identifier = ?1 AND s.at <= ?2 AND (?3 IS NULL OR s.source = ?3) {both}",
            a,
            close.at,
            close.source,
            *(() if b is None else (b,)),
        )
        changed = {a} if b is None else {a, b}
        folded: set[tuple[int, int, int]] = set()
        single: list[tuple[int, int, int, int]] = []
        for stamp, backing, members in rows:
            others: list[int] = [b] if b is not None else [m for m in np.frombuffer(members, "<i8").tolist() if m != a]
            for other in others:
                changed.add(other)
                low, high = (a, other) if a < other else (other, a)
                folded.add((low, high, backing))
                single.append((low, high, backing, stamp))
        self._db.executemany(
            "UPDATE OR IGNORE piece SET closed = 1 WHERE a = ? AND b = ? AND backing = ? AND moment = ? AND closed = 0", single
        )
        for link in sorted(folded):
            self._refold(*link)
        return np.array(sorted(changed), np.int64)

    def _refold(self, a: int, b: int, backing: int) -> None:
        """Fold the evidence of one link and backing anew from the sightings on record."""
        rows = self._all(
            "SELECT s.at, EXISTS (SELECT 1 FROM closing c WHERE s.at <= c.at AND (c.source IS NULL OR c.source = s.source) "
            "AND ((c.b IS NULL AND c.a IN (?1, ?2)) OR (c.a = ?1 AND c.b = ?2) OR (c.a = ?2 AND c.b = ?1))) "
            "FROM mention m JOIN mention o ON o.identifier = ?2 AND o.stamp = m.stamp JOIN sighting s ON s.stamp = m.stamp "
            "WHERE m.identifier = ?1 AND s.backing = ?3 AND NOT EXISTS (SELECT 1 FROM piece p WHERE p.a = ?1 AND p.b = ?2 "
            "AND p.backing = ?3 AND p.moment = s.stamp)",
            a,
            b,
            backing,
        )
        self._db.execute("DELETE FROM piece WHERE a = ? AND b = ? AND backing = ? AND moment = 0", (a, b, backing))
        for closed in (0, 1):
            times = [row[0] for row in rows if row[1] == closed]
            if times:
                self._db.execute(
                    "INSERT INTO piece (a, b, backing, moment, closed, first, last, count) VALUES (?, ?, ?, 0, ?, ?, ?, ?)",
                    (a, b, backing, closed, min(times), max(times), len(times)),
                )

    async def closings_of(self, ids: Ints) -> list[tuple[int, int | None, int, str | None]]:
        """Closings (a, b, at, source) that may end evidence between these identifiers."""
        if not self._all("SELECT 1 FROM closing LIMIT 1"):
            return []
        rows = self._all(
            "SELECT c.a, c.b, c.at, c.source FROM json_each(?) w CROSS JOIN closing c ON c.a = w.value", as_json(ids)
        )
        return [(a, b, at, source) for a, b, at, source in rows]
