// Record new backings
//
// Rows are [handle, consent, basis, weight].
//
// @param rows: list of rows
UNWIND $rows AS row
CREATE (:Backing {handle: row[0], consent: row[1], basis: row[2], weight: row[3]})
