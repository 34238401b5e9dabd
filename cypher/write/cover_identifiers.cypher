// Replace keys
//
// Rows are [handle, the old, the new].
//
// @param rows: list of rows
UNWIND $rows AS row
MATCH (n:Identifier {handle: row[0]})
SET n.key = row[2]
