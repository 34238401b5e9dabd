// Give own ids to newcomers that are in no part
//
// Attributes: they belong to themselves, so that each identifier has one BELONGS_TO a purpose. Rows as in write/join.
//
// @param purpose: its name
// @param rows: list of rows
UNWIND $rows AS row
MATCH (identifier)
WHERE elementId(identifier) = row[0]
CREATE (identifier)-[:BELONGS_TO {purpose: $purpose, own_id: row[1], settled: row[3], contested: row[4]}]->(identifier)
