// Successors by heir
//
// Who answers for others is erased itself.
CREATE INDEX successor_heir IF NOT EXISTS
FOR (n:Successor) ON (n.heir)
