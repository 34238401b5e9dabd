// Put newcomers into parts
//
// Rows are [identifier, own id, root, settled, contested]; identifier and root are element ids.
//
// @param purpose: its name
// @param rows: list of rows
UNWIND $rows AS row
MATCH (identifier)
WHERE elementId(identifier) = row[0]
MATCH (root)
WHERE elementId(root) = row[2]
CREATE (identifier)-[:BELONGS_TO {purpose: $purpose, own_id: row[1], settled: row[3], contested: row[4]}]->(root)
