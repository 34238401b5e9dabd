// The head of the audit log
//
// Its newest entries. Whether the chain holds, `rootid audit verify` says, which has the key.
//
// @topic record
// @param limit = 20: how many rows
// @return seq: number
// @return entry: JSON, who did what when
// @return digest: in hexadecimal
MATCH (entry:AuditEntry)
WHERE entry.seq > 0
RETURN entry.seq AS seq, entry.body AS entry, entry.digest AS digest
ORDER BY seq DESC
LIMIT $limit
