// Statements on orders by order
//
// All that was told of one order.
CREATE INDEX order_id IF NOT EXISTS
FOR (n:Order) ON (n.source, n.order_id)
