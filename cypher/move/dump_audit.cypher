// Dump the audit log
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (entry:AuditEntry)
RETURN entry {.seq, .body, .digest} AS row
