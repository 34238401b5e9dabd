// Identifiers by handle
//
// Handles are how the write path names identifiers.
CREATE CONSTRAINT identifier_handle IF NOT EXISTS
FOR (n:Identifier) REQUIRE n.handle IS UNIQUE
