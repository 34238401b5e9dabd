// One store
//
// The one node that holds clock, counters and whose turn it is to write.
CREATE CONSTRAINT store_name IF NOT EXISTS
FOR (n:Store) REQUIRE n.name IS UNIQUE
