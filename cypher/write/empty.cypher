// Take everything out of a store
//
// For stores that are used once: some thousands at a time, so that memory doesn't grow with what there is.
MATCH (n)
CALL (n) {
  DETACH DELETE n
} IN TRANSACTIONS OF 5000 ROWS
