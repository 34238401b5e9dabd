// Identifiers by key
//
// Each keyed hash is on record once; every lookup begins here.
CREATE CONSTRAINT identifier_key IF NOT EXISTS
FOR (n:Identifier) REQUIRE n.key IS UNIQUE
