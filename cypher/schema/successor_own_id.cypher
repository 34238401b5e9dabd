// Successors by own id
//
// From what an erased identifier carried to who answers for it.
CREATE CONSTRAINT successor_own_id IF NOT EXISTS
FOR (n:Successor) REQUIRE n.own_id IS UNIQUE
