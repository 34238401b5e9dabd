// A receipt by its id
//
// @param receipt_id: UUID
// @return body: as it was filed
MATCH (receipt:Receipt {receipt_id: $receipt_id})
RETURN receipt.body AS body
