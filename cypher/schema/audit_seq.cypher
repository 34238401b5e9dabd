// The audit log in order
//
// Rows are numbered from 1 without a gap.
CREATE CONSTRAINT audit_seq IF NOT EXISTS
FOR (n:AuditEntry) REQUIRE n.seq IS UNIQUE
