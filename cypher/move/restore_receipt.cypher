// Restore receipts
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (receipt:Receipt)
SET receipt = row {.number, .receipt_id, .body}
WITH receipt, row
UNWIND row.identifiers AS handle
MATCH (identifier:Identifier {handle: handle})
CREATE (receipt)-[:ABOUT]->(identifier)
