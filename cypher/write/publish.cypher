// Append to the change feed
//
// Rows are [seq, at, purpose, kind, root, others, policy, cause, named]: `named` are the ids to file it under.
//
// @param rows: list of rows
UNWIND $rows AS row
CREATE (change:Change {
  seq: row[0], at: row[1], purpose: row[2], kind: row[3], root: row[4], others: row[5], policy: row[6], cause: row[7]
})
WITH change, row[8] AS named
UNWIND named AS own_id
MERGE (known:NamedId {own_id: own_id})
CREATE (change)-[:NAMES]->(known)
