// Changes by the ids that they name
//
// The lineage of a root-ID is read by it.
CREATE CONSTRAINT named_id IF NOT EXISTS
FOR (n:NamedId) REQUIRE n.own_id IS UNIQUE
