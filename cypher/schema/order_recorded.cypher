// Statements on orders by moment of recording
//
// For what was told since a scoring.
CREATE INDEX order_recorded IF NOT EXISTS
FOR (n:Order) ON (n.recorded)
