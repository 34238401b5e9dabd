// Restore decisions
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (decision:Decision)
SET decision = row {.ruling, .a, .b, .at, .consent, .basis, .by, .reason, .recorded}
WITH row, decision
MATCH (identifier:Identifier)
WHERE identifier.handle IN [row.a, row.b]
CREATE (decision)-[:ABOUT]->(identifier)
