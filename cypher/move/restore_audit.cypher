// Restore the audit log
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (entry:AuditEntry)
SET entry = row {.seq, .body, .digest}
