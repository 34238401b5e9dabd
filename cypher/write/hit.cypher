// Count blocked or parked values
//
// Rows are [namespace, count].
//
// @param what: blocked or parked
// @param rows: list of rows
UNWIND $rows AS row
MERGE (hit:Hit {what: $what, namespace: row[0]})
ON CREATE SET hit.count = row[1]
ON MATCH SET hit.count = hit.count + row[1]
