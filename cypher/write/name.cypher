// Note which event first named identifiers
//
// Rows are [handle, stamp]; until then they were only mentioned.
//
// @param rows: list of rows
UNWIND $rows AS row
MATCH (identifier:Identifier {handle: row[0]})
SET identifier.named = row[1]
