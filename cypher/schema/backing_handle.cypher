// Backings by handle
//
// What carries evidence: consent, basis and weight.
CREATE CONSTRAINT backing_handle IF NOT EXISTS
FOR (n:Backing) REQUIRE n.handle IS UNIQUE
