// Decisions and closes about identifiers, whole
//
// Each once.
//
// @param ids: list of handles
// @return rows: list of [ruling, a, b, at, by, reason, source, recorded]
UNWIND $ids AS id
MATCH (:Identifier {handle: id})<-[:ABOUT]-(fact:Decision|Close)
WITH DISTINCT fact
RETURN
  collect([
    coalesce(fact.ruling, 'close'), fact.a, fact.b, fact.at, fact.by, fact.reason, fact.source, fact.recorded
  ]) AS rows
