// Restore statements on orders
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
MATCH (subject:Identifier {handle: row.subject})
CREATE (subject)-[:BOUGHT]->(told:Order)
SET told = row {.of, .at, .amount, .refunded, .currency, .campaign, .channel, .code, .source, .order_id, .recorded}
