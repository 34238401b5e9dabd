// Restore closes
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (close:Close)
SET close = row {.a, .b, .at, .source, .by, .reason, .recorded}
WITH row, close
MATCH (identifier:Identifier)
WHERE identifier.handle IN [row.a, row.b]
CREATE (close)-[:ABOUT]->(identifier)
