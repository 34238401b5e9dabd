// Backings by their terms
//
// Rows are [consent, basis, weight]; `at` is the position in $rows.
//
// @param rows: list of rows
// @return at: list of positions
// @return id: list of handles
UNWIND range(0, size($rows) - 1) AS at
MATCH (backing:Backing {consent: $rows[at][0], basis: $rows[at][1], weight: $rows[at][2]})
RETURN collect(at) AS at, collect(backing.handle) AS id
