// Dump tombstones
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (tombstone:Tombstone)
RETURN tombstone {.mark, .at} AS row
