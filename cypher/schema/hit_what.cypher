// Hits by namespace
//
// Counts of blocked and parked values.
CREATE CONSTRAINT hit_what IF NOT EXISTS
FOR (n:Hit) REQUIRE (n.what, n.namespace) IS UNIQUE
