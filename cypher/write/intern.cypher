// Record new identifiers
//
// Rows are [handle, key, place, namespace, scope, mask, clear, named]; clear and named may be null.
//
// @param rows: list of rows
// @return node: list of element ids, in the order of the rows
UNWIND $rows AS row
CREATE (identifier:Identifier {
  handle: row[0], key: row[1], place: row[2], namespace: row[3], scope: row[4], mask: row[5], clear: row[6], named: row[7]
})
RETURN collect(elementId(identifier)) AS node
