// Remember where the store stands
//
// Last statement of every write. New rows of the audit log come along, and their seal in the place of the one before.
//
// @param state: map of clock, stamp and counters, and of the seal in hexadecimal where there are entries
// @param entries: list of maps of seq, body (JSON) and digest (in hexadecimal)
MATCH (store:Store {name: 'rootid'})
SET store += $state
FOREACH (entry IN $entries | CREATE (:AuditEntry {seq: entry.seq, body: entry.body, digest: entry.digest}))
