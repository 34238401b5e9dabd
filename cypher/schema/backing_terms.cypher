// Backings by their terms
//
// Equal terms are one node.
CREATE CONSTRAINT backing_terms IF NOT EXISTS
FOR (n:Backing) REQUIRE (n.consent, n.basis, n.weight) IS UNIQUE
