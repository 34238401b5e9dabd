// Marks of tombstones
//
// All of them, whatever is asked for: they have no handle.
//
// @param after: 0
// @param most: how many at least
// @return rows: list of [0, mark in hexadecimal]
MATCH (tombstone:Tombstone)
WITH tombstone.mark AS mark
WHERE $after = 0 AND $most > 0
RETURN collect([0, mark]) AS rows
