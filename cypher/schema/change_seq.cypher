// Changes in order
//
// The change feed is read by sequence number.
CREATE CONSTRAINT change_seq IF NOT EXISTS
FOR (n:Change) REQUIRE n.seq IS UNIQUE
