// Marks of tombstones
//
// All of them: they have no handle to go on from.
//
// @return rows: list of [0, mark in hexadecimal]
MATCH (tombstone:Tombstone)
RETURN collect([0, tombstone.mark]) AS rows
