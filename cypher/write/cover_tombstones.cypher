// Replace marks of tombstones
//
// Rows are [0, the old, the new].
//
// @param rows: list of rows
UNWIND $rows AS row
MATCH (tombstone:Tombstone {mark: row[1]})
SET tombstone.mark = row[2]
