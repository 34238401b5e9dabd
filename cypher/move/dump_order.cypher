// Dump statements on orders
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (subject:Identifier)-[:BOUGHT]->(told:Order)
RETURN told {
  .of, .at, .amount, .refunded, .currency, .campaign, .channel, .code, .source, .order_id, .recorded,
  subject: subject.handle
} AS row
