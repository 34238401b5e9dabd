// Tombstones by mark
//
// An erased identifier has one tombstone.
CREATE CONSTRAINT tombstone_mark IF NOT EXISTS
FOR (n:Tombstone) REQUIRE n.mark IS UNIQUE
