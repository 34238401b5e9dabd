// Take everything out of a store
//
// For stores that are used once: all of it in one transaction.
MATCH (n)
DETACH DELETE n
