// Dump backings
//
// @return row: map, as graph/stores/moved.py describes it
MATCH (backing:Backing)
WHERE backing.handle > 1
RETURN backing {.handle, .consent, .basis, .weight} AS row
