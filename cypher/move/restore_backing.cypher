// Restore backings
//
// @param rows: list of maps, as graph/stores/moved.py describes them
UNWIND $rows AS row
CREATE (backing:Backing)
SET backing = row {.handle, .consent, .basis, .weight}
