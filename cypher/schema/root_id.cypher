// Roots by root-ID
//
// A root-ID is that of one part.
CREATE CONSTRAINT root_id IF NOT EXISTS
FOR (n:Root) REQUIRE n.root_id IS UNIQUE
