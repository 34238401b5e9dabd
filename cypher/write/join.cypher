// Put newcomers into parts
//
// Rows are [handle, own id, leader, settled, contested]; the root of the leader is there.
//
// @param purpose: its name
// @param rows: list of rows
UNWIND $rows AS row
MATCH (identifier:Identifier {handle: row[0]})
MATCH (root:Root {purpose: $purpose, leader: row[2]})
CREATE (identifier)-[:BELONGS_TO {purpose: $purpose, own_id: row[1], settled: row[3], contested: row[4]}]->(root)
