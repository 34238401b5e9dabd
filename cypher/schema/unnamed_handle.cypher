// Those without a name
//
// What is left of an erased person who gave consent.
CREATE CONSTRAINT unnamed_handle IF NOT EXISTS
FOR (n:Unnamed) REQUIRE n.handle IS UNIQUE
