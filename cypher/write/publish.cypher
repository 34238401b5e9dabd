// Append to the change feed
//
// Rows are [seq, at, purpose, kind, root, others, policy, cause].
//
// @param rows: list of rows
UNWIND $rows AS row
CREATE (:Change {
  seq: row[0], at: row[1], purpose: row[2], kind: row[3], root: row[4], others: row[5], policy: row[6], cause: row[7]
})
