// Restore tombstones
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (tombstone:Tombstone)
SET tombstone = row {.mark, .at}
