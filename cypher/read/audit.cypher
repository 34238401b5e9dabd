// Rows of the audit log after a number
//
// @param after: number
// @param limit: how many
// @return rows: list of [seq, body, digest]
MATCH (entry:AuditEntry)
WHERE entry.seq > $after
WITH entry
ORDER BY entry.seq
LIMIT $limit
RETURN collect([entry.seq, entry.body, entry.digest]) AS rows
