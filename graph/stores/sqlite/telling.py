"""Records who brought whom: statements on referrals and orders, and marks. Holds no rule."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import orjson

from graph.model import Mark
from graph.statements import STATUSES
from graph.stores.columns import StoredOrder, StoredReferral
from graph.stores.sqlite.connection import Row
from graph.stores.sqlite.reports import SqliteReports

_REFERRAL: Final = (
    "r.of, r.referrer, r.referee, r.at, c.text, h.text, d.text, r.status, r.value, r.source, r.event_id, r.recorded FROM {} "
    "LEFT JOIN word c ON c.id = r.campaign LEFT JOIN word h ON h.id = r.channel LEFT JOIN word d ON d.id = r.code"
)
_STATUS: Final = 7
_ORDER: Final = (
    "o.of, o.subject, o.at, o.amount, o.refunded, o.currency, c.text, h.text, d.text, o.source, o.order_id, o.recorded FROM {} "
    "LEFT JOIN word c ON c.id = o.campaign LEFT JOIN word h ON h.id = o.channel LEFT JOIN word d ON d.id = o.code"
)


class SqliteTelling(SqliteReports):
    """Writes of referrals, orders and marks, and the reads that these need."""

    async def stated(self, events: Sequence[tuple[str, str]], codes: Sequence[tuple[int, int, str]]) -> list[StoredReferral]:
        found = self._all(
            "SELECT r.of FROM json_each(?1) w CROSS JOIN referral r ON r.source = w.value ->> 0 AND r.event_id = w.value ->> 1 "
            "UNION SELECT r.of FROM json_each(?2) w CROSS JOIN word d ON d.text = w.value ->> 2 CROSS JOIN referral r "
            "INDEXED BY referral_referrer ON r.referrer = w.value ->> 0 AND r.referee = w.value ->> 1 AND r.code = d.id",
            orjson.dumps(events).decode(),
            orjson.dumps(codes).decode(),
        )
        wanted = orjson.dumps([row[0] for row in found]).decode()
        first = _REFERRAL.format("json_each(?1) w CROSS JOIN referral r ON r.recorded = w.value")
        later = _REFERRAL.format("json_each(?1) w CROSS JOIN referral r ON r.of = w.value AND r.of <> r.recorded")
        rows = self._all(f"SELECT {first} UNION ALL SELECT {later}", wanted)
        return [replace(StoredReferral(*row), status=STATUSES[row[_STATUS]]) for row in rows]

    async def refer(self, statements: Sequence[StoredReferral]) -> None:
        word = self._word_ids(text for s in statements for text in (s.campaign, s.channel, s.code))
        self._db.executemany(
            "INSERT INTO referral (of, referrer, referee, at, campaign, channel, code, status, value, source, event_id, "
            "recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(s.of, s.referrer, s.referee, s.at, word[s.campaign], word[s.channel], word[s.code]),
                    *(STATUSES.index(s.status), s.value, s.source, s.event_id, s.recorded),
                )
                for s in statements
            ),
        )

    async def bought(self, orders: Sequence[tuple[str, str]]) -> list[StoredOrder]:
        matched = "json_each(?1) w CROSS JOIN purchase o ON o.source = w.value ->> 0 AND o.order_id = w.value ->> 1"
        rows = self._all(f"SELECT {_ORDER.format(matched)}", orjson.dumps(orders).decode())
        return [StoredOrder(*row) for row in rows]

    async def buy(self, statements: Sequence[StoredOrder]) -> None:
        word = self._word_ids(text for s in statements for text in (s.campaign, s.channel, s.code))
        self._db.executemany(
            "INSERT INTO purchase (of, subject, at, amount, refunded, currency, campaign, channel, code, source, order_id, "
            "recorded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    *(s.of, s.subject, s.at, s.amount, s.refunded, s.currency, word[s.campaign], word[s.channel], word[s.code]),
                    *(s.source, s.order_id, s.recorded),
                )
                for s in statements
            ),
        )

    def _word_ids(self, texts: Iterable[str | None]) -> dict[str | None, int]:
        """Handles of words, made where new; 0 for None."""
        wanted = orjson.dumps(sorted({text for text in texts if text is not None})).decode()
        self._db.execute("INSERT OR IGNORE INTO word (text) SELECT value FROM json_each(?)", (wanted,))
        rows: list[Row] = self._all("SELECT d.text, d.id FROM json_each(?) w CROSS JOIN word d ON d.text = w.value", wanted)
        found: dict[str | None, int] = {None: 0}
        found.update((text, handle) for text, handle in rows)
        return found

    async def mark(self, mark: Mark, identifier: int, recorded: int) -> None:
        self._db.execute(
            "INSERT INTO mark (kind, name, identifier, at, until, recorded) VALUES (?, ?, ?, ?, ?, ?)",
            (mark.kind, mark.name, identifier, mark.at, mark.until, recorded),
        )
