// Remember where the store stands, and append to the change feed and the audit log
//
// Last statement of every write. New rows of the audit log come along, and their seal in the place of the one before. Changes are
// [seq, at, purpose, kind, root, others, policy, cause, named]: `named` are the ids to file a change under.
//
// @param state: map of clock, stamp and counters, and of the seal in hexadecimal where there are entries
// @param entries: list of maps of seq, body (JSON) and digest (in hexadecimal)
// @param changes: list of rows
MATCH (store:Store {name: 'rootid'})
SET store += $state
FOREACH (entry IN $entries | CREATE (:AuditEntry {seq: entry.seq, body: entry.body, digest: entry.digest}))
WITH store
UNWIND $changes AS row
CREATE (change:Change {
  seq: row[0], at: row[1], purpose: row[2], kind: row[3], root: row[4], others: row[5], policy: row[6], cause: row[7]
})
WITH change, row[8] AS named
UNWIND named AS own_id
MERGE (known:NamedId {own_id: own_id})
CREATE (change)-[:NAMES]->(known)
