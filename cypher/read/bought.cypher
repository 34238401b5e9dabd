// All statements on some orders
//
// @param orders: list of [source, order id]
// @return rows: list of [of, subject, at, amount, refunded, currency, campaign, channel, code, source, order id, recorded]
UNWIND $orders AS wanted
MATCH (subject:Identifier)-[:BOUGHT]->(told:Order {source: wanted[0], order_id: wanted[1]})
RETURN
  collect([
    told.of, subject.handle, told.at, told.amount, told.refunded, told.currency, told.campaign, told.channel, told.code,
    told.source, told.order_id, told.recorded
  ]) AS rows
