// Append a row to the audit log
//
// And put its seal in the place of the one before.
//
// @param seq: number
// @param body: JSON
// @param digest: in hexadecimal
// @param seal: in hexadecimal
CREATE (:AuditEntry {seq: $seq, body: $body, digest: $digest})
WITH count(*) AS done
MATCH (store:Store {name: 'rootid'})
WHERE done = 1
SET store.seal = $seal
