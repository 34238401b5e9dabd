// Keep a receipt
//
// To be found by its id and by each of the identifiers.
//
// @param receipt_id: UUID
// @param number: how many were filed, with it
// @param body: as signed
// @param ids: list of handles
CREATE (receipt:Receipt {receipt_id: $receipt_id, number: $number, body: $body})
WITH receipt
UNWIND $ids AS id
MATCH (identifier:Identifier {handle: id})
CREATE (receipt)-[:ABOUT]->(identifier)
