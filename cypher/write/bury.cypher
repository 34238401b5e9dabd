// Put tombstones
//
// The later time stays.
//
// @param marks: list in hexadecimal
// @param at: time
UNWIND $marks AS mark
MERGE (tombstone:Tombstone {mark: mark})
ON CREATE SET tombstone.at = $at
ON MATCH SET tombstone.at = CASE WHEN tombstone.at > $at THEN tombstone.at ELSE $at END
