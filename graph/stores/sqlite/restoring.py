"""Puts back what was dumped: a kind is one statement. Holds no rule."""

from collections.abc import Sequence
from typing import Any, Final

from graph.stores.sqlite.erasing import SqliteErasing
from graph.stores.sqlite.moving import in_form

_AT: Final = "(SELECT id FROM word WHERE text = :{0})"
_THEIR_WORDS: Final = ", ".join(f"ifnull({_AT.format(name)}, 0)" for name in ("campaign", "channel", "code"))
_BY_NAME: Final = "(SELECT id FROM purpose WHERE name = :purpose)"
_INSERT: Final = {
    "policy": "INSERT INTO policy VALUES (:version, :since, :body)",
    "place": "INSERT INTO place VALUES (:handle, :namespace, :scope)",
    "identifier": "INSERT INTO identifier VALUES (:handle, :head, :key, :place, :mask, :clear, :named)",
    "consent": "INSERT INTO consent VALUES (:handle, :consent_id)",
    "backing": "INSERT INTO backing VALUES (:handle, :consent, :basis, :weight)",
    "sighting": "INSERT INTO sighting VALUES (:stamp, :at, :source, :event_id, :session, :backing, :members)",
    "piece": "INSERT INTO piece VALUES (:a, :b, :backing, :moment, :closed, :first, :last, :count)",
    "grant": "INSERT INTO granting VALUES (:consent, :at, :expires, :purposes, :subject, :notice, :evidence, :channel, "
    ":in_exchange_for, :basis, :controller, :jurisdiction, :language, :recorded)",
    "withdrawal": "INSERT INTO withdrawal VALUES (:consent, :subject, :purpose, :at, :channel, :reason, :recorded)",
    "close": "INSERT INTO closing VALUES (:a, :b, :at, :source, :by, :reason, :recorded)",
    "decision": "INSERT INTO ruling VALUES (:ruling, :a, :b, :at, :consent, :basis, :by, :reason, :recorded)",
    "referral": f"INSERT INTO referral VALUES (:of, :referrer, :referee, :at, {_THEIR_WORDS}, :status, :value, :source, "
    ":event_id, :recorded)",
    "order": f"INSERT INTO purchase VALUES (:of, :subject, :at, :amount, :refunded, :currency, {_THEIR_WORDS}, :source, "
    ":order_id, :recorded)",
    "mark": "INSERT INTO mark VALUES (:kind, :name, :identifier, :at, :until, :recorded)",
    "member": f"INSERT INTO membership SELECT {_BY_NAME}, :identifier, place, :own_id, :leader, :settled, :contested "
    "FROM identifier WHERE id = :identifier",
    "finding": f"INSERT INTO finding VALUES ({_BY_NAME}, :a, :b, :verdict, :reason, :clash_a, :clash_b)",
    "due": "INSERT INTO due VALUES (:a, :b, :at)",
    "change": "INSERT INTO change VALUES (:seq, :at, :purpose, :kind, :root, :others, :policy, :cause)",
    "bookmark": "INSERT INTO meta VALUES ('bookmark ' || :name, :seq)",
    "kept_answer": "INSERT INTO kept_answer VALUES (:key, :request, :body, :at)",
    "hit": "INSERT INTO hit VALUES (:what, :namespace, :count)",
    "audit": "INSERT INTO audit VALUES (:seq, :body, :digest)",
    "receipt": "INSERT INTO receipt VALUES (:number, :receipt_id, :body)",
    "api_key": "INSERT INTO api_key VALUES (:id, :name, :digest, :scopes, :purposes, :rate, :made, :expires, :revoked)",
    "tombstone": "INSERT INTO tombstone VALUES (:mark, :at)",
    "successor": f"INSERT INTO erased VALUES (:own_id, {_BY_NAME}, :heir)",
}


class SqliteRestoring(SqliteErasing):
    """Puts back what was dumped."""

    async def restore(self, kind: str, rows: Sequence[dict[str, Any]]) -> None:
        if kind == "root":  # here a root is the membership of its leader
            return
        if kind == "store":
            meta = ((name if name != "seal" else "audit seal", in_form(kind, name, value, 1)) for name, value in rows[0].items())
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [row for row in meta if row[1] is not None])
            return
        made = [{name: in_form(kind, name, value, 1) for name, value in row.items()} for row in rows]
        if kind in ("member", "finding", "successor"):
            self._db.executemany("INSERT OR IGNORE INTO purpose (name) VALUES (:purpose)", made)
        elif kind in ("referral", "order"):
            for name in ("campaign", "channel", "code"):
                told = [row for row in made if row[name] is not None]
                self._db.executemany(f"INSERT OR IGNORE INTO word (text) VALUES (:{name})", told)
        elif kind == "identifier":
            for row in made:
                row["head"] = int.from_bytes(row["key"][:8], "big", signed=True)
        self._db.executemany(_INSERT[kind], made)
        if kind == "sighting":
            rows_of = ((member, row["stamp"]) for row in rows for member in row["members"])
            self._db.executemany("INSERT INTO mention VALUES (?, ?)", rows_of)
        elif kind == "change":
            told = ((own, row["seq"]) for row in rows if row["kind"] != "join" for own in {row["root"], *row["others"]})
            filed = ((in_form("change", "root", own, 1), seq) for own, seq in told)
            self._db.executemany("INSERT INTO lineage VALUES (?, ?)", filed)
        elif kind == "receipt":
            named = ((identifier, row["number"]) for row in rows for identifier in row["identifiers"])
            self._db.executemany("INSERT INTO receipt_of VALUES (?, ?)", named)
