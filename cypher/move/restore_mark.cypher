// Restore marks
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
MATCH (identifier:Identifier {handle: row.identifier})
CREATE (mark:Mark)-[:ABOUT]->(identifier)
SET mark = row {.kind, .name, .at, .until, .recorded}
