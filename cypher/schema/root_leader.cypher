// Roots by leader
//
// Under one purpose an identifier leads at most one part.
CREATE CONSTRAINT root_leader IF NOT EXISTS
FOR (n:Root) REQUIRE (n.purpose, n.leader) IS UNIQUE
