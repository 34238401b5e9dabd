// Receipts for identifiers
//
// Each once, the eldest first.
//
// @param ids: list of handles
// @return body: as it was filed
UNWIND $ids AS id
MATCH (receipt:Receipt)-[:ABOUT]->(:Identifier {handle: id})
WITH DISTINCT receipt
RETURN receipt.body AS body
ORDER BY receipt.number
