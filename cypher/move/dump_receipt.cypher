// Dump receipts
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (receipt:Receipt)
RETURN receipt {
  .number, .receipt_id, .body,
  identifiers: COLLECT {
    MATCH (receipt)-[:ABOUT]->(identifier:Identifier)
    RETURN identifier.handle AS handle
    ORDER BY handle
  }
} AS row
