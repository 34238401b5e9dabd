// Receipts by id
//
// A receipt is filed once.
CREATE CONSTRAINT receipt_id IF NOT EXISTS
FOR (n:Receipt) REQUIRE n.receipt_id IS UNIQUE
